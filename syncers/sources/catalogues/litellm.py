"""LiteLLM: the cost map of the LiteLLM proxy, the widest catalogue there is, kept by its community.

Docs: https://docs.litellm.ai/docs/proxy/custom_pricing, https://github.com/BerriAI/litellm (MIT). Prices are USD per
single unit. It does not tell names, release dates or context windows (`max_tokens` is a legacy key that means input
here and output there, so it is not read), and its zeros and missing flags tell nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, Final

from curation.core.authority import Standing
from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain import rates
from registry.domain.offering_ids import OfferingId
from syncers.errors import BadPayload
from syncers.kinds.coerce import full_day, names, stated, text, words
from syncers.kinds.partial import without_unreadable
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.kinds.words import marks
from syncers.payload.parse import Repeated, read_json
from syncers.sources.catalogues.litellm_ids import Place, is_size_class, place, provider_of, unknown_condition
from syncers.sources.catalogues.litellm_modalities import reconciled
from syncers.sources.catalogues.litellm_prices import not_understood, price_fields

#: Documentation and rules, not models.
_RESERVED: Final = frozenset({"sample_spec", "fallback_generalizations"})
_TASKS: Final = {
    "chat": "chat",
    "responses": "chat",
    "completion": "completion",
    "embedding": "embedding",
    "rerank": "rerank",
    "image_generation": "image",
    "image_edit": "image",
    "video_generation": "video",
    "audio_speech": "speech",
    "audio_transcription": "transcription",
    "realtime": "realtime",
    "moderation": "moderation",
    "moderations": "moderation",
    "search": "search",
    "ocr": "ocr",
}
_FLAGS: Final = {
    "supports_vision": "supports_vision",
    "supports_function_calling": "supports_tools",
    "supports_parallel_function_calling": "supports_parallel_tools",
    "supports_response_schema": "supports_structured_output",
    "supports_reasoning": "supports_reasoning",
    "supports_prompt_caching": "supports_prompt_caching",
    "supports_native_streaming": "supports_streaming",
    "supports_web_search": "supports_web_search",
    "supports_code_execution": "supports_code_execution",
    "supports_computer_use": "supports_computer_use",
    "supports_pdf_input": "supports_pdf_input",
    "supports_audio_input": "supports_audio_input",
    "supports_audio_output": "supports_audio_output",
    "supports_video_input": "supports_video_input",
}
#: Lists that are not known to be complete: yes for their words, no opinion on the others.
_OUTPUTS: Final = {"image": "supports_image_output", "video": "supports_video_output"}
_ENDPOINTS: Final = {"/v1/batch": "supports_batch"}
_AGAIN: Final = " (again "


class _Entries(dict[str, tuple[Place, dict[str, Any]]]):
    """All entries about one offering by key: the plain one, one for each region, one for each image size."""

    @cached_property
    def read(self) -> dict[str, Claim]:
        """What each entry states, as far as it can be read."""
        found = {}
        for key, (where, entry) in self.items():
            with suppress(InvalidClaim):
                found[key] = _statement(key, where, without_unreadable(entry, partial(_statements, key, where)))
        return found

    def agreed(self, own: Mapping[str, Claim]) -> tuple[dict[str, Any], list[str]]:
        """The values on which all entries agree, and the names of those on which they do not; `own` stands in for what
        was read of its entry.

        LiteLLM lists some offerings twice (`deepseek-chat` and `deepseek/deepseek-chat`) with different values: to
        choose one of them would be inventing. Conditional entries speak of more than prices only if there is no
        plain one.
        """
        read = {**self.read, **own}
        plain = [one for key, one in read.items() if not self[key][0].conditions]
        found: dict[str, Any] = {}
        split: list[str] = []
        for name in dict.fromkeys(name for one in read.values() for name in one.values):
            is_price = name.startswith(rates.PREFIX)
            speakers: Iterable[Claim] = read.values() if is_price else plain or read.values()
            said = [one.values[name] for one in speakers if name in one.values]
            if said and all(value == said[0] for value in said):
                found[name] = said[0]
            elif said:
                split.append(name)
        return reconciled(found), split


class LiteLLM(Source):
    slug, label = "litellm", "LiteLLM"
    url = "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"
    homepage = "https://models.litellm.ai"
    standing, preference = Standing.CATALOGUE, 30
    prices_in = "USD per token, second, image …, by key"
    expected = (350, 30_000)
    confidence = "high"

    def read(self, body: bytes) -> Any:
        # The file repeats keys (zai.glm-5 in May 2026, with other prices): both entries are read, see `_agreed`.
        return read_json(body, keep_repeated=True)

    def records(self, document: Any) -> Iterator[Record]:
        if not isinstance(document, dict):
            raise BadPayload(f"{self.slug}: an object of models expected, not a {type(document).__name__}")
        groups, unknown = _groups(document), _unknown_conditions(document)
        for key, entry in _entries(document):
            if is_size_class(key) or key in unknown:
                continue
            yield Record(key[:200], entry, context=(key, groups[key]) if key in groups else None)

    def claims(self, record: Record) -> Iterator[Claim]:
        """Each entry about an offering, such as those of its regions, gives what all of them agree on."""
        if record.context is None or not isinstance(record.data, dict):
            raise InvalidClaim("an object with a `litellm_provider` expected")
        key, group = record.context
        own = _statement(key, group[key][0], record.data)
        first = next(iter(group.read.values()), own)
        yield claim(own.offering, group.agreed({key: own})[0], aliases=first.aliases)

    def notices(self, document: Any) -> dict[str, int]:
        if not isinstance(document, dict):
            return {}
        found = Counter(f"condition {word[:40]} in a key" for word in _unknown_conditions(document).values())
        for key, entry in _entries(document):
            if not isinstance(entry, dict):
                continue
            if is_size_class(key):
                found["tariff by size class"] += 1
                continue
            mode = entry.get("mode")
            found.update(not_understood(entry, str(mode)))
            if isinstance(mode, str) and mode not in _TASKS:
                found[f"mode {mode[:40]}"] += 1
        for key, group in _groups(document).items():
            if len(group) > 1 and next(iter(group)) == key:
                found.update(f"entries of one offering disagree: {name}" for name in group.agreed({})[1])
        return dict(found)


def _entries(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The entries with their keys, a repeated one as `key (again 1)`."""
    for key, entry in document.items():
        if key in _RESERVED:
            continue
        for turn, one in enumerate(entry if isinstance(entry, Repeated) else (entry,)):
            yield f"{key}{_AGAIN}{turn})" if turn else key, one


