"""deprecations.info: a list of retirements, read every day from the pages of providers by a program.

Docs: https://github.com/deprecations/deprecations-rss (MIT); what the site itself allows is not stated. A row is about
one id at one provider. `shutdown_date` is the day from which it is not served. The pages are those of the providers, so
that it is no source independent of them.

Not taken: rows of Google, Google Vertex and Azure, whose floors ("or later", "no earlier than") are written as days,
and of Cohere, where a day stands for announcement and end alike; `announcement_date`, the day on which that program saw
the row first, and a `deprecation_date` equal to it or not before the end; an end that the text calls the earliest one;
several replacements; products and fine-tuned models. Of regions with different days the earliest is given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from syncers.kinds.coerce import text, whole_day, without_none, words
from syncers.kinds.record import Record
from syncers.kinds.source import Source

PROVIDERS: Final[Mapping[str, str]] = {
    "OpenAI": "openai",
    "Anthropic": "anthropic",
    "AWS Bedrock": "bedrock",
    "Groq": "groq",
    "xAI": "xai",
}
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]*")


class DeprecationsInfo(Source):
    slug, label = "deprecations-info", "deprecations.info"
    url = "https://deprecations.info/v1/deprecations.json"
    homepage = "https://deprecations.info"
    source_type, preference = SourceType.CATALOGUE, 40
    authority = ("retires_on", "deprecated_on", "successor")
    every = timedelta(days=1)
    expected = (50, 5_000)
    confidence = "high"
    enabled_at_first = False

    def records(self, document: Any) -> Iterator[Record]:
        for record in self.rows(document):
            if _why_not(record.data) is None:
                yield Record(record.where, record.data, context=PROVIDERS.get(str(record.get("provider"))))

    def claims(self, record: Record) -> Iterator[Claim]:
        provider = record.context
        end = whole_day(record.get("shutdown_date"), "shutdown_date")
        stated = whole_day(record.get("deprecation_date"), "deprecation_date")
        is_announced = stated and end and stated < end and stated.isoformat() != record.get("announcement_date")
        replacements = words(record.get("replacement_models"), "replacement_models") or ()
        is_floor = "earliest" in str(record.get("deprecation_context")).lower()
        single = len(replacements) == 1 and _ID.fullmatch(replacements[0])
        values = {
            "retires_on": None if is_floor else end,
            "deprecated_on": stated if is_announced else None,
            "successor": f"{provider}/{replacements[0]}" if single else None,
        }
        yield claim(f"{provider}/{record.text('model_id')}", without_none(values), origin=str(provider))

    def notices(self, document: Any) -> dict[str, int]:
        return dict(Counter(reason for record in self.rows(document) if (reason := _why_not(record.data))))


def _why_not(row: Any) -> str | None:
    """Why a row is not read; None where it is, also where it has to be rejected."""
    if not isinstance(row, dict) or text(row.get("provider")) is None:
        return None
    if row["provider"] not in PROVIDERS:
        return f"rows of {str(row['provider'])[:60]}"
    ident = row.get("model_id")
    if isinstance(ident, str) and (ident.startswith("ft-") or " " in ident):
        return "product or fine-tuned model"
    return None
