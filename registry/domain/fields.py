"""The fields of an offering, declared once: name, kind, group.

Sources claim them, merge decides them, publish writes them, the admin and the API show them, all by these declarations.
Adding a field is one line in `FIELDS` plus the migration of its column, which is made of it. Two families are open
ended and need no line:
``price.<rate>`` (see `registry.domain.rates`) and ``benchmark.<name>``.

Three states must never be confused. A field that is *absent* from a mapping: no opinion. *None*: stated that there is
none. Anything else: the value, in the Python form which its kind documents.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from registry.domain import kinds, rates
from registry.domain.kinds import (
    DATE,
    FLAG,
    MODEL,
    NAMES,
    OFFERING,
    PARTIAL_DATE,
    SCORE,
    TAGS,
    Kind,
    choice,
    count,
    text,
)
from registry.values import Json as Json
from registry.values import Value as Value


class Group(StrEnum):
    """What a field is about. Authorities, policies and pages are declared by group."""

    IDENTITY = "identity"
    TEXT = "text"
    LIFECYCLE = "lifecycle"
    LIMIT = "limit"
    MODALITY = "modality"
    CAPABILITY = "capability"
    PRICE = "price"
    BENCHMARK = "benchmark"
    SPEED = "speed"


GROUP_TITLES: Final = {
    Group.PRICE: "Prices",
    Group.LIMIT: "Limits",
    Group.CAPABILITY: "Capabilities",
    Group.MODALITY: "Modalities",
    Group.LIFECYCLE: "Lifecycle",
    Group.IDENTITY: "Identity",
    Group.SPEED: "Speed",
    Group.BENCHMARK: "Benchmarks",
    Group.TEXT: "Text",
}
"""In the order in which pages show them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an offering."""

    name: str
    label: str
    group: Group
    kind: Kind
    column: str = ""
    """The typed column that lists are filtered and sorted by; "" when it has none."""
    says: str = ""
    """What the API says of it, where that is more than the label."""
    parameter: str = ""
    """What its filter is called in the API, where that is not the field's name. A text has a filter only where this is
    given, everything else that has a column always."""

    def clean(self, value: object) -> Value:
        """The value in its canonical Python form; None stays None. Raises ValueError."""
        return None if value is None else self.kind.clean(value)

    def encode(self, value: Value) -> Json:
        """The canonical JSON form: equal values have equal forms, so that comparing forms is comparing meanings."""
        return None if value is None else self.kind.encode(value)

    def decode(self, data: Json) -> Value:
        return None if data is None else self.kind.decode(data)


STATUSES: Final = ("preview", "active", "legacy", "deprecated", "retired")
TASKS: Final = (
    "chat", "completion", "embedding", "rerank", "image", "video", "speech", "transcription", "audio",
    "realtime", "moderation", "search", "ocr",
)  # fmt: skip


def _field(name: str, label: str, group: Group, kind: Kind, says: str = "", parameter: str = "") -> Field:
    return Field(name, label, group, kind, name, says, parameter)


FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        _field("name", "Name", Group.IDENTITY, text(300)),
        _field("model", "Model", Group.IDENTITY, MODEL, "Id of the model behind it."),
        _field("hugging_face_id", "Hugging Face id", Group.IDENTITY, text(200), "Id at Hugging Face."),
        _field("description", "Description", Group.TEXT, text(20_000), "As its source wrote it: text of others."),
        _field("task", "Task", Group.IDENTITY, choice(*TASKS), "What it is for."),
        _field("status", "Status", Group.LIFECYCLE, choice(*STATUSES, longest=12)),
        _field("released_on", "Released", Group.LIFECYCLE, DATE, "Day of release."),
        _field("retires_on", "Retires", Group.LIFECYCLE, DATE, "Day from which it is no longer served."),
        _field("deprecated_on", "Deprecated", Group.LIFECYCLE, DATE, "Day from which its provider advises against it."),
        _field("extended_access_on", "Extended access", Group.LIFECYCLE, DATE, "Day from which it may cost more."),
        _field("successor", "Successor", Group.LIFECYCLE, OFFERING, "Offering that its provider names in its place."),
        _field("knowledge_cutoff", "Knowledge cut-off", Group.LIFECYCLE, PARTIAL_DATE, "Year, month or day."),
        _field("context_window", "Context window", Group.LIMIT, count(), "Tokens."),
        _field("max_input_tokens", "Max input tokens", Group.LIMIT, count(), "Tokens."),
        _field("max_output_tokens", "Max output tokens", Group.LIMIT, count(), "Tokens."),
        _field("max_reasoning_tokens", "Max reasoning tokens", Group.LIMIT, count(), "Tokens."),
        _field(
            "prompt_cache_min_tokens",
            "Shortest cached prompt",
            Group.LIMIT,
            count(),
            "Tokens of the shortest cached one.",
        ),
        _field("max_images", "Max images", Group.LIMIT, count(), "Images in one request."),
        _field(
            "requests_per_minute", "Requests per minute", Group.LIMIT, count(), "Rate limit, as its source states it."
        ),
        _field("tokens_per_minute", "Tokens per minute", Group.LIMIT, count(), "Rate limit, as its source states it."),
        _field("embedding_dimensions", "Embedding dimensions", Group.LIMIT, count(), "Length of the vectors it gives."),
        _field("input_modalities", "Input modalities", Group.MODALITY, TAGS, "What it takes.", "input_modality"),
        _field("output_modalities", "Output modalities", Group.MODALITY, TAGS, "What it gives.", "output_modality"),
        _field("languages", "Languages", Group.MODALITY, TAGS, "Languages as tags, such as en-us.", "language"),
        Field("voices", "Voices", Group.MODALITY, NAMES, says="Voices that it speaks with, as requests name them."),
        _field("supports_vision", "Vision", Group.CAPABILITY, FLAG),
        _field("supports_tools", "Tools", Group.CAPABILITY, FLAG),
        _field("supports_tool_choice", "Tool choice", Group.CAPABILITY, FLAG),
        _field("supports_parallel_tools", "Parallel tools", Group.CAPABILITY, FLAG),
        _field("supports_json_mode", "JSON mode", Group.CAPABILITY, FLAG),
        _field("supports_structured_output", "Structured output", Group.CAPABILITY, FLAG),
        _field("supports_reasoning", "Reasoning", Group.CAPABILITY, FLAG),
        _field("supports_none_reasoning_effort", "Reasoning effort none", Group.CAPABILITY, FLAG),
        _field("supports_minimal_reasoning_effort", "Reasoning effort minimal", Group.CAPABILITY, FLAG),
        _field("supports_low_reasoning_effort", "Reasoning effort low", Group.CAPABILITY, FLAG),
        _field("supports_xhigh_reasoning_effort", "Reasoning effort xhigh", Group.CAPABILITY, FLAG),
        _field("supports_max_reasoning_effort", "Reasoning effort max", Group.CAPABILITY, FLAG),
        _field("supports_system_messages", "System messages", Group.CAPABILITY, FLAG),
        _field("supports_assistant_prefill", "Assistant prefill", Group.CAPABILITY, FLAG),
        _field("supports_logprobs", "Log probabilities", Group.CAPABILITY, FLAG),
        _field("supports_prompt_caching", "Prompt caching", Group.CAPABILITY, FLAG),
        _field("supports_batch", "Batch", Group.CAPABILITY, FLAG),
        _field("supports_streaming", "Streaming", Group.CAPABILITY, FLAG),
        _field("supports_fine_tuning", "Fine-tuning", Group.CAPABILITY, FLAG),
        _field("supports_web_search", "Search grounding", Group.CAPABILITY, FLAG),
        _field("supports_code_execution", "Code execution", Group.CAPABILITY, FLAG),
        _field("supports_computer_use", "Computer use", Group.CAPABILITY, FLAG),
        _field("supports_pdf_input", "PDF input", Group.CAPABILITY, FLAG),
        _field("supports_audio_input", "Audio input", Group.CAPABILITY, FLAG),
        _field("supports_audio_output", "Audio output", Group.CAPABILITY, FLAG),
        _field("supports_video_input", "Video input", Group.CAPABILITY, FLAG),
        _field("supports_image_output", "Image output", Group.CAPABILITY, FLAG),
        _field("supports_video_output", "Video output", Group.CAPABILITY, FLAG),
        _field("supports_vision_fine_tuning", "Vision fine-tuning", Group.CAPABILITY, FLAG),
        _field("can_classify", "Can classify", Group.CAPABILITY, FLAG, "Whether it can classify."),
        _field(
            "reasoning_efforts",
            "Reasoning efforts",
            Group.CAPABILITY,
            TAGS,
            "Efforts that can be asked for.",
            "reasoning_effort",
        ),
        _field(
            "inference_types",
            "Inference types",
            Group.CAPABILITY,
            TAGS,
            "How it is called: on-demand, provisioned, inference-profile.",
            "inference_type",
        ),
        _field(
            "default_reasoning_effort",
            "Default reasoning effort",
            Group.CAPABILITY,
            text(20),
            "Effort of a request that asks for none.",
            "default_reasoning_effort",
        ),
        _field("reasoning_by_default", "Reasons by default", Group.CAPABILITY, FLAG, "Whether it reasons unasked."),
        _field("reasoning_mandatory", "Always reasons", Group.CAPABILITY, FLAG, "Whether reasoning cannot be off."),
        _field(
            "supported_parameters",
            "Supported parameters",
            Group.CAPABILITY,
            TAGS,
            "Parameters of requests that it takes.",
            "supported_parameter",
        ),
        _field("is_moderated", "Moderated", Group.CAPABILITY, FLAG, "Whether its provider filters requests."),
        _field("tokenizer", "Tokenizer", Group.IDENTITY, text(100), "Tokenizer or its family.", "tokenizer"),
        _field(
            "data_policy",
            "Data policy",
            Group.IDENTITY,
            text(60),
            "Its provider's word for how requests are handled, such as private.",
            "data_policy",
        ),
        _field("open_weights", "Open weights", Group.IDENTITY, FLAG, "Whether its weights are published."),
        _field("license", "Licence", Group.IDENTITY, text(100), "Licence.", "license"),
        _field("quantization", "Quantisation", Group.IDENTITY, text(40), "Quantisation.", "quantization"),
        _field(
            "regions",
            "Regions",
            Group.LIFECYCLE,
            TAGS,
            "Where it is served: as stated, where a price is stated for a region, or by its id.",
            "region",
        ),
        _field("variants", "Variants", Group.IDENTITY, TAGS, "What its id says besides the model.", "variant"),
        _field("ttft_ms", "Time to first token, ms", Group.SPEED, SCORE),
        _field("tokens_per_second", "Tokens per second", Group.SPEED, SCORE),
    )
}

CAPABILITIES: Final = tuple(f for f in FIELDS.values() if f.name.startswith("supports_"))
INPUT_FLAGS: Final[Mapping[str, str]] = {
    "image": "supports_vision",
    "audio": "supports_audio_input",
    "video": "supports_video_input",
    "pdf": "supports_pdf_input",
}
"""Word in `input_modalities` → the flag that says the same."""
OUTPUT_FLAGS: Final[Mapping[str, str]] = {
    "image": "supports_image_output",
    "audio": "supports_audio_output",
    "video": "supports_video_output",
}
"""Word in `output_modalities` → the flag that says the same."""
BENCHMARK_PREFIX: Final = "benchmark."
_BENCHMARK = re.compile(r"benchmark\.[a-z0-9][a-z0-9_.-]{0,59}")


@lru_cache(maxsize=8192)
def field(name: str) -> Field:
    """The field of that name, also of the open families. Raises ValueError for a name that is no field."""
    if declared := FIELDS.get(name):
        return declared
    if name.startswith(rates.PREFIX):
        key = rates.parse_key(name)
        return Field(key.field, f"Price: {key}", Group.PRICE, kinds.PRICE)
    if _BENCHMARK.fullmatch(name):
        return Field(name, name.removeprefix(BENCHMARK_PREFIX).upper(), Group.BENCHMARK, SCORE)
    raise ValueError(f"unknown field {name!r}")


def agrees(name: str, left: Value, right: Value, *, on: date) -> bool:
    """Whether two sources say the same about a field.

    Prices agree when they are equal on that day; where neither says anything of it, when what they announce next is.
    """
    if left is None or right is None:
        return left is right
    if name.startswith(rates.PREFIX):
        first, second = rates.point_on(left, on), rates.point_on(right, on)
        if first is None or second is None:
            return first is second and rates.next_point(left, on) == rates.next_point(right, on)
        return (first.amount, first.state, first.currency) == (second.amount, second.state, second.currency)
    return bool(left == right) or (is_count(left) and is_count(right) and _is_rounded(left, right))


def is_count(value: object) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_rounded(left: int, right: int) -> bool:
    """Whether one number is the other in thousands instead of in units of 1,024: 128,000 for 131,072."""
    least, most = sorted((left, right))
    return any(most % binary == 0 and most // binary * decimal == least for decimal, binary in _THOUSANDS)


_THOUSANDS: Final = ((1_000, 1_024), (1_000_000, 1_048_576))
