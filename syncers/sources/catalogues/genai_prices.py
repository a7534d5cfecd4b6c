"""genai-prices: prices of some fifty providers, kept by hand by Pydantic, with history, service tiers and time of
day.

The published list (https://github.com/pydantic/genai-prices, MIT) and the installed package hold the same data; both
are read by this one mapping, and the package makes a first start possible without any network. Prices are USD per the
unit in the key's name. It does not state capabilities, modalities, output limits or, for most models, the context
window.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from registry.identity import names
from registry.identity.normalise import canonical_name
from syncers.errors import BadPayload
from syncers.kinds.coerce import names as possible_names
from syncers.kinds.coerce import text, without_none
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.sources.catalogues import genai_package
from syncers.sources.catalogues.genai_rates import price_fields, unknown_words


class GenaiPrices(Source):
    slug, label = "genai-prices", "genai-prices"
    url = "https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json"
    homepage = "https://github.com/pydantic/genai-prices"
    source_type, preference = SourceType.CATALOGUE, 10
    authority = ("price", "context_window", "name", "description", "status")
    prices_in = "USD per 1M tokens, per 1,000 requests"
    expected = (400, 20_000)
    confidence = "high"

    def records(self, document: Any) -> Iterator[Record]:
        if not isinstance(document, list):
            raise BadPayload(f"{self.slug}: a list of providers expected, not a {type(document).__name__}")
        for index, provider in enumerate(document):
            slug = names.provider(provider["id"]) if _is_provider(provider) else ""
            if not slug:
                yield Record(f"[{index}]", provider)
                continue
            for model in provider["models"]:
                name = model.get("id") if isinstance(model, dict) else None
                yield Record(f"{slug}/{str(name)[:100]}", model, context=slug)

    def claims(self, record: Record) -> Iterator[Claim]:
        if not record.context or not isinstance(record.data, dict):
            raise InvalidClaim("a provider with an `id` and a list of `models`, each an object, expected")
        name = record.text("id")
        values = {
            "name": text(record.get("name")),
            "description": text(record.get("description")),
            "context_window": record.get("context_window"),
            # Only ever `true`: a missing mark does not mean active.
            "status": "deprecated" if record.get("deprecated") is True else None,
        }
        prices = price_fields(record.get("prices"), record.get("price_variants"))
        # The rules match ids that are *priced* like this one; dated snapshots among them are separate models.
        spelt = [other for other in _equals(record.get("match")) if _is_same_name(other, name)]
        aliases = possible_names(spelt, besides=name)
        # A script fills its OpenRouter rows from OpenRouter's own list: a copy, not an independent source.
        origin = "openrouter" if record.context == "openrouter" else ""
        yield claim(f"{record.context}/{name}", without_none(values) | prices, aliases=aliases, origin=origin)

    def embedded(self) -> bytes | None:
        return genai_package.payload()

    def embedded_at(self) -> datetime | None:
        return genai_package.released_at()

    def is_older(self, fetched: Any, embedded: Any) -> bool:
        """Whether the embedded list has more that the fetched one lacks than the other way round.

        The address of the first version still answers 200 with frozen data, and such an answer once overwrote newer
        prices (genai-prices#703). The list has no date, so its content decides.
        """
        theirs, ours = _marks(fetched), _marks(embedded)
        return len(ours - theirs) > len(theirs - ours)

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for _, model in _models(document):
            counts.update(unknown_words(model.get("prices"), model.get("price_variants")))
        return dict(counts)


def _is_provider(data: Any) -> bool:
    return isinstance(data, dict) and isinstance(data.get("id"), str) and isinstance(data.get("models"), list)


def _models(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for provider in filter(_is_provider, document if isinstance(document, list) else ()):
        for model in provider["models"]:
            if isinstance(model, dict):
                yield provider["id"], model


def _equals(match: Any) -> Iterator[Any]:
    """Names in a `match` clause. "starts with" and "contains" are patterns, not names."""
    if isinstance(match, dict):
        if "equals" in match:
            yield match["equals"]
        elif isinstance(match.get("or"), list):
            for part in match["or"]:
                yield from _equals(part)


def _is_same_name(other: Any, name: str) -> bool:
    return isinstance(other, str) and canonical_name(other).removesuffix("-latest") == canonical_name(name)


def _marks(document: Any) -> set[tuple[str, str, str]]:
    """Every model, and every day on which a price of it starts."""
    marks = set()
    for provider, model in _models(document):
        marks.add((provider, str(model.get("id")), ""))
        for part in model["prices"] if isinstance(model.get("prices"), list) else ():
            if isinstance(part, dict) and isinstance(part.get("constraint"), dict):
                marks.add((provider, str(model.get("id")), str(part["constraint"].get("start_date", ""))))
    return marks