def _provider(entry: Any) -> str:
    name = entry.get("litellm_provider") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and provider_of(name) else ""


def _groups(document: dict[str, Any]) -> Mapping[str, _Entries]:
    """Key → all entries about its offering."""
    by_key: dict[str, _Entries] = {}
    by_offering: dict[str, _Entries] = defaultdict(_Entries)
    unknown = _unknown_conditions(document)
    for key, (where, entry) in _placed(document).items():
        if key not in unknown:
            by_key[key] = group = by_offering[where.offering]
            group[key] = where, entry
    return by_key


def _placed(document: dict[str, Any]) -> dict[str, tuple[Place, dict[str, Any]]]:
    return {
        key: (place(key.partition(_AGAIN)[0], name), entry)
        for key, entry in _entries(document)
        if not is_size_class(key) and (name := _provider(entry))
    }


def _unknown_conditions(document: dict[str, Any]) -> dict[str, str]:
    """Key → the word in it, for entries whose prices hold under a condition that is not understood."""
    placed = _placed(document)
    listed = {where.offering for where, _ in placed.values()}
    words_in = ((key, unknown_condition(where, listed)) for key, (where, _) in placed.items())
    return {key: word for key, word in words_in if word}


def _statements(key: str, where: Place, entry: dict[str, Any]) -> list[Claim]:
    return [_statement(key, where, entry)]


def _statement(key: str, where: Place, entry: dict[str, Any]) -> Claim:
    """What one entry states, by itself."""
    record = Record(key, entry)
    mode, ident = str(record.get("mode")), OfferingId.of(where.offering).native_id
    values = {
        "task": _TASKS.get(mode),
        "max_input_tokens": record.get("max_input_tokens") or None,
        "max_output_tokens": record.get("max_output_tokens") or None,
        "retires_on": _retires_on(record.get("deprecation_date")),
        "input_modalities": words(record.get("supported_modalities"), "supported_modalities") or None,
        "output_modalities": words(record.get("supported_output_modalities"), "supported_output_modalities") or None,
        "regions": words(record.get("supported_regions"), "supported_regions") or None,
        **{field: record.get(flag) for flag, field in _FLAGS.items()},
        **marks(words(record.get("supported_output_modalities"), "supported_output_modalities"), _OUTPUTS),
        **marks(words(record.get("supported_endpoints"), "supported_endpoints"), _ENDPOINTS),
    }
    prices = price_fields(entry, mode, where.conditions, is_free=":free" in key)
    given = record.get("aliases")
    aliases = names(given if isinstance(given, list) else (), besides=ident)
    return claim(where.offering, stated(values) | prices, aliases=aliases)


def _retires_on(value: Any) -> Any:
    day = full_day(value)
    if day is None and text(value) is not None:
        raise InvalidClaim(f"deprecation_date: a day expected, not {str(value)[:60]!r}")
    return day
