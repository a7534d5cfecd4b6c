"""The typed columns that the current row of an offering and each of its versions share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.domain.fields import FIELDS, Field
from registry.models.choices import Pricing, Quality


def _price(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=24, decimal_places=12, null=True, blank=True)


class OfferingColumns(models.Model):
    """Columns for filters and ordering: a projection of the published values. Null, or "", is unknown.

    The columns of fields are generated from their declarations, below. Indexes are declared by the two tables, since
    their queries differ.
    """

    # Columns of fields that code reads by name, for type checkers.
    name: str
    status: str
    license: str
    retires_on: date | None
    context_window: int | None
    input_modalities: str
    output_modalities: str

    native_id = models.CharField(_("provider's id"), max_length=260)
    source = models.CharField(_("main source"), max_length=60, help_text=_("Source of most of its values."))
    quality = models.CharField(_("quality"), max_length=10, choices=Quality)
    created_at = models.DateTimeField(_("first published"))
    updated_at = models.DateTimeField(_("last changed"))
    missing_since = models.DateTimeField(_("no longer listed since"), null=True, blank=True)
    not_seen_since = models.DateTimeField(_("not seen since"), null=True, blank=True)
    """Since when no source lists it, while that is too short to be delisted; see `missing_since`."""

    # The ordinary prices of a day: standard tier, no special condition, USD per 1M tokens.
    pricing = models.CharField(_("price"), max_length=12, choices=Pricing, default=Pricing.UNKNOWN)
    input_price = _price(_("input, USD per 1M tokens"))
    output_price = _price(_("output, USD per 1M tokens"))
    cache_read_price = _price(_("cache read, USD per 1M tokens"))
    cache_write_price = _price(_("cache write, USD per 1M tokens"))

    class Meta:
        abstract = True


def _text(field: Field, label: Any) -> models.CharField[Any, Any]:
    # Lists are stored as `|image|text|`, so that one word can be searched on any database.
    words = field.kind.schema.get("enum")
    choices = [(word, _(word)) for word in words] if words else None
    return models.CharField(label, max_length=field.kind.longest, blank=True, choices=choices)


_FACTORIES: Final[Mapping[str, Callable[[Any], models.Field[Any, Any]]]] = {
    "count": lambda label: models.BigIntegerField(label, null=True, blank=True),
    "date": lambda label: models.DateField(label, null=True, blank=True),
    "flag": lambda label: models.BooleanField(label, null=True, blank=True),
    "score": lambda label: models.DecimalField(label, max_digits=14, decimal_places=3, null=True, blank=True),
}


def _column(field: Field) -> models.Field[Any, Any]:
    """The column of a field, by its kind. Its label begins in lower case, unless it is a name or an acronym."""
    rest = field.label[1:]
    label = _(field.label[0].lower() + rest if rest == rest.lower() else field.label)
    factory = _FACTORIES.get(field.kind.name)
    return factory(label) if factory else _text(field, label)


for field in FIELDS.values():
    # The model has a table of its own, and lists are never filtered by the description.
    if field.column and field.name not in ("model", "description"):
        OfferingColumns.add_to_class(field.column, _column(field))
