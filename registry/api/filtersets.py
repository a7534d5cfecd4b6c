"""Which filters each list has. A filter is one line here, and the schema and the documentation follow."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Q
from django_filters import Filter
from django_filters.rest_framework import FilterSet

from registry.api.filters import (
    ONLY_UNSURE,
    Contains,
    OnlyUnsure,
    Ordering,
    Search,
    Tags,
    amounts,
    days,
    flag,
    moments,
    not_of_ledger,
    of_today,
    unknown,
    wholes,
    words,
    yes_no,
)
from registry.domain import fields
from registry.models.choices import Pricing, ProviderKind, Quality, Status


def _with_unknown(known: Any) -> tuple[str, ...]:
    return (*known, "unknown")


_PRICES: Final = {
    "input_price": "Input price, USD per 1M tokens",
    "output_price": "Output price, USD per 1M tokens",
    "cache_read_price": "Cache read price, USD per 1M tokens",
    "cache_write_price": "Cache write price, USD per 1M tokens",
}
_LIMITS: Final = {
    "context_window": "Context window, tokens",
    "max_input_tokens": "Input limit, tokens",
    "max_output_tokens": "Output limit, tokens",
}
_NO_MODEL: Final = Q(model__isnull=True)
_SPEEDS: Final = {
    "ttft_ms": "Time to first token, ms",
    "tokens_per_second": "Tokens per second",
}
_OFFERINGS: Final = {
    name: one
    for name, one in wholes("offerings", "offerings_count", "Number of offerings").items()
    if not name.endswith("__empty")
}
_DAYS: Final = {"released_on": "Released", "deprecated_on": "Deprecated", "retires_on": "Retires"}


def _offering_filters() -> dict[str, Filter]:
    found: dict[str, Filter] = {
        **words("id", "key", "Offering"),
        "id__ic": Contains("key", "Text in the id."),
        "name__ic": Contains("name", "Text in the name."),
        **words("native_id", "native_id", "The provider's own id"),
        **words("provider", "provider_id", "Provider", vocabulary="providers"),
        **words("model", "model__slug", "Model", vocabulary="models", unknown=_NO_MODEL),
        **unknown("model", "model", "Model"),
        **words("author", "model__author", "Author of the model", vocabulary="authors", unknown=_NO_MODEL),
        **words("status", "status", "Status", known=_with_unknown(Status.values), unknown=Q(status="")),
        **words("task", "task", "Task", known=_with_unknown(fields.TASKS), unknown=Q(task="")),
        **words(
            "pricing",
            "pricing",
            "What is known of the price",
            known=Pricing.values,
            unknown=Q(pricing=Pricing.UNKNOWN.value),
        ),
        **words("quality", "quality", "Quality", known=Quality.values),
        **words("source", "source", "Main source", vocabulary="sources"),
        **words("license", "license", "Licence", unknown=Q(license="")),
        **words("quantization", "quantization", "Quantisation", unknown=Q(quantization="")),
        "input_modality": Tags("input_modalities", "Takes"),
        "output_modality": Tags("output_modalities", "Gives"),
        "reasoning_effort": Tags("reasoning_efforts", "Reasoning effort"),
        "region": Tags("regions", "Region"),
        "variant": Tags("variants", "Word that its id says besides the model"),
    }
    for capability in (*fields.CAPABILITIES, *map(fields.field, ("can_classify", "open_weights"))):
        found |= flag(capability.name, capability.column, capability.label)
    for name, says in _LIMITS.items():
        found |= wholes(name, name, says)
    for name, says in (_PRICES | _SPEEDS).items():
        found |= amounts(name, name, says)
    for name, says in _DAYS.items():
        found |= days(name, name, says)
    found |= moments("updated", "updated_at", "Last changed")
    found |= moments("created", "created_at", "First published")
    found |= _listing_filters()
    found[ONLY_UNSURE] = OnlyUnsure()
    found["search"] = Search("key", "name", "model__slug", names="names")
    found["ordering"] = Ordering(
        {
            "id": "key",
            "provider": "provider_id",
            "model": "model__slug",
            "name": "name",
            "status": "status",
            "updated": "updated_at",
            "created": "created_at",
            **{name: name for name in (*_DAYS, *_LIMITS, *_PRICES, *_SPEEDS)},
        },
        blank=("name", "status"),
    )
    return found


def _listing_filters() -> dict[str, Filter]:
    """Whether an offering is still listed, pinned or disputed: a ledger says nothing of that."""
    disputed = Q(offering__disputed_fields__gt=0)
    gone = yes_no(
        "missing",
        "No longer listed by its sources.",
        Q(missing_since__isnull=False),
        Q(missing_since__isnull=True, from_ledger=False),
    )
    pinned = yes_no("pinned", "Has values that a curator pinned.", Q(pinned_fields__gt=0), Q(pinned_fields=0))
    return {
        **not_of_ledger(moments("missing_since", "missing_since", "No longer listed since")),
        **not_of_ledger(moments("not_seen_since", "not_seen_since", "Not seen since")),
        **not_of_ledger(gone),
        **not_of_ledger(pinned),
        **of_today(yes_no("disputed", "Has values about which sources differ.", disputed)),
    }


def _model_filters() -> dict[str, Filter]:
    return {
        **words("id", "slug", "Model"),
        "id__ic": Contains("slug", "Text in the id."),
        **words("author", "author", "Author", vocabulary="authors"),
        **moments("created", "created_at", "First published"),
        **_OFFERINGS,
        "search": Search("slug", "name"),
        "ordering": Ordering(
            {"id": "slug", "author": "author", "name": "name", "created": "created_at",
             "offerings": "offerings_count"},
            blank=("name",),
        ),
    }  # fmt: skip


def _provider_filters() -> dict[str, Filter]:
    return {
        **words("id", "slug", "Provider"),
        **words("kind", "kind", "Kind", known=_with_unknown(ProviderKind.values), unknown=Q(kind="")),
        ONLY_UNSURE: OnlyUnsure(),
        **_OFFERINGS,
        **yes_no("ended", "No longer in service.", Q(ended_on__isnull=False)),
        "search": Search("slug", "name"),
        "ordering": Ordering(
            {"id": "slug", "name": "name", "kind": "kind", "offerings": "offerings_count"},
            blank=("kind",),
        ),
    }


OfferingFilters: Final = type("OfferingFilters", (FilterSet,), _offering_filters())
ModelFilters: Final = type("ModelFilters", (FilterSet,), _model_filters())
ProviderFilters: Final = type("ProviderFilters", (FilterSet,), _provider_filters())
