"""What a condition of a policy is: one class with its test, its words, its input in a form and its form as JSON.

A concrete condition has a name and reads its answer from a change (`answer`). Whether the answer meets the condition,
and all else, comes from its base class: `AnyOf`, `Choice`, `Flag`, `Factor` or `Whole`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar

from curation.core.diff import Change
from curation.core.policy.context import PolicyContext
from registry.domain.fields import Json

T = TypeVar("T")
V = TypeVar("V")
"""What a condition asks for."""
A = TypeVar("A")
"""What it reads from a change."""


class Blank(Enum):
    """Answers without a value."""

    NOT_KNOWN = "not known"
    """The answer is unknown: the condition may or may not be met."""
    NOTHING = "nothing"
    """The change has no such value: the condition is not met."""


def if_known(answer: T | None) -> T | Blank:
    """An answer of the policy context, where None stands for what is not known."""
    return Blank.NOT_KNOWN if answer is None else answer


class Section(StrEnum):
    """The sections of the form of a policy."""

    WHAT = "It matches a change when all of these hold: what changes"
    HOW_FAR = "how far, and how sure it was"
    WHO = "who says it, and how often"


class Input(Enum):
    """The form input of a condition."""

    BOXES = "boxes"
    """Some of several words."""
    NAMES = "names"
    """Names, separated by spaces."""
    CHOICE = "choice"
    FLAG = "flag"
    FACTOR = "factor"
    WHOLE = "whole number"


@dataclass(frozen=True)
class Condition(Generic[V, A]):
    """One condition of a policy. Wrong declarations fail when the class is made."""

    value: V

    name: ClassVar[str] = ""
    """Its key in stored policies and its input in the form."""
    title: ClassVar[str]
    sentence: ClassVar[str]
    """The condition in words; `%s` stands for what it asks for."""
    meaning: ClassVar[str]
    """For docs/policies.md."""
    section: ClassVar[Section]
    input: ClassVar[Input]
    hint: ClassVar[str] = ""
    """Stands below the input."""
    nothing: ClassVar[str] = "nothing"
    """`Blank.NOTHING` in words."""
    least: ClassVar[type[Condition[Any, Any]] | None] = None
    """The condition whose value it has to exceed where a policy has both."""

    def answer(self, change: Change, context: PolicyContext) -> A | Blank:
        """What it reads from a change."""
        raise NotImplementedError

    def meets(self, answer: A) -> bool:
        """Whether an answer meets it."""
        raise NotImplementedError

    def holds(self, change: Change, context: PolicyContext) -> bool | None:
        """Whether a change meets it; None where that is unknown."""
        answer = self.answer(change, context)
        if isinstance(answer, Blank):
            return None if answer is Blank.NOT_KNOWN else False
        return self.meets(answer)

    # -- in words -------------------------------------------------------------------------------------------------

    def answer_in_words(self, change: Change, context: PolicyContext) -> str:
        """The answer of a change, in words."""
        answer = self.answer(change, context)
        if isinstance(answer, Blank):
            return self.nothing if answer is Blank.NOTHING else answer.value
        return self.written(answer)

    def written(self, answer: A) -> str:
        """An answer in words."""
        return str(answer)

    @property
    def wanted(self) -> str:
        """What it asks for, in words."""
        return str(self.value)

    @property
    def in_words(self) -> str:
        """The condition as a part of a sentence."""
        return self.sentence % self.wanted

    # -- stored and put in ----------------------------------------------------------------------------------------

    def as_json(self) -> Json:
        """What it asks for, as a stored policy keeps it."""
        return self.value

    @classmethod
    def from_json(cls, data: Json) -> Self:
        """The condition that `as_json` wrote."""
        return cls(data)

    def check(self) -> None:
        """Raises ValueError, with a message for the form, where no change could ever meet it."""

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.name:
            return  # a kind of condition
        if not re.fullmatch(r"[a-z]+(_[a-z]+)*", cls.name):
            raise TypeError(f"{cls.__name__}.name must be lower-case words joined by underscores")
        for attribute in ("title", "sentence", "meaning", "section", "input"):
            if not getattr(cls, attribute, ""):
                raise TypeError(f"{cls.__name__}.{attribute} is missing")


class AnyOf(Condition[frozenset[str], str]):
    """The answer is one of several words."""

    input = Input.BOXES
    choices: ClassVar[Mapping[str, str]] = {}
    """The words that it may ask for, each as the form shows it; empty where a table has them."""
    vocabulary: ClassVar[str] = ""
    """The table that has the words: `sources` or `providers`."""

    @classmethod
    def of(cls, *words: str) -> Self:
        """The condition that asks for any of some words."""
        return cls(frozenset(map(str, words)))

    def meets(self, answer: str) -> bool:
        return answer in self.value

    @property
    def wanted(self) -> str:
        return " or ".join(self.written(word) for word in self._ordered())

    def _ordered(self) -> Iterable[str]:
        choices = list(self.choices)
        return sorted(self.value, key=lambda word: (choices.index(word) if word in choices else len(choices), word))

    def as_json(self) -> Json:
        return sorted(self.value)

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(frozenset(map(str, data)))


class Choice(Condition[str, str]):
    """The answer is this very word."""

    input = Input.CHOICE
    choices: ClassVar[Mapping[str, str]]

    def meets(self, answer: str) -> bool:
        return answer == self.value


@dataclass(frozen=True)
class Flag(Condition[bool, bool]):
    """The answer is yes."""

    value: bool = True

    input = Input.FLAG

    def meets(self, answer: bool) -> bool:
        return answer

    def written(self, answer: bool) -> str:
        return "yes" if answer else "no"

    @property
    def wanted(self) -> str:
        return "yes"

    @property
    def in_words(self) -> str:
        return self.sentence


class Factor(Condition[Decimal, Decimal]):
    """The answer is how many times larger or smaller a number gets, without its direction."""

    input = Input.FACTOR
    nothing = "no number"

    def written(self, answer: Decimal) -> str:
        return f"×{_plain(answer)}"

    @property
    def wanted(self) -> str:
        return _plain(self.value)

    def as_json(self) -> Json:
        return f"{self.value.normalize():f}"

    @classmethod
    def from_json(cls, data: Json) -> Self:
        return cls(Decimal(data))

    def check(self) -> None:
        if self.value <= 1:
            raise ValueError("A factor is larger than 1; 1.5 means by half.")


class Whole(Condition[int, int]):
    """The answer is a whole number, of at least what it asks for."""

    input = Input.WHOLE

    def meets(self, answer: int) -> bool:
        return answer >= self.value

    def written(self, answer: int) -> str:
        return f"{answer:,}"

    def check(self) -> None:
        if self.value < 1:
            raise ValueError("It is 1 or more.")


def _plain(number: Decimal) -> str:
    return f"{round(number, 4).normalize():,f}"
