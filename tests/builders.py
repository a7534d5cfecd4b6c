"""One builder per entity: each makes a complete, ordinary one, and takes by keyword what matters to a test."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User

from curation import models
from curation.apply import delisting
from curation.apply.reconcile import Outcome, reconcile
from curation.core import diff
from curation.core.authority import SourceFacts, SourceType
from curation.core.claim import Claim
from curation.core.claim import claim as checked_claim
from curation.core.merge import Decision, Reason, SourceClaim
from curation.core.parts import Part
from registry.domain import rates
from registry.domain.provenance import Quality
from registry.models import Offering
from syncers.sync import stored_claims

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TODAY = NOW.date()
OFFERING = "acme/rocket-1"


def usd(amount: str) -> rates.PriceLine:
    """An undated price in USD."""
    return rates.price(amount)


def listed(amount: str) -> list[dict[str, str]]:
    """The same in its published form."""
    return [{"amount": amount, "currency": "USD"}]


# -- plain values of the core ----------------------------------------------------------------------


def source_facts(slug: str = "list", **declared: Any) -> SourceFacts:
    """A catalogue with authority for every field."""
    return SourceFacts(**{"slug": slug, "source_type": SourceType.CATALOGUE} | declared)


def statement(source: SourceFacts | None = None, *, since: Any = date(2026, 1, 1), **options: Any) -> SourceClaim:
    """A catalogue's statement, by default on the context window. `since` holds for all its values."""
    values = options.pop("values", {"context_window": 200_000})
    days = since if isinstance(since, Mapping) else dict.fromkeys(values, since)
    return SourceClaim(source or source_facts(), values, days, **options)


def decision(value: Any = 200_000, **decided: Any) -> Decision:
    complete: dict[str, Any] = {
        "source": "list",
        "reason": Reason.ONLY_SOURCE,
        "quality": Quality.PARTIAL,
        "stated_on": date(2026, 1, 1),
    }
    return Decision(value, **complete | decided)


def change(**overrides: Any) -> diff.Change:
    """A context window that grows a little."""
    complete: dict[str, Any] = {
        "offering": OFFERING,
        "field": "context_window",
        "kind": diff.Kind.CHANGE,
        "old": 200_000,
        "new": 210_000,
        "decision": decision(overrides.get("new", 210_000)),
        "factor": Decimal("1.05"),
    }
    return diff.Change(**complete | overrides)


def claim(offering: str = OFFERING, **by_name: Any) -> Claim:
    """A complete claim. `price_input` is the field `price.input`, and `...` leaves a field unstated."""
    complete: dict[str, Any] = {
        "name": "Rocket 1",
        "context_window": 200_000,
        "price_input": usd("3"),
        "supports_tools": True,
    }
    more = {name: by_name.pop(name) for name in ("aliases", "as_of", "estimates") if name in by_name}
    values = {_field(name): value for name, value in (complete | by_name).items() if value is not ...}
    return checked_claim(offering, values, **more)


def _field(name: str) -> str:
    return name.replace("_", ".", 1) if name.startswith(("price_", "benchmark_")) else name


# -- rows ------------------------------------------------------------------------------------------


def source(slug: str = "list", **declared: Any) -> models.Source:
    """A catalogue with authority for every field."""
    complete: dict[str, Any] = {
        "label": slug.title(), "source_type": SourceType.CATALOGUE.value, "authority": ["*"], "url": f"https://{slug}.example"
    }  # fmt: skip
    return models.Source.objects.get_or_create(slug=slug, defaults=complete | declared)[0]


def held(offering: str = OFFERING, field: str = "price.input") -> models.Change:
    """The waiting change of a field, alone or with others of its unit."""
    return models.Change.objects.awaiting_review().get(offering_key=offering, field_names__contains=f"|{field}|")


def held_fields(offering: str | None = None) -> set[str]:
    """The fields of waiting changes, of one offering or of all."""
    waiting = models.Change.objects.awaiting_review()
    rows = waiting if offering is None else waiting.filter(offering_key=offering)
    return {name for row in rows for name in row.moved_fields}


def part(change: models.Change, field: str = "") -> Part:
    """The part of a change about a field; without one, about its only field."""
    change_part = change.part(field) if field else next(iter(change.parts_shown)) if len(change.parts) == 1 else None
    assert change_part is not None, f"{change} moves {change.moved_fields}"
    return change_part


def curator(username: str = "ada") -> User:
    return User.objects.get_or_create(username=username)[0]


def state(said_by: models.Source, *claims: Claim, at: datetime = NOW) -> Outcome:
    """A source lists exactly these claims: they are stored and their offerings reconciled, as in a sync."""
    difference = stored_claims.compare(said_by, claims)
    stored_claims.write(said_by, difference, at)
    return reconcile(
        difference.touched,
        actor=f"sync:{said_by.slug}",
        reason="a sync",
        batch=uuid4(),
        at=at,
    )


def grace_passes(said_by: models.Source, *, since: datetime = NOW) -> datetime:
    """The source is read three times more within two days, and says nothing new: what it dropped is forgotten. Returns
    when that was decided.
    """
    for at in (since, since + timedelta(hours=24), since + timedelta(hours=48)):
        delisting.read_well(said_by.slug, at=at)
    reconcile(delisting.due(said_by.slug), actor=f"sync:{said_by.slug}", reason="a sync", batch=uuid4(), at=at)
    return at


def offering(key: str = OFFERING, *, at: datetime = NOW, **by_name: Any) -> Offering:
    """A published offering with claims of one catalogue."""
    state(source(), claim(key, **by_name), at=at)
    return Offering.objects.get(key=key)
