"""LiteLLM: the cost map of the LiteLLM proxy, the widest catalogue there is, kept by its community.

Docs: https://docs.litellm.ai/docs/proxy/custom_pricing, https://github.com/BerriAI/litellm (MIT). Prices are USD per
single unit. It does not state names, release dates or context windows (`max_tokens` is a legacy key that means input
here and output there, so it is not read), and its zeros and missing flags tell nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from syncers.errors import BadPayload
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.payload.parse import read_json
from syncers.sources.catalogues.litellm_entries import entries, groups, unknown_conditions
from syncers.sources.catalogues.litellm_entry import TASKS, statement
from syncers.sources.catalogues.litellm_ids import is_size_class
from syncers.sources.catalogues.litellm_prices import not_understood


class LiteLLM(Source):
    slug, label = "litellm", "LiteLLM"
    url = "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"
    homepage = "https://models.litellm.ai"
    source_type, preference = SourceType.CATALOGUE, 30
    prices_in = "USD per token, second, image …, by key"
    expected = (350, 30_000)
    confidence = "high"

    def read(self, body: bytes) -> Any:
        # The file repeats keys (zai.glm-5 in May 2026, with other prices): both entries are read, see `_agreed`.
        return read_json(body, keep_repeated=True)

    def records(self, document: Any) -> Iterator[Record]:
        if not isinstance(document, dict):
            raise BadPayload(f"{self.slug}: an object of models expected, not a {type(document).__name__}")
        by_key, unknown = groups(document), unknown_conditions(document)
        for key, entry in entries(document):
            if is_size_class(key) or key in unknown:
                continue
            yield Record(key[:200], entry, context=(key, by_key[key]) if key in by_key else None)

    def claims(self, record: Record) -> Iterator[Claim]:
        """Each entry about an offering, such as those of its regions, gives what all of them agree on."""
        if record.context is None or not isinstance(record.data, dict):
            raise InvalidClaim("an object with a `litellm_provider` expected")
        key, group = record.context
        own = statement(key, group[key][0], record.data)
        first = next(iter(group.read.values()), own)
        yield claim(own.offering, group.agreed({key: own})[0], aliases=first.aliases)

    def notices(self, document: Any) -> dict[str, int]:
        if not isinstance(document, dict):
            return {}
        counts = Counter(f"condition {word[:40]} in a key" for word in unknown_conditions(document).values())
        for key, entry in entries(document):
            if not isinstance(entry, dict):
                continue
            if is_size_class(key):
                counts["tariff by size class"] += 1
                continue
            mode = entry.get("mode")
            counts.update(not_understood(entry, str(mode)))
            if isinstance(mode, str) and mode not in TASKS:
                counts[f"mode {mode[:40]}"] += 1
        for key, group in groups(document).items():
            if len(group) > 1 and next(iter(group)) == key:
                counts.update(f"entries of one offering disagree: {name}" for name in group.agreed({})[1])
        return dict(counts)
