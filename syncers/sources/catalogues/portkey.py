"""Portkey: the price files of its gateway, one for each provider, kept by pull requests.

Docs: https://github.com/Portkey-AI/models (MIT). Prices are US cents per token, or per piece. It states only prices.
Some of them were copied from LiteLLM where the official page could not be read (Portkey-AI/models PR 660), and the file
of OpenRouter is a copy of OpenRouter's own list: neither counts as an independent source. Portkey's own `/v1/models`
lists what an account has switched on, not what there is, and is not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from registry.identity import names
from syncers.errors import BadPayload
from syncers.kinds.coerce import table
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.sources.catalogues.portkey_prices import is_a_tariff, not_taken, price_fields

_FOLDER: Final = "https://configs.portkey.ai/pricing"
#: Files of language models at known providers. While one is gone, its earlier statements stay and the source becomes
#: stale: nothing is lost silently, and nothing counts as confirmed.
FILES: Final = (
    "ai21",
    "anthropic",
    "azure-openai",
    "bedrock",
    "byteplus",
    "cerebras",
    "cohere",
    "dashscope",
    "deepgram",
    "deepinfra",
    "deepseek",
    "elevenlabs",
    "fireworks-ai",
    "google",
    "groq",
    "jina",
    "mistral-ai",
    "nebius",
    "novita-ai",
    "openai",
    "openrouter",
    "perplexity-ai",
    "together-ai",
    "vertex-ai",
    "workers-ai",
    "x-ai",
    "z-ai",
)
#: A single file does not name its provider. Two are recognised by keys that no other file has.
_MARKS: Final = {"openrouter/auto": "openrouter", "claude-3-opus-latest": "anthropic"}
_DEFAULT: Final = "default"  # prices of 0 for unlisted models


class Portkey(Source):
    slug, label = "portkey", "Portkey price files"
    url = f"{_FOLDER}/openai.json"
    homepage = "https://portkey.ai/models"
    source_type, preference, origin = SourceType.CATALOGUE, 60, "litellm"
    authority = ("price",)
    every = timedelta(days=1)
    prices_in = "US cents per token, or per piece"
    expected = (20, 20_000)
    confidence = "high"
    optional_parts = True

    def part_lists(self, part: str, offering: str) -> bool:
        return offering.startswith(f"{names.provider(part)}/")

    def absent(self, document: Any, body: bytes) -> tuple[str, ...]:
        """A payload may hold some of the files only, such as one that a person reads in."""
        return tuple(name for name in FILES if name not in _files(document))

    def urls(self) -> Mapping[str, str]:
        return {name: f"{_FOLDER}/{name}.json" for name in FILES}

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        return {"files": {name: pages[0] for name, pages in parts.items()}}

    def count(self, document: Any) -> int:
        return len(document)  # of one file, which does not name its provider

    def records(self, document: Any) -> Iterator[Record]:
        for name, models in _files(document).items():
            if not isinstance(models, dict):
                yield Record(name, models)
                continue
            for ident, entry in models.items():
                if ident != _DEFAULT and not is_a_tariff(ident):
                    yield Record(f"{name}/{ident}"[:200], entry, context=(name, ident))

    def claims(self, record: Record) -> Iterator[Claim]:
        if not record.context or not isinstance(record.data, dict):
            raise InvalidClaim("an object of models, each with a `pricing_config`, expected")
        config = table(record.get("pricing_config"), "pricing_config")
        name, ident = record.context
        origin = "openrouter" if name == "openrouter" else ""
        yield claim(f"{names.provider(name)}/{ident}", price_fields(name, ident, config), origin=origin)

    def notices(self, document: Any) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for name, models in _files(document).items():
            for ident, entry in models.items() if isinstance(models, dict) else ():
                if is_a_tariff(ident):
                    counts["tariff listed as a model"] += 1
                elif ident != _DEFAULT and isinstance(config := Record("", entry).get("pricing_config"), dict):
                    counts.update(not_taken(name, ident, config))
        return dict(counts)


def _files(document: Any) -> dict[str, Any]:
    """Name of a file → its models."""
    if not isinstance(document, dict):
        raise BadPayload(f"{Portkey.slug}: an object of models expected, not a {type(document).__name__}")
    if set(document) == {"files"} and isinstance(document["files"], dict):
        return document["files"]
    if name := next((name for mark, name in _MARKS.items() if mark in document), ""):
        return {name: document}
    raise BadPayload(f"{Portkey.slug}: the provider of these prices is not known; recognised by: {', '.join(_MARKS)}")
