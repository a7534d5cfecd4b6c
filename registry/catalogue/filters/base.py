"""What every filter of a list is: a parameter, how its text is read, and a condition on rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from registry.json_schema import Schema


class ParameterField(forms.Field):
    """The text of a parameter, read by one function. `clean` raises WrongValue, also for an empty text."""

    def __init__(self, *, read: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read = read

    def clean(self, value: Any) -> Any:
        return self.read(str(value))


class Filter(django_filters.Filter):
    """A parameter that narrows a list."""

    field_class: type[forms.Field] = ParameterField

    vocabulary: str = ""
    """The list of words that occur, where only those can be asked for (`registry.api.vocabulary`)."""
    has_past: bool = True
    """Whether what it looks at is known of the past."""
    unsure_of_past: Q | None = None
    """The condition of past rows that cannot be judged, in the place of `unsure`."""

    def __init__(self, schema: Schema, says: str, read: Callable[[str], Any]) -> None:
        """`read` turns its text into a value, or raises WrongValue."""
        super().__init__(label=says, read=read)  # type: ignore[no-untyped-call]
        self.schema = schema

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """The rows that match."""
        return qs.filter(self.condition(value))

    def condition(self, value: Any) -> Q:
        """What matching rows fulfil."""
        raise NotImplementedError

    def unsure(self, value: Any) -> Q | None:
        """The condition of rows whose value is unknown, so that they might match; None where nothing can be unknown,
        or where the filter asks for unknown values.
        """
        return None
