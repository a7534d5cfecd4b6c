"""Kinds of filters, on those of django-filter. Each says what it takes, for the API's schema, and of which rows it can
say nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial, reduce
from operator import and_, or_
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from registry.catalogue import ending
from registry.catalogue.filters import values
from registry.catalogue.filters.base import Filter
from registry.domain.columns import word_in_names
from registry.json_schema import Schema, text

ONLY_UNSURE: Final = "unknown"
"""The parameter that lists the rows that cannot be judged."""
_NEVER_BLANK: Final = ("key", "slug")
_ANY_TEXT: Final = text(minLength=1, maxLength=values.LONGEST_SEARCH)


class Words(Filter):
    """Any of some words. `vocabulary` names the list of words that occur; `allowed` holds a fixed one."""

    def __init__(
        self, column: str, says: str, *, allowed: Collection[str] = (), vocabulary: str = "",
        exclude: bool = False, unknown: Q | None = None, blank: bool = False,
    ) -> None:  # fmt: skip
        """`unknown` is what rows fulfil that have no word; with `blank` that is "", asked for as `unknown`."""
        self.column = column
        self.vocabulary = vocabulary
        self.unknown = Q(**{column: ""}) if blank else unknown
        self.blank = blank
        self.allowed = (*allowed, "unknown") if blank else tuple(allowed)
        listed = f" ({', '.join(self.allowed)})" if self.allowed else ""
        schema = text(minLength=1)
        if self.allowed:
            word = "|".join(self.allowed)
            schema = text(minLength=1, pattern=f"^({word})(,({word}))*$")
        read = partial(values.words, allowed=self.allowed)
        super().__init__(schema, f"{says}{listed}; several are joined by commas.", read)
        self.exclude = exclude

    def condition(self, value: Any) -> Q:
        words = ["" if word == "unknown" and self.blank else word for word in value]
        matching = Q(**{f"{self.column}__in": words})
        return ~matching if self.exclude else matching

    def unsure(self, value: Any) -> Q | None:
        # What is not one of some words, the unknown is too: excluding loses nothing.
        return None if self.exclude or ("unknown" in value and "unknown" in self.allowed) else self.unknown


class Tags(Filter):
    """All of some words, in a column that holds them as `|image|text|`."""

    def __init__(
        self, column: str, says: str, *, complete: bool = False, covers: Callable[[str], Collection[str]] | None = None
    ) -> None:
        """`complete`: an empty list says that there are none. Else it is one that nobody stated. `covers` gives the
        words that fulfil a word, where those are more than itself.
        """
        self.column = column
        self.complete = complete
        self.covers = covers
        schema = text(pattern=r"^[a-z0-9][a-z0-9_.:/-]{0,59}$")
        super().__init__(schema, f"{says}; all of several, joined by commas.", values.tags)

    def condition(self, value: Any) -> Q:
        return reduce(and_, (self._any_of(self.covers(word) if self.covers else (word,)) for word in value))

    def _any_of(self, words: Collection[str]) -> Q:
        return reduce(or_, (Q(**{f"{self.column}__contains": f"|{word}|"}) for word in sorted(words)))

    def unsure(self, value: Any) -> Q | None:
        return None if self.complete else Q(**{self.column: ""})


class Meaning(Filter):
    """One of a few words, each of which is a condition."""

    def __init__(self, says: str, meanings: Mapping[str, Q]) -> None:
        """The meaning of the word `unknown`, where there is one, is what the other words cannot judge."""
        self.meanings = dict(meanings)
        super().__init__(text(enum=list(meanings)), says, partial(values.choice, allowed=tuple(meanings)))

    def condition(self, value: Any) -> Q:
        return self.meanings[value]

    def unsure(self, value: Any) -> Q | None:
        return None if value == "unknown" else self.meanings.get("unknown")


class Retired(Filter):
    """Whether an offering is retired today. One of which nobody states it is not."""

    has_past = False

    def __init__(self) -> None:
        says = "Retired today, by its stated day or status."
        super().__init__(text(enum=["true", "false"]), says, partial(values.choice, allowed=("true", "false")))

    def condition(self, value: Any) -> Q:
        matching = ending.retired(timezone.now().date())
        return matching if value == "true" else ~matching


class Contains(Filter):
    """One text anywhere in a column."""

    def __init__(self, column: str, says: str) -> None:
        self.column = column
        super().__init__(_ANY_TEXT, says, values.search)

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.column}__icontains": " ".join(value)})

    def unsure(self, value: Any) -> Q | None:
        return None if self.column in _NEVER_BLANK else Q(**{self.column: ""})


class Search(Filter):
    """Words that must all be found, each in any of some columns (or in another name of an offering)."""

    def __init__(self, *columns: str, names: str = "") -> None:
        """`names` is the column of other names, where there is one."""
        self.columns = columns
        self.names = names
        listed = ", ".join(column.replace("__slug", "") for column in columns)
        super().__init__(
            _ANY_TEXT, f"Words that all occur in {listed}{' or an alias' * bool(names)}.", values.search
        )  # fmt: skip

    def condition(self, value: Any) -> Q:
        return reduce(and_, (self._occurs(word) for word in value))

    def _occurs(self, word: str) -> Q:
        condition = Q()
        for column in self.columns:
            condition |= Q(**{f"{column}__icontains": word})
        if self.names:
            condition |= Q(**{f"{self.names}__icontains": word_in_names(word)})
        return condition


class Ordering(Filter):
    """Sorting by columns, both ways. What is unknown comes last both ways; among equals the id decides."""

    def __init__(self, columns: Mapping[str, Any]) -> None:
        """`columns` maps words to expressions that are null where the value is unknown; `id` is among them."""
        self.columns = dict(columns)
        word = "|".join(columns)
        says = f"Sort by {', '.join(columns)}; falling with a minus sign; unknown always last."
        schema = text(pattern=f"^-?({word})(,-?({word}))*$")
        super().__init__(schema, says, partial(values.order, allowed=tuple(columns)))

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return qs.order_by(*(self._sorted(word, falls) for word, falls in value), self.columns["id"])

    def condition(self, value: Any) -> Q:
        return Q()

    def _sorted(self, word: str, falls: bool) -> Any:
        column = self.columns[word]
        return column.desc(nulls_last=True) if falls else column.asc(nulls_last=True)


class Compared(Filter):
    """A column compared with a value."""

    def __init__(
        self, column: str, lookup: str, schema: Schema, says: str, read: Callable[[str], Any],
        *, may_be_unknown: bool = False,
    ) -> None:  # fmt: skip
        self.column = column
        self.lookup = lookup
        self.may_be_unknown = may_be_unknown
        super().__init__(schema, says, read)

    def condition(self, value: Any) -> Q:
        return Q(**{f"{self.column}__{self.lookup}": value})

    def unsure(self, value: Any) -> Q | None:
        return Q(**{f"{self.column}__isnull": True}) if self.may_be_unknown else None


class OnlyUnsure(Filter):
    """Lists the rows that cannot be judged, instead of those that match."""

    def __init__(self) -> None:
        says = "`only` lists the rows that `unknown_count` counts, instead of those that match."
        super().__init__(text(enum=["only"]), says, partial(values.choice, allowed=("only",)))

    def condition(self, value: Any) -> Q:
        return Q()
