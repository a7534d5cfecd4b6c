"""model-eol: days of retirement in a format of its own, read every day from the pages of makers.

Format and feeds: https://github.com/thossullivan/model-eol (MIT; `SPEC.md`, model-eol/0.1), one feed for each maker.
`announced` is the day of the announcement, `shutdown` the first day on which the maker's own API refuses calls. The
pages are those of the makers, so that a feed is no source independent of them.

Only exact days are taken: `date_precision` is also `earliest` or `tentative`, days before which nothing ends. A
`replacement` is a single id that can stand in its place; `replacement_options` are several, and state no successor.

Not taken: the feed of Amazon, whose ids are not those of Bedrock; `distributions`, the days of other platforms, which
are given under the maker's id and not under that of the platform; fine-tuned models (`ft-…`); aliases, some of which
are display names; models of which no end is announced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from syncers.errors import BadPayload
from syncers.kinds.coerce import whole_day, without_none
from syncers.kinds.record import Record
from syncers.kinds.source import Source

_FOLDER: Final = "https://raw.githubusercontent.com/thossullivan/model-eol/main/feeds"
MAKERS: Final = ("openai", "anthropic", "google", "cohere", "mistral")
"""The publishers that are read. Their slugs are those of the providers here."""
_SPEC: Final = "model-eol/0.1"
_FLOORS: Final = ("earliest", "tentative")


class ModelEol(Source):
    slug, label = "model-eol", "model-eol feeds"
    url = f"{_FOLDER}/openai.json"
    homepage = "https://github.com/thossullivan/model-eol"
    source_type, preference = SourceType.CATALOGUE, 30
    authority = ("retires_on", "deprecated_on", "successor")
    every = timedelta(days=1)
    expected = (20, 2_000)
    confidence = "high"
    optional_parts = True

    def part_lists(self, part: str, offering: str) -> bool:
        return offering.startswith(f"{part}/")

    def absent(self, document: Any, body: bytes) -> tuple[str, ...]:
        """A payload may hold some of the feeds only, such as one that a person reads in."""
        publishers = {feed["publisher"] for feed in _feeds(document)}
        return tuple(maker for maker in MAKERS if maker not in publishers)

    def urls(self) -> Mapping[str, str]:
        return {maker: f"{_FOLDER}/{maker}.json" for maker in MAKERS}

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        return [page for pages in parts.values() for page in pages]

    def records(self, document: Any) -> Iterator[Record]:
        for feed in _feeds(document):
            for index, model in enumerate(feed["models"]):
                if _why_not(feed["publisher"], model) is None:
                    yield Record(f"{feed['publisher']}[{index}]", model, context=feed["publisher"])

    def claims(self, record: Record) -> Iterator[Claim]:
        replacement, maker = record.get("replacement"), record.context
        values = {
            "retires_on": _shutdown(record),
            "deprecated_on": whole_day(record.get("announced"), "announced"),
            "successor": f"{maker}/{replacement}" if replacement else None,
        }
        yield claim(f"{maker}/{record.text('id')}", without_none(values), origin=maker)

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for feed in _feeds(document):
            for model in feed["models"]:
                if reason := _why_not(feed["publisher"], model):
                    counts[reason] += 1
                elif isinstance(model, dict) and model.get("distributions"):
                    counts["days of other platforms, under the maker's id"] += 1
        return dict(counts)


def _feeds(document: Any) -> list[dict[str, Any]]:
    """The feeds of a payload: several, or one. Raises BadPayload for another format."""
    feeds = document if isinstance(document, list) else [document]
    for feed in feeds:
        if not isinstance(feed, dict) or feed.get("spec") != _SPEC or not isinstance(feed.get("models"), list):
            raise BadPayload(f"{ModelEol.slug}: a feed of the format {_SPEC} expected")
        if not isinstance(feed.get("publisher"), str):
            raise BadPayload(f"{ModelEol.slug}: a feed does not tell its publisher")
    return feeds


def _why_not(publisher: str, model: Any) -> str | None:
    """Why a row is not read; None where it is, also where it has to be rejected."""
    if publisher not in MAKERS:
        return "feed of a publisher whose ids are not those of a provider"
    if not isinstance(model, dict):
        return None
    if not isinstance(ident := model.get("id"), str):
        return None
    if ident.startswith("ft-"):
        return "fine-tuned model"
    if model.get("announced") is None and (model.get("shutdown") is None or model.get("date_precision") in _FLOORS):
        return "model of which no end is announced"
    return None


def _shutdown(record: Record) -> date | None:
    """The exact day; None for one before which nothing ends. Raises InvalidClaim."""
    day, precision = whole_day(record.get("shutdown"), "shutdown"), record.get("date_precision")
    if precision in _FLOORS:
        return None
    if precision not in (None, "exact"):
        raise InvalidClaim(f"date_precision: not known: {str(precision)[:60]!r}")
    return day
