"""How answers become bytes: JSON by orjson, whatever a client's Accept header looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JSONRenderer(BaseRenderer):
    """JSON in UTF-8. Decimals and lazy texts become text, never binary floats."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else encode(data)


def encode(data: Any) -> bytes:
    """The bytes of a JSON document. A text which UTF-8 cannot hold is escaped instead of failing."""
    try:
        return orjson.dumps(data, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(data, default=str).encode()


class Negotiation(DefaultContentNegotiation):
    """Takes `Accept` alone into account (there is no `?format=`), and never echoes it as the content type."""

    def select_renderer(
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],  # type: ignore[override]
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer, _ = super().select_renderer(_WithoutFormat(request), renderers)  # type: ignore[arg-type]
        return renderer, str(renderer.media_type)


class _WithoutFormat:
    """What negotiation needs of a request, with no parameters to see."""

    query_params: Mapping[str, str] = {}

    def __init__(self, request: Request) -> None:
        self.META = request.META
        self.headers = request.headers


class OnlyOne(DefaultContentNegotiation):
    """For a page that is what it is, whatever the Accept header says."""

    def select_renderer(
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],  # type: ignore[override]
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)
