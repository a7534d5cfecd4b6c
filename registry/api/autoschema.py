"""How drf-spectacular reads a view. A module of its own, since the REST framework imports it with its settings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema


class Described(AutoSchema):
    """Takes answers as `registry.api.openapi` describes them: one is a list where its schema says so."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return False

    def _get_request_for_media_type(self, serializer: Any, direction: str = "request") -> tuple[Any, bool]:
        """A body, and whether it has to be sent: it can be left out where all of its keys can."""
        body, _ = super()._get_request_for_media_type(serializer, direction)  # type: ignore[no-untyped-call]
        shape = body["allOf"][0]
        return body, "required" in shape.schema or "oneOf" in shape.schema
