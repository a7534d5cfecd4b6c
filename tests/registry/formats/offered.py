"""Offerings to export, made by hand or out of what a source states."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from curation.core.claim import Claim
from registry.domain import rates
from registry.formats import document
from registry.formats.documents import dump

ON = date(2026, 11, 21)


@dataclass(frozen=True)
class Offered:
    """A published offering, as the formats see it."""

    key: str
    facts: Mapping[str, Any]
    model_slug: str | None = None

    @property
    def provider(self) -> str:
        return self.key.partition("/")[0]

    @property
    def native_id(self) -> str:
        return self.key.partition("/")[2]


def published(claims: Iterable[Claim]) -> list[Offered]:
    """As if each statement had been published as it is; the first about an offering counts. In order of id."""
    offerings: dict[str, Offered] = {}
    for claim in claims:
        offerings.setdefault(claim.offering, Offered(claim.offering, claim.encoded()))
    return [offerings[key] for key in sorted(offerings)]


def exported(name: str, *offerings: Offered, providers: Mapping[str, Mapping[str, str]] | None = None) -> bytes:
    return dump(document(name).make(offerings, providers or {}, ON))


def read(body: bytes) -> Any:
    """Strict JSON with exact numbers."""
    return json.loads(body, parse_float=Decimal, parse_constant=pytest.fail)


def prices(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name.startswith(rates.PREFIX)}
