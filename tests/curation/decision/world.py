"""A small world for the rows of the decision: one offering, a few sources, prices written as `5/25`.

`L`, `M` and `G` are catalogues of equal rank, `O` is the provider's own source. Prices are USD per 1M tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from curation import review
from curation.models import Change
from curation.models import Source as SourceRow
from registry import rates
from registry.models import Offering
from tests.builders import claim, curator, source, state, usd

PROVIDER: Final = "acme"
OFFERING: Final = "acme/rocket-1"
BEFORE: Final = datetime(2026, 11, 20, 8, tzinfo=UTC)
"""When the base was stated."""
TODAY: Final = datetime(2026, 11, 30, 12, tzinfo=UTC)
_SOURCES: Final[Mapping[str, Mapping[str, Any]]] = {
    "L": {"slug": "litellm"},
    "M": {"slug": "models-dev"},
    "G": {"slug": "genai-prices"},
    "O": {"slug": "acme", "standing": "official", "speaks_for": PROVIDER},
    "O2": {"slug": "acme-images", "standing": "official", "speaks_for": PROVIDER},
}


def who(letter: str) -> SourceRow:
    """The source that a row calls by a letter."""
    declared = dict(_SOURCES[letter])
    return source(declared.pop("slug"), **declared)


def prices(listed: str) -> dict[str, Any]:
    """`5/25`, and after it any of `cache=0.5`, `batch=2.5/12.5`, `audio=40/80` and `region=3.3`."""
    ordinary, *more = listed.split()
    stated: dict[str, Any] = {}
    for meter, amount in zip(("input", "output"), ordinary.split("/"), strict=False):
        if amount != "-":
            stated[f"price.{meter}"] = usd(amount)
    for part in more:
        word, _, amounts = part.partition("=")
        stated |= _special(word, amounts)
    return stated


def _special(word: str, amounts: str) -> dict[str, Any]:
    if word == "cache":
        return {"price.cache_read": usd(amounts)}
    if word == "batch":
        first, _, second = amounts.partition("/")
        return {"price.input[tier=batch]": usd(first), "price.output[tier=batch]": usd(second)}
    if word == "audio":
        first, _, second = amounts.partition("/")
        found = {"price.input[modality=audio]": usd(first)}
        return found | ({"price.output[modality=audio]": usd(second)} if second else {})
    if word == "region":
        return {"price.input[region=eu]": usd(amounts)}
    raise ValueError(word)


def dated(*points: tuple[str, str | None, str | None]) -> Any:
    """A price line of dated points: (amount, from, to); `free` and `not offered` are amounts too."""
    return tuple(
        rates.PricePoint(
            None if amount == "free" else Decimal(amount),
            rates.Amounts.FREE if amount == "free" else rates.Amounts.PRICED,
            valid_from=date.fromisoformat(starts) if starts else None,
            valid_to=date.fromisoformat(ends) if ends else None,
        )
        for amount, starts, ends in points
    )


def says(letter: str, listed: str = "", *, at: datetime = TODAY, key: str = OFFERING, **values: Any) -> None:
    """A source lists the offering with these prices and values, and with nothing else."""
    stated = {"name": "Rocket 1"} | (prices(listed) if listed else {}) | {_field(n): v for n, v in values.items()}
    state(who(letter), claim(key, price_input=..., context_window=..., supports_tools=..., **stated), at=at)


def base(letter: str, listed: str = "", *, key: str = OFFERING, **values: Any) -> None:
    """What was accepted ten days ago: the source said so, and a person approved whatever waited."""
    says(letter, listed, at=BEFORE, key=key, **values)
    waiting = {change.pk: change.fingerprint for change in Change.objects.awaiting_review()}
    review.approve(waiting, actor=curator(), at=BEFORE + timedelta(minutes=1))


def published(key: str = OFFERING) -> str:
    """The published token prices, written as in `prices`; `-` for no price."""
    found = Offering.objects.filter(key=key).first()
    facts = found.facts if found else {}
    ordinary = "/".join(_amount(facts, f"price.{meter}") for meter in ("input", "output"))
    ordinary = ordinary.removesuffix("/-")
    more = [f"cache={_amount(facts, 'price.cache_read')}"] if "price.cache_read" in facts else []
    for word in ("tier=batch", "modality=audio"):
        names = [f"price.{meter}[{word}]" for meter in ("input", "output")]
        if any(name in facts for name in names):
            more.append(f"{word.partition('=')[2]}=" + "/".join(_amount(facts, name) for name in names))
    if "price.input[region=eu]" in facts:
        more.append(f"region={_amount(facts, 'price.input[region=eu]')}")
    return " ".join((ordinary, *more))


def fact(name: str, key: str = OFFERING) -> Any:
    """One published value in canonical JSON; None when it is not published."""
    return Offering.objects.get(key=key).facts.get(name)


def account(name: str, key: str = OFFERING) -> Mapping[str, Any]:
    """The published account of one value."""
    return dict(Offering.objects.get(key=key).provenance.get(name, {}))


def waiting() -> set[str]:
    """The fields that wait for a person."""
    return set(Change.objects.awaiting_review().values_list("field", flat=True))


def _amount(facts: Mapping[str, Any], name: str) -> str:
    points = facts.get(name)
    if not points:
        return "-"
    point = points[0]
    return "free" if point.get("state") == "free" else str(point.get("amount", point.get("state")))


def _field(name: str) -> str:
    return name.replace("_", ".", 1) if name.startswith(("price_", "benchmark_")) else name
