"""The keys of an offering, in order. Those that show a field follow from its declaration in `domain.fields`."""

from __future__ import annotations

from datetime import date
from functools import partial
from hashlib import sha256
from typing import Final

from django.db.models import Q

from registry import json_schema as schema
from registry.catalogue.filters import families
from registry.catalogue.filters.families import Filters, not_of_ledger, of_today, times, words, yes_no
from registry.catalogue.filters.kinds import Contains, Retired, Search
from registry.catalogue.public_keys import account_json, price_json, subjects
from registry.catalogue.public_keys.keys import Key, Keys, described, filterset, of_column, of_moment, sorted_by
from registry.catalogue.public_keys.subjects import CAPABILITIES
from registry.domain import fields, lifecycle
from registry.domain.columns import PRICE_COLUMNS
from registry.domain.fields import FIELDS, Field
from registry.domain.places import served_in
from registry.json_schema import Schema
from registry.models.choices import PRICING, QUALITY, Pricing, Quality

_NO_MODEL: Final = Q(model__isnull=True)


def of_field(field: Field) -> Key:
    """The key that shows a field: its type, filters and order are those of its kind."""
    order = sorted_by(field.column, blank="enum" in field.kind.schema) if families.is_sorted(field) else {}
    return Key(_schema(field), ("facts",), partial(subjects.fact, field.name), families.of_field(field), order)


def _schema(field: Field) -> Schema:
    says, kind = field.says or f"{field.label}.", field.kind.schema
    if choices := kind.get("enum"):
        words_ = schema.enumeration(f"{field.name.title().replace('_', '')}Enum", choices)
        return schema.one(words_, says, null=True)
    return {**kind, "type": [kind["type"], "null"], "description": says}


def _price_filters() -> Filters:
    declared: Filters = {}
    for column, name in PRICE_COLUMNS.items():
        meter = name.removeprefix("price.").replace("_", " ").capitalize()
        declared |= families.amounts(column, column, f"{meter} price, USD per 1M tokens")
    return declared


def _capability_filters() -> Filters:
    return {name: filter_ for field in fields.CAPABILITIES for name, filter_ in families.of_field(field).items()}


