"""Base classes of quality rules: a rule, its context and its findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from registry.quality.sheets import FactSheet
from registry.values import Json


class Severity(StrEnum):
    ERROR = "error"
    """Certainly wrong: never published without a person's approval."""
    WARNING = "warning"
    """Probably wrong: a known value does not change to it without a person's approval."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may compare an offering with."""

    on: date
    others: Sequence[FactSheet] = ()
    """Other offerings of the same model."""
    before: FactSheet | None = None
    """The offering as published, where a change is checked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of a rule. Which field is wrong is not always clear: `beside` names the other candidates."""

    rule: Rule
    offering: str
    field: str
    values: Mapping[str, str]
    """What was compared, in words and numbers."""
    beside: tuple[str, ...] = ()

    @property
    def is_error(self) -> bool:
        return self.rule.severity is Severity.ERROR

    @property
    def identity(self) -> tuple[str, str, tuple[str, ...]]:
        """Equal for the same finding about two states of one offering."""
        return self.rule.code, self.field, self.beside

    def as_json(self) -> dict[str, Json]:
        return {
            "code": self.rule.code,
            "severity": self.rule.severity.value,
            "sentence": self.rule.sentence,
            "offering": self.offering,
            "field": self.field,
            "values": dict(self.values),
        }


class Rule:
    """Base of all rules: three attributes and one method. Wrong declarations fail when the class is defined."""

    code: ClassVar[str]
    sentence: ClassVar[str]
    """The problem, as a curator reads it."""
    severity: ClassVar[Severity]

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        raise NotImplementedError

    def finding(self, sheet: FactSheet, name: str, *beside: str, **values: object) -> Finding:
        return Finding(self, sheet.offering, name, {key: _written(value) for key, value in values.items()}, beside)

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if not re.fullmatch(r"[a-z]+(-[a-z]+)+", getattr(cls, "code", "")):
            raise TypeError(f"{cls.__name__}.code must be lower-case words joined by hyphens")
        if not getattr(cls, "sentence", "").endswith("."):
            raise TypeError(f"{cls.__name__}.sentence must be a sentence")
        if not isinstance(getattr(cls, "severity", None), Severity):
            raise TypeError(f"{cls.__name__}.severity must be a Severity")


def _written(value: object) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
