"""Statistics of the published catalogue: counts, coverage and quality, by a few aggregate queries.

The counts at the top level (`offerings`, `providers`, `models`) are quoted by people, so a provider or a model counts
only when it has an offering. `retired` offerings are among them. `priced` offerings have an amount, 0 for a free one.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from django.db.models import Count, Q
from django.utils import timezone

from registry import json_schema as schema
from registry.catalogue import duplicates, ending, queries
from registry.catalogue.duplicates import share
from registry.catalogue.per_revision import PerRevision
from registry.catalogue.public_keys.subjects import CAPABILITIES
from registry.catalogue.queries import Stamp
from registry.domain import fields, iso
from registry.models import Alias
from registry.models.choices import Pricing, ProviderKind, Quality, Status

_GROUPS: Final = ("provider__kind", "status", "quality", "pricing", "source")
_BY_WORD: Final = schema.mapping(schema.count())
_SHARE: Final = schema.number(null=True, minimum=0, maximum=1)
STATS: Final = schema.record(
    {
        **dict.fromkeys(
            ("offerings", "providers", "models", "aliases", "without_model", "missing", "pinned",
             "disputed", "retired", "priced", "with_provenance", "revision"),
            schema.count(),
        ),
        **dict.fromkeys(("priced_share", "provenance_share"), _SHARE),
        **dict.fromkeys(
            ("by_kind", "providers_by_kind", "by_status", "by_quality", "by_pricing", "by_source"),
            _BY_WORD,
        ),
        "by_capability": schema.mapping(
            schema.record(dict.fromkeys(("yes", "no", "unknown"), schema.count()))
        ),
        "duplicates": schema.record({"count": schema.count(), "rate": _SHARE}),
        "published_at": schema.moment(null=True),
    }
)  # fmt: skip


def current() -> dict[str, Any]:
    """The statistics of the newest revision today, cached while nothing changes. Two small queries then."""
    stamp, today = queries.latest(), timezone.now().date()
    if stamp is None:
        return collect()
    return _held.get((stamp, today, queries.providers_digest()), lambda: collect(stamp))


_held = PerRevision[dict[str, Any]]()


def collect(stamp: Stamp | None = None) -> dict[str, Any]:
    """The statistics of the newest revision, JSON-ready. Passing `stamp` saves a query."""
    stamp = stamp or queries.latest()
    today = timezone.now().date()
    listed = queries.offerings(today).order_by()
    totals = listed.aggregate(**_TOTALS, retired=Count("pk", filter=ending.retired(today)))
    by: dict[str, Counter[str]] = {name: Counter() for name in _GROUPS}
    for row in listed.values(*_GROUPS).annotate(number=Count("pk")):
        for name in _GROUPS:
            by[name][row[name] or "unknown"] += row["number"]
    kinds = listed.values("provider__kind")
    providers = kinds.annotate(number=Count("provider", distinct=True))
    offerings = totals["offerings"]
    return {
        "offerings": offerings,
        "providers": totals["providers"],
        "models": totals["models"],
        "aliases": Alias.objects.count(),
        "without_model": totals["without_model"],
        "missing": totals["missing"],
        "pinned": totals["pinned"],
        "disputed": totals["disputed"],
        "retired": totals["retired"],
        "priced": totals["priced"],
        "priced_share": share(totals["priced"], offerings),
        "with_provenance": totals["with_provenance"],
        "provenance_share": share(totals["with_provenance"], offerings),
        "duplicates": duplicates.find().as_json(),
        "by_kind": _listed(by["provider__kind"], ProviderKind.values),
        "providers_by_kind": _listed(
            Counter({row["provider__kind"] or "unknown": row["number"] for row in providers}),
            ProviderKind.values,
        ),
        "by_status": _listed(by["status"], Status.values),
        "by_quality": _listed(by["quality"], Quality.values),
        "by_pricing": _listed(by["pricing"], Pricing.values),
        "by_source": dict(by["source"].most_common()),
        "by_capability": {word: _answers(totals, name, offerings) for name, word in CAPABILITIES.items()},
        "revision": stamp.number if stamp else 0,
        "published_at": iso.instant(stamp.at) if stamp else None,
    }


def _totals() -> dict[str, Count]:
    counts: dict[str, Count] = {
        "offerings": Count("pk"),
        "providers": Count("provider", distinct=True),
        "models": Count("model", distinct=True),
        "without_model": Count("pk", filter=Q(model__isnull=True)),
        "missing": Count("pk", filter=Q(missing_since__isnull=False)),
        "pinned": Count("pk", filter=Q(pinned_fields__gt=0)),
        "disputed": Count("pk", filter=Q(offering__disputed_fields__gt=0)),
        "priced": Count("pk", filter=Q(pricing__in=(Pricing.PRICED, Pricing.FREE))),
        "with_provenance": Count("pk", filter=~Q(source="")),
    }
    for capability in fields.CAPABILITIES:
        for word, value in (("yes", True), ("no", False)):
            condition = Q(**{capability.column: value})
            counts[f"{capability.name}_{word}"] = Count("pk", filter=condition)
    return counts


_TOTALS: Final = _totals()


def _answers(totals: dict[str, int], name: str, offerings: int) -> dict[str, int]:
    yes, no = totals[f"{name}_yes"], totals[f"{name}_no"]
    return {"yes": yes, "no": no, "unknown": offerings - yes - no}


def _listed(counts: Counter[str], words: list[str]) -> dict[str, int]:
    """Counts of all these words, including those that do not occur, and of `unknown` last."""
    names = dict.fromkeys((*(word for word in words if word != "unknown"), "unknown"))
    return {word: counts[word] for word in names}
