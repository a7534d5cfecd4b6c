"""The fields of an offering, declared once: name, kind, group.

Sources claim them, merge decides them, publish writes them, the admin and the API show them, all by these declarations.
Adding a field is one line in `FIELDS` plus the migration for its column. Two families are open ended and need no line:
``price.<rate>`` (see `registry.domain.rates`) and ``benchmark.<name>``.

Three states must never be confused. A field that is *absent* from a mapping: no opinion. *None*: stated that there is
none. Anything else: the value, in the Python form which its kind documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from registry.domain import iso, offering_ids, rates
from registry.identity.normalise import is_model_key, model_key

Json = Any
"""What a JSON document can hold. Decimals travel as text, dates in ISO form, sets as sorted lists."""


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


@dataclass(frozen=True, slots=True)
class Kind:
    """How values of a field are checked, written as JSON and read back. `clean` raises ValueError with a plain
    reason.
    """

    name: str
    clean: Callable[[Any], Any]
    encode: Callable[[Any], Json] = lambda value: value
    decode: Callable[[Json], Any] = lambda value: value


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an offering. `column` is the typed column it is filtered by, "" when it has none."""

    name: str
    label: str
    group: Group
    kind: Kind
    column: str = ""

    def clean(self, value: Any) -> Any:
        """The value in its canonical Python form; None stays None. Raises ValueError."""
        return None if value is None else self.kind.clean(value)

    def encode(self, value: Any) -> Json:
        """The canonical JSON form: equal values have equal forms, so that comparing forms is comparing meanings."""
        return None if value is None else self.kind.encode(value)

    def decode(self, data: Json) -> Any:
        return None if data is None else self.kind.decode(data)


# Signs that have no business in a name or a description, and that break PostgreSQL (NUL), JSON (lone surrogates) or
# readers (text that changes its direction).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def _text(limit: int) -> Kind:
    def clean(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(f"text expected, not {type(value).__name__}")
        if found := _FORBIDDEN.search(value):
            raise ValueError(f"forbidden sign {found[0]!r} in text")
        text: str = value.strip()
        if not text:
            raise ValueError("empty text; leave the field out instead")
        if len(text) > limit:
            raise ValueError(f"text of {len(text)} signs, the limit is {limit}")
        return text

    return Kind(f"text({limit})", clean)


def _clean_model(value: Any) -> str:
    author, _, name = _text(200).clean(value).partition("/")
    key = model_key(author, name)
    if not is_model_key(key):
        raise ValueError(f"model expected as author/name, not {value!r}")
    return str(key)


#: A model, in whatever spelling; kept as its key.
MODEL: Final = Kind("text(200)", _clean_model)


def _clean_offering(value: Any) -> str:
    offering: str = _text(320).clean(value)
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}/\S(.*\S)?", offering):
        raise ValueError(f"offering expected as provider/id, not {value!r}")
    return offering_ids.check_parts(offering)


#: An offering that is named by another one, as the provider spells it: it need not be published.
OFFERING: Final = Kind("text(320)", _clean_offering)


def _count(least: int = 1, most: int = 2**40) -> Kind:
    def clean(value: Any) -> int:
        # adjusted(): 1e999999 would take minutes and gigabytes to become an int.
        if (
            isinstance(value, Decimal)
            and value.is_finite()
            and value.adjusted() < 20
            and value == value.to_integral_value()
        ):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"whole number expected, not {value!r}")
        if not least <= value <= most:
            raise ValueError(f"{value} is outside {least}…{most}")
        return value

    return Kind("count", clean)


def _clean_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"yes or no expected, not {value!r}")
    return value


def _clean_date(value: Any) -> date:
    if isinstance(value, str):
        value = iso.day(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError(f"date expected, not {value!r}")
    if not 2015 <= value.year <= 2100:
        raise ValueError(f"{value} cannot be right: language models are younger than that")
    return value


_LARGEST_SCORE: Final = 10**7
_SMALLEST_SCORE: Final = Decimal(10) ** -12


def _clean_score(value: Any) -> Decimal:
    if isinstance(value, bool | float):
        raise ValueError(f"exact number expected, not {value!r}")
    try:
        number = Decimal(value)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"number expected, not {value!r}") from error
    if not number.is_finite() or not 0 <= number <= _LARGEST_SCORE or (number and number < _SMALLEST_SCORE):
        raise ValueError(f"{str(value)[:60]} is no measurement")
    return rates.plain(number)


_LONGEST_TAGS: Final = 1000
"""As the columns that hold them are."""


def _clean_tags(value: Any) -> tuple[str, ...]:
    if not isinstance(value, Collection) or isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"list of words expected, not {value!r}")
    words = tuple(sorted({item.strip().lower() for item in value}))
    if any(not re.fullmatch(r"[a-z0-9][a-z0-9_.:/ -]{0,59}", word) for word in words):
        raise ValueError(f"not a list of plain words: {value!r}")
    if len(words) > 100 or sum(len(word) + 1 for word in words) >= _LONGEST_TAGS:
        raise ValueError(f"more than 100 words, or more than {_LONGEST_TAGS} signs, in a list")
    return words


def _choice(*known: str) -> Kind:
    def clean(value: Any) -> str:
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
        return str(value)

    return Kind("choice", clean)


