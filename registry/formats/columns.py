"""The 25 columns of a flat row: their order, and how each is parsed, checked and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from registry.domain import fields, iso, offering_ids, rates
from registry.domain.provenance import Quality

QUALITIES: Final = tuple(quality.value for quality in Quality)
"""Best first."""
CAPS: Final[Mapping[str, str]] = {
    "V": "supports_vision",
    "T": "supports_tools",
    "J": "supports_json_mode",
    "S": "supports_structured_output",
    "K": "supports_reasoning",
    "C": "supports_prompt_caching",
}
"""Letter → field, in output order."""
STATUSES: Final[Mapping[str, str]] = {"C": "active", "L": "legacy", "D": "deprecated"}
PRICES: Final[Mapping[str, str]] = {
    "input_per_1m": "price.input",
    "output_per_1m": "price.output",
    "cache_per_1m": "price.cache_read",
}
BENCHMARKS: Final = ("mmlu", "humaneval", "math", "gpqa", "swe_bench", "ifeval", "mmmu", "mgsm")


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is parsed and written. `parse` and `clean` raise ValueError with a reason."""

    name: str
    parse: Callable[[str], Any]
    """Text to value, lenient."""
    clean: Callable[[Any], Any]
    """Value to its canonical form, which a Row holds."""
    show: Callable[[Any], str | None]
    """Canonical value to text, None for unknown."""
    attribute: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "attribute", self.attribute or self.name)


_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,2})?", re.ASCII)
_DIGITS: Final = 28
"""The default precision of Decimal: more digits would be rounded."""


def _number(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"number expected, not {text[:40]!r}; write - for unknown")
    return Decimal(text)


def _price(text: str) -> Decimal | None:
    amount = _number(text)
    return None if amount == -1 else amount  # older files write -1 for unknown


def _amount(most: Decimal) -> Callable[[Any], Decimal | None]:
    def clean(value: Any) -> Decimal | None:
        if value is None:
            return None
        if not isinstance(value, Decimal):
            raise TypeError(f"Decimal expected, not {value!r}")
        if not value.is_finite() or value.is_signed() or value > most:
            raise ValueError(f"{value} is outside 0…{most}; write - for unknown")
        _, digits, exponent = value.as_tuple()
        if len(digits) > _DIGITS or not -_DIGITS <= int(exponent) <= _DIGITS:
            raise ValueError(f"a number of more than {_DIGITS} digits: {value}")
        return rates.plain(value)

    return clean


def _text(limit: int) -> Callable[[Any], str | None]:
    declared = fields.FIELDS["description"]  # the rules are the same for all texts but the limit

    def clean(value: Any) -> str | None:
        text: str | None = declared.clean(value)
        if text is not None and len(text) > limit:
            raise ValueError(f"text of {len(text)} signs, the limit is {limit}")
        return text

    return clean


_ID = re.compile(r"(?!#)[^/\s]+/\S(.*\S)?")


def _clean_id(value: Any) -> str:
    text = _text(320)(value)
    if text is None or not _ID.fullmatch(text):
        raise ValueError(f"not an offering id (provider/model): {str(value)[:120]!r}")
    return offering_ids.check_parts(text)


_JOINT = re.compile(r"\\([\\;])|;")


def _parse_aliases(text: str) -> tuple[str, ...]:
    r"""Names joined by `;`. Inside a name `\;` is a semicolon and `\\` a backslash."""
    names, start = [""], 0
    for match in _JOINT.finditer(text):
        names[-1] += text[start : match.start()] + (match[1] or "")
        start = match.end()
        if match[1] is None:
            names.append("")
    names[-1] += text[start:]
    return tuple(name for part in names if (name := part.strip()))


def _show_aliases(names: tuple[str, ...]) -> str | None:
    return ";".join(re.sub(r"[\\;]", r"\\\g<0>", name) for name in names) or None


def _clean_aliases(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        raise TypeError("a tuple of names expected, not one text")
    clean = _text(320)
    return tuple(dict.fromkeys(name for alias in value if (name := clean(alias)) is not None))


def _clean_count(value: Any) -> int | None:
    number: int | None = fields.FIELDS["context_window"].clean(value)
    return number


def _parse_caps(text: str) -> frozenset[str]:
    return frozenset(text.replace(" ", ""))


def _clean_caps(value: Any) -> frozenset[str]:
    if unknown := sorted(set(value) - set(CAPS)):
        raise ValueError(f"unknown letter {', '.join(map(repr, unknown))}; known: {' '.join(CAPS)}")
    return frozenset(value)


def _show_caps(caps: frozenset[str]) -> str | None:
    return "".join(letter for letter in CAPS if letter in caps) or None


def _one_of(*words: str) -> Callable[[Any], str | None]:
    def clean(value: Any) -> str | None:
        if value is not None and value not in words:
            raise ValueError(f"{value!r} is none of {', '.join(words)}, -")
        return None if value is None else str(value)

    return clean


_FLAGS: Final = {"y": True, "yes": True, "true": True, "n": False, "no": False, "false": False}


def _parse_flag(text: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(f"{text[:40]!r} is none of Y, N, -")
    return _FLAGS[text.lower()]


def _parse_date(text: str) -> date:
    try:
        return iso.day(text)
    except ValueError as error:
        raise ValueError(f"date such as 2026-01-04 expected, not {text[:40]!r}") from error


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def _numeric(name: str, most: Decimal, parse: Callable[[str], Decimal | None] = _number) -> Column:
    return Column(name, parse, _amount(most), lambda n: None if n is None else f"{n:f}")


def _textual(name: str, limit: int) -> Column:
    return Column(name, str, _text(limit), _shown)


COLUMNS: Final[Mapping[str, Column]] = {
    column.name: column
    for column in (
        Column("id", str, _clean_id, _shown),
        Column("alias", _parse_aliases, _clean_aliases, _show_aliases, "aliases"),
        _textual("name", 300),
        Column("status", str.upper, _one_of(*STATUSES), _shown),
        *(_numeric(name, rates.MOST, _price) for name in PRICES),
        *(Column(name, _number, _clean_count, _shown) for name in ("max_context", "max_output")),
        Column("caps", _parse_caps, _clean_caps, _show_caps),
        *(_numeric(name, Decimal(100)) for name in BENCHMARKS),
        *(_numeric(name, Decimal(10) ** 9) for name in ("ttft_ms", "tps")),
        _textual("description", 20_000),
        Column(
            "can_classify",
            _parse_flag,
            fields.FIELDS["can_classify"].clean,
            lambda flag: None if flag is None else "NY"[flag],
        ),
        _textual("source", 100),
        Column("quality", str.lower, _one_of(*QUALITIES), _shown),
        Column("updated", _parse_date, fields.FIELDS["released_on"].clean, _shown),
    )
}
"""The columns in output order."""