_OF_IDENTITY: Final[Keys] = {
    "id": Key(
        schema.text("`provider/the provider's own id`."),
        ("key",),
        lambda subject: subject["key"],
        {**words("id", "key", "Offering"), "id__ic": Contains("key", "Text in the id.")},
        sorted_by("key", "id"),
    ),
    "provider": of_column(
        schema.text("Slug of the provider."),
        "provider_id",
        words("provider", "provider_id", "Provider", vocabulary="providers"),
        sorted_by("provider_id", "provider"),
    ),
    "native_id": of_column(
        schema.text("The id to call the provider with."),
        "native_id",
        words("native_id", "native_id", "The provider's own id"),
    ),
    "model": of_column(
        _schema(FIELDS["model"]),
        "model__slug",
        {
            **words("model", "model__slug", "Model", vocabulary="models", unknown=_NO_MODEL),
            **families.unknown("model", "model", "Model"),
            **words("author", "model__author", "Author of the model", vocabulary="authors", unknown=_NO_MODEL),
        },
        sorted_by("model__slug", "model"),
    ),
    "name": Key(
        _schema(FIELDS["name"]),
        ("facts",),
        partial(subjects.fact, "name"),
        {"name__ic": Contains("name", "Text in the name.")},
        sorted_by("name", blank=True),
    ),
}
_OF_FIELDS: Final[Keys] = {
    name: of_field(field)
    for name, field in FIELDS.items()
    if name not in _OF_IDENTITY and field not in fields.CAPABILITIES
} | {
    "regions": Key(
        _schema(FIELDS["regions"]),
        ("facts",),
        lambda subject: served_in(subject.facts, date.fromisoformat(subject.on)) or None,
        families.of_field(FIELDS["regions"]),
    )
}
_OF_REGISTRY: Final[Keys] = {
    "lifecycle": Key(
        schema.one(lifecycle.LIFECYCLE, "Where it is in its life today."),
        ("facts",),
        lambda subject: lifecycle.lifecycle(subject.facts, date.fromisoformat(subject.on)).as_json(),
        {"retired": Retired()},
    ),
    "capabilities": Key(
        schema.shape(
            "Capabilities",
            "What it can do: true, false, or null when not known.",
            {word: schema.flag(f"{FIELDS[name].label}.", null=True) for name, word in CAPABILITIES.items()},
        ),
        ("facts",),
        subjects.capabilities,
        _capability_filters(),
    ),
    "pricing": of_column(
        schema.one(PRICING, "What is known of its price as a whole."),
        "pricing",
        words(
            "pricing", "pricing", "What is known of the price", allowed=Pricing.values,
            unknown=Q(pricing=Pricing.UNKNOWN.value),
        ),
    ),
    "prices": Key(
        price_json.PRICES,
        ("facts",),
        lambda subject: price_json.prices(subject.facts, subject.on),
        _price_filters(),
        {column: order for column in PRICE_COLUMNS for order in sorted_by(column).values()},
    ),
    "source": of_column(
        schema.text("Source of most of its values.", null=True),
        "source",
        words("source", "source", "Main source", vocabulary="sources"),
    ),
    "quality": of_column(
        schema.one(QUALITY, "The weakest quality among its prices and limits."),
        "quality",
        words("quality", "quality", "Quality", allowed=Quality.values),
    ),
    "aliases": Key(
        schema.words("Other names; null in a past state that was made of the ledger: not known.", null=True),
        ("names",),
        subjects.aliases,
    ),
    "created": of_moment(
        "First published.", "created_at", times("created", "created_at", "First published"), order="created"
    ),
    "updated": of_moment(
        "Last changed.", "updated_at", times("updated", "updated_at", "Last changed"), order="updated"
    ),
    "missing_since": of_moment(
        "Since when its sources no longer list it; null: they do.",
        "missing_since",
        not_of_ledger(
            times("missing_since", "missing_since", "No longer listed since")
            | yes_no(
                "missing", "No longer listed by its sources.",
                Q(missing_since__isnull=False), Q(missing_since__isnull=True, from_ledger=False),
            )
        ),
        null=True,
    ),
    "not_seen_since": of_moment(
        "Since when no source has listed it, while that may be a gap: `missing_since` follows after several readings "
        "without it. Null: listed, or delisted.",
        "not_seen_since",
        not_of_ledger(times("not_seen_since", "not_seen_since", "Not seen since")),
        null=True,
    ),
    "pinned": Key(
        schema.words(
            "Fields that a curator pinned; null in a past state that was made of the ledger: not known.", null=True
        ),
        ("pinned_fields", "provenance"),
        subjects.pinned,
        not_of_ledger(
            yes_no("pinned", "Has values that a curator pinned.", Q(pinned_fields__gt=0), Q(pinned_fields=0))
        ),
    ),
    "disputed": Key(
        schema.words("Fields about which sources differ; null in a past state.", null=True),
        ("disputed_fields", "provenance"),
        subjects.disputed,
        of_today(
            yes_no("disputed", "Has values about which sources differ.", Q(offering__disputed_fields__gt=0))
        ),
    ),
}  # fmt: skip
_IN_FULL: Final[Keys] = {
    "rates": Key(
        schema.several(price_json.RATE, "All prices, past and announced ones too."),
        ("facts",),
        lambda subject: price_json.all_rates(subject.facts, subject.on),
    ),
    "announced": Key(
        schema.several(price_json.ANNOUNCED, "Prices of later days, the next day first."),
        ("facts", "provenance"),
        lambda subject: price_json.announced_prices(subject.facts, subject.provenance, subject.on),
    ),
    "benchmarks": Key(schema.mapping(schema.amount(), "Scores by benchmark."), ("facts",), subjects.benchmarks),
    "provenance": Key(
        schema.mapping(account_json.PROVENANCE, "Field → where its value comes from."),
        ("provenance",),
        lambda subject: dict(sorted(subject.provenance.items())),
    ),
}

KEYS: Final[Keys] = {**_OF_IDENTITY, **_OF_FIELDS, **_OF_REGISTRY, **_IN_FULL}
DETAIL: Final = tuple(KEYS)
SUMMARY: Final = tuple(name for name in KEYS if name not in _IN_FULL)
BRIEF: Final = ("id", "provider", "status", "context_window", "pricing", "prices", "quality")
"""An offering where a model lists who serves it."""
SHAPE: Final = sha256(",".join(KEYS).encode()).hexdigest()[:8]
"""Another one where an offering has other keys: what was rendered before is not what it looks like now."""
OfferingFilterSet: Final = filterset("OfferingFilterSet", KEYS, Search("key", "name", "model__slug", names="names"))
OFFERING: Final = described(
    "OfferingDetail",
    "One model at one provider, with every price and who says so. Null is not known, everywhere.",
    KEYS,
)
SERVED_BY: Final = schema.shape(
    "Brief", "An offering where a model lists who serves it.", {name: KEYS[name].schema for name in BRIEF}
)
