"""OpenRouter: the model list of the largest marketplace, prices of the default endpoint of each model.

Docs: https://openrouter.ai/docs/api-reference/list-available-models. Prices are USD per token, as text. The list is
public; a key changes nothing in it. It does not state the prices of the other endpoints, release dates (`created` is
the day of listing at OpenRouter), nor the true unit of speech, video and rerank prices. Benchmarks in it are those of
others and are not taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from syncers.kinds.capabilities import INPUTS, efforts, flags, marks
from syncers.kinds.coerce import names, table, text, whole_day, without_none, words
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.sources.gateways.openrouter_prices import not_taken, price_fields

#: Words of the answer → ours. `file` is PDF; the others are kinds of product, not of content.
_MODALITIES: Final = {"file": "pdf", "speech": "audio", "transcription": "text", "embeddings": "embedding"}
_TASKS: Final = {
    "text": "chat",  # everything that answers in text is served as chat completions
    "image": "image",
    "video": "video",
    "speech": "speech",
    "transcription": "transcription",
    "embeddings": "embedding",
    "rerank": "rerank",
}
#: Of the output; speech is another kind of product.
_OUTPUTS: Final = {"image": "supports_image_output", "video": "supports_video_output"}
_PARAMETERS: Final = {
    "tools": "supports_tools",
    "response_format": "supports_json_mode",
    "structured_outputs": "supports_structured_output",
    "reasoning": "supports_reasoning",
}
#: Listed for a handful of rows only, long after the models that can do it: a missing one states nothing.
_RARE_PARAMETERS: Final = {
    "parallel_tool_calls": "supports_parallel_tools",
    "web_search_options": "supports_web_search",
}


class OpenRouter(Source):
    slug, label = "openrouter", "OpenRouter"
    url = "https://openrouter.ai/api/v1/models?output_modalities=all"
    homepage = "https://openrouter.ai/models"
    source_type, speaks_for = SourceType.MARKETPLACE, "openrouter"
    every = timedelta(hours=1)
    prices_in = "USD per token, or per piece"
    expected = (150, 5_000)
    confidence = "high"
    key_variable = "OPENROUTER_API_KEY"
    records_at = "data"

    def records(self, document: Any) -> Iterator[Record]:
        records = list(super().records(document))
        other_names = _other_names([record.data for record in records if isinstance(record.data, dict)])
        for record in records:
            yield Record(record.where, record.data, context=other_names)

    def claims(self, record: Record) -> Iterator[Claim]:
        ident = record.text("id")
        other_names = record.context.get(ident, ())
        if other_names is None:
            return  # a pointer: its name is an alias of its target
        inputs = words(record.get("architecture", "input_modalities"), "input_modalities")
        outputs = words(record.get("architecture", "output_modalities"), "output_modalities") or ()
        values = {
            "name": text(record.get("name")),
            "description": text(record.get("description")),
            "hugging_face_id": text(record.get("hugging_face_id")),
            "task": _TASKS.get(outputs[0]) if len(outputs) == 1 else None,
            # The endpoint that serves the request has its own cap, often below the model's (z-ai/glm-5.2: 1024000 of
            # 1048576).
            "context_window": record.get("top_provider", "context_length") or record.get("context_length") or None,
            "max_output_tokens": record.get("top_provider", "max_completion_tokens") or None,
            "input_modalities": [_MODALITIES.get(word, word) for word in inputs] if inputs else None,
            "output_modalities": [_MODALITIES.get(word, word) for word in outputs if word != "rerank"] or None,
            "knowledge_cutoff": text(record.get("knowledge_cutoff")),
            "retires_on": whole_day(record.get("expiration_date"), "expiration_date"),
            "default_reasoning_effort": text(record.get("reasoning", "default_effort")),
            "reasoning_by_default": record.get("reasoning", "default_enabled"),
            "reasoning_mandatory": record.get("reasoning", "mandatory"),
            "supported_parameters": words(record.get("supported_parameters"), "supported_parameters") or None,
            "is_moderated": record.get("top_provider", "is_moderated"),
            "tokenizer": None if (tokenizer := record.get("architecture", "tokenizer")) == "Other" else text(tokenizer),
            "voices": words(record.get("supported_voices"), "supported_voices") or None,
            **efforts(words(record.get("reasoning", "supported_efforts"), "supported_efforts")),
            # Both are documented as the supported modalities. Of a model that takes no files, OpenRouter reads PDF.
            **flags(inputs, INPUTS),
            **marks(inputs, {"file": "supports_pdf_input"}),
            **flags(outputs, _OUTPUTS),
            **_parameters(record),
        }
        prices = price_fields(ident, table(record.get("pricing"), "pricing"), outputs)
        yield claim(f"openrouter/{ident}", without_none(values) | prices, aliases=names(other_names, besides=ident))

    def notices(self, document: Any) -> dict[str, int]:
        data = document.get("data") if isinstance(document, dict) else None
        counts = (
            Counter(word for row in data if isinstance(row, dict) for word in not_taken(row))
            if isinstance(data, list)
            else {}
        )
        return dict(counts)


def _other_names(rows: list[dict[str, Any]]) -> Mapping[str, list[str] | None]:
    """Id → other names of that row. None marks a pointer row such as `~openai/gpt-latest`, which is no offering of
    its own.

    A pointer whose target is not in the list (recordings before July 2026 name none) stays an offering with the
    prices that it states: OpenRouter answers and bills under that id.
    """
    rows = [row for row in rows if isinstance(row.get("id"), str)]
    ids = {row["id"] for row in rows}
    by_id: dict[str, list[str] | None] = {ident: [] for ident in ids}
    for row in rows:
        target = row["alias_target"].get("slug") if isinstance(row.get("alias_target"), dict) else None
        if isinstance(target, str) and target in ids and not target.startswith("~"):
            by_id[row["id"]] = None
            by_id[target] = [*(by_id[target] or ()), row["id"]]
    # A permanent slug is shared by the variants of a model (`…:free`, `…:batch`): it names the plain one, if that is
    # unique.
    plain = [row for row in rows if ":" not in row["id"] and isinstance(row.get("canonical_slug"), str)]
    owners = Counter(row["canonical_slug"] for row in plain)
    for row in plain:
        if owners[row["canonical_slug"]] == 1 and row["canonical_slug"] not in ids and by_id[row["id"]] is not None:
            by_id[row["id"]] = [*(by_id[row["id"]] or ()), row["canonical_slug"]]
    return by_id


def _parameters(record: Record) -> dict[str, bool]:
    """Capabilities by the supported parameters of requests. An empty list (older image models) states nothing."""
    listed = words(record.get("supported_parameters"), "supported_parameters")
    return flags(listed, _PARAMETERS) | marks(listed, _RARE_PARAMETERS)
