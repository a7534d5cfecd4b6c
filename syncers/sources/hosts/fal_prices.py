"""fal: prices of its endpoints, requested for fifty ids at a time after the list.

Docs: https://docs.fal.ai/platform-apis/v1/models/pricing. Needs a key; the prices include the discounts of its account.
There is one price for each endpoint, for its default settings; resolutions and the like that cost more are described
in prose only. The unit is free text, and what it counts follows from the category: only units whose direction is
certain are read. The list itself is read by `fal`, so that nothing of it is lost while prices are not available: then
the run of this source fails, and the last prices stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from registry.domain.rates import PriceLine, RateKey
from syncers.errors import BadPayload
from syncers.kinds.coerce import money
from syncers.kinds.meters import Meter, MeterList
from syncers.payload.auth import Header
from syncers.payload.paging import Cursor, FollowUp

_TRAINING: Final = "training"
#: Categories whose output is counted → modality.
_MADE: Final = {
    "text-to-image": "image",
    "image-to-image": "image",
    "text-to-video": "video",
    "image-to-video": "video",
    "text-to-audio": "audio",
    "text-to-speech": "audio",
}
_HEARD: Final = "speech-to-text"
_SPOKEN: Final = frozenset({"text-to-speech", "text-to-audio"})
_THOUSAND: Final = "1000 character"


class FalPrices(MeterList):
    slug, label, speaks_for = "fal-prices", "fal prices", "fal"
    url = "https://api.fal.ai/v1/models"
    homepage = "https://fal.ai/pricing"
    key_variable, key_required, auth = "FAL_KEY", True, Header(word="Key")
    every = timedelta(days=1)
    prices_in = "USD per unit that each row names, with the account's discounts"
    expected = (20, 10_000)
    confidence = "medium"
    paging = Cursor("next_cursor", "cursor", size=("limit", 100), more_at="has_more")
    follow_up = FollowUp(
        "https://api.fal.ai/v1/models/pricing",
        "endpoint_id",
        50,
        part="prices",
        paging=Cursor("next_cursor", "cursor", more_at="has_more"),
    )
    pause = 0.2

    def count(self, document: Any) -> int:
        return len(_rows(document, "models"))

    def follow_up_ids(self, document: Any) -> Iterable[str]:
        return [ident for ident, category in _categories(document).items() if category != _TRAINING]

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        lists, prices = parts.get("", []), [page for part, pages in parts.items() if part for page in pages]
        return {
            "models": [row for page in lists for row in _rows(page, "models")],
            "prices": [row for page in prices for row in _rows(page, "prices")],
        }

    def meters(self, document: Any) -> Iterator[Meter]:
        categories = _categories(document)
        for index, row in enumerate(_rows(document, "prices")):
            yield _meter(f"prices[{index}]", row, categories)

    def line(self, data: Any) -> PriceLine | None:
        times = 1000 if _unit(data) == _THOUSAND else 1
        return money(data.get("unit_price"), times=times, currency=str(data.get("currency")), what="unit_price")


def _rows(document: Any, name: str) -> list[Any]:
    rows = document.get(name) if isinstance(document, dict) else None
    if not isinstance(rows, list):
        raise BadPayload(f"{FalPrices.slug}: an object with a list of `{name}` expected")
    return rows


def _categories(document: Any) -> dict[str, str]:
    """Endpoint → its category, "" where none is stated."""
    categories = {}
    for row in _rows(document, "models"):
        ident, metadata = (row.get("endpoint_id"), row.get("metadata")) if isinstance(row, dict) else (None, None)
        if isinstance(ident, str) and ident.strip():
            metadata = metadata if isinstance(metadata, dict) else {}
            is_training = metadata.get("kind") == _TRAINING
            categories[ident.strip()] = _TRAINING if is_training else str(metadata.get("category") or "")
    return categories


def _unit(row: Any) -> str:
    """The unit in one spelling: `Images` and `image` are the same."""
    unit = row.get("unit")
    return " ".join(unit.lower().split()).removesuffix("s") if isinstance(unit, str) else ""


def _meter(where: str, row: Any, categories: Mapping[str, str]) -> Meter:
    ident = row.get("endpoint_id") if isinstance(row, dict) else None
    unit = _unit(row) if isinstance(row, dict) else ""
    if not isinstance(ident, str) or not unit:
        return Meter(where, row)
    category = categories.get(ident, "")
    key = _key(unit, category)
    if key is None:
        return Meter(where, row, why_not=f"unit {unit[:40]} of {category[:40] or 'an unknown category'}")
    if row.get("unit_price") == 0:
        return Meter(where, row, why_not="price of 0, which may mean that none is set")
    return Meter(where, row, ident, key)


def _key(unit: str, category: str) -> RateKey | None:
    """The rate that a unit means in a category; None where that is not certain."""
    modality = _MADE.get(category, "")
    if unit == "request":
        return RateKey("request")
    if unit == _THOUSAND and category in _SPOKEN:
        return RateKey("character")
    if unit in ("second", "minute") and category == _HEARD:
        return RateKey("input", "audio", unit=unit)
    if unit in ("second", "minute") and modality in ("video", "audio"):
        return RateKey("output", modality, unit=unit)
    # Where pixels are counted, the edited input image may be counted as well.
    if (unit == "image" and modality == "image") or (unit == "megapixel" and category == "text-to-image"):
        return RateKey("output", "image", unit=unit)
    return None