def _clean_price(value: Any) -> rates.PriceLine:
    if not isinstance(value, tuple) or not all(isinstance(p, rates.PricePoint) for p in value):
        raise ValueError(f"price line expected, not {value!r}")
    return rates.line(value)


def _clean_month_or_day(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"20[12]\d(-(0[1-9]|1[0-2])(-\d\d)?)?", value, re.ASCII):
        raise ValueError(f"year, month or day expected (2025, 2025-03, 2025-03-31), not {value!r}")
    if len(value) == len("2025-03-31"):
        iso.day(value)
    return value


FLAG: Final = Kind("flag", _clean_flag)
DATE: Final = Kind("date", _clean_date, date.isoformat, date.fromisoformat)
SCORE: Final = Kind("score", _clean_score, lambda number: f"{number:f}", Decimal)
TAGS: Final = Kind("tags", _clean_tags, list, tuple)
PRICE: Final = Kind("price", _clean_price, rates.encode, rates.decode)
PARTIAL_DATE: Final = Kind("partial date", _clean_month_or_day)

STATUSES: Final = ("preview", "active", "legacy", "deprecated", "retired")
TASKS: Final = (
    "chat", "completion", "embedding", "rerank", "image", "video", "speech", "transcription", "audio",
    "realtime", "moderation", "search", "ocr",
)  # fmt: skip


def _field(name: str, label: str, group: Group, kind: Kind) -> Field:
    return Field(name, label, group, kind, column=name)


FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        _field("name", "Name", Group.IDENTITY, _text(300)),
        _field("model", "Model", Group.IDENTITY, MODEL),
        _field("hugging_face_id", "Hugging Face id", Group.IDENTITY, _text(200)),
        _field("description", "Description", Group.TEXT, _text(20_000)),
        _field("task", "Task", Group.IDENTITY, _choice(*TASKS)),
        _field("status", "Status", Group.LIFECYCLE, _choice(*STATUSES)),
        _field("released_on", "Released", Group.LIFECYCLE, DATE),
        _field("retires_on", "Retires", Group.LIFECYCLE, DATE),
        _field("deprecated_on", "Deprecated", Group.LIFECYCLE, DATE),
        _field("successor", "Successor", Group.LIFECYCLE, OFFERING),
        _field("knowledge_cutoff", "Knowledge cut-off", Group.LIFECYCLE, PARTIAL_DATE),
        _field("context_window", "Context window", Group.LIMIT, _count()),
        _field("max_input_tokens", "Max input tokens", Group.LIMIT, _count()),
        _field("max_output_tokens", "Max output tokens", Group.LIMIT, _count()),
        _field("input_modalities", "Input modalities", Group.MODALITY, TAGS),
        _field("output_modalities", "Output modalities", Group.MODALITY, TAGS),
        _field("supports_vision", "Vision", Group.CAPABILITY, FLAG),
        _field("supports_tools", "Tools", Group.CAPABILITY, FLAG),
        _field("supports_parallel_tools", "Parallel tools", Group.CAPABILITY, FLAG),
        _field("supports_json_mode", "JSON mode", Group.CAPABILITY, FLAG),
        _field("supports_structured_output", "Structured output", Group.CAPABILITY, FLAG),
        _field("supports_reasoning", "Reasoning", Group.CAPABILITY, FLAG),
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
        _field("can_classify", "Can classify", Group.CAPABILITY, FLAG),
        _field("reasoning_efforts", "Reasoning efforts", Group.CAPABILITY, TAGS),
        _field("open_weights", "Open weights", Group.IDENTITY, FLAG),
        _field("license", "Licence", Group.IDENTITY, _text(100)),
        _field("quantization", "Quantisation", Group.IDENTITY, _text(40)),
        _field("regions", "Regions", Group.LIFECYCLE, TAGS),
        _field("variants", "Variants", Group.IDENTITY, TAGS),
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
    if known := FIELDS.get(name):
        return known
    if name.startswith(rates.PREFIX):
        key = rates.parse_key(name)
        return Field(key.field, f"Price: {key}", Group.PRICE, PRICE)
    if _BENCHMARK.fullmatch(name):
        return Field(name, name.removeprefix(BENCHMARK_PREFIX).upper(), Group.BENCHMARK, SCORE)
    raise ValueError(f"unknown field {name!r}")


def agrees(name: str, one: Any, other: Any, *, on: date) -> bool:
    """Whether two sources say the same about a field.

    Prices agree when they are equal on that day; where neither says anything of it, when what they announce next is.
    """
    if one is None or other is None:
        return one is other
    if name.startswith(rates.PREFIX):
        first, second = rates.point_on(one, on), rates.point_on(other, on)
        if first is None or second is None:
            return first is second and rates.next_point(one, on) == rates.next_point(other, on)
        return (first.amount, first.state, first.currency) == (second.amount, second.state, second.currency)
    return bool(one == other) or (is_count(one) and is_count(other) and _is_rounded(one, other))


def is_count(value: object) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_rounded(one: int, other: int) -> bool:
    """Whether one number is the other in thousands instead of in units of 1,024: 128,000 for 131,072."""
    least, most = sorted((one, other))
    return any(most % binary == 0 and most // binary * decimal == least for decimal, binary in _THOUSANDS)


_THOUSANDS: Final = ((1_000, 1_024), (1_000_000, 1_048_576))
