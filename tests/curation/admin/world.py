"""A small catalogue, made the way the real one is: sources claim, the registry reconciles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from curation.apply.reconcile import reconcile
from curation.core.claim import claim
from curation.models import Source, StoredClaim
from curation.policies.installed import ensure_defaults
from registry.domain import rates


def source(slug: str = "catalogue-a", **declared: Any) -> Source:
    """A source that has been read just now."""
    declared = {
        "label": slug.title(),
        "source_type": "catalogue",
        "authority": ["*"],
        "last_good_at": timezone.now(),
        "url": f"https://{slug}.example",
        **declared,
    }
    return Source.objects.get_or_create(slug=slug, defaults=declared)[0]


def says(slug: str, offering: str, aliases: tuple[str, ...] = (), **values: Any) -> None:
    """A source states something about an offering; what it said of it before is forgotten."""
    made_claim = claim(offering, {name.replace("__", "."): value for name, value in values.items()}, aliases=aliases)
    now = timezone.now()
    StoredClaim.objects.update_or_create(
        source=source(slug),
        offering_key=offering,
        defaults={
            "digest": made_claim.digest(),
            "values": made_claim.encoded(),
            "since": dict.fromkeys(made_claim.values, now.date().isoformat()),
            "aliases": list(made_claim.aliases),
            "first_seen_at": now,
            "changed_at": now,
        },
    )


def publish(*offerings: str, at: datetime | None = None) -> None:
    """Brings offerings to what their sources say, as a sync does."""
    ensure_defaults()
    reconcile(offerings, actor="sync:test", reason="sync", batch=uuid4(), at=at or timezone.now())


def an_offering(key: str = "acme/one", **values: Any) -> str:
    """A published offering with a price and a limit, stated by one source."""
    facts = {"name": "One", "price__input": rates.price("2.5"), "context_window": 200_000, **values}
    says("catalogue-a", key, **facts)
    publish(key)
    return key


def a_held_change(key: str = "acme/one", price: str = "10") -> str:
    """An offering whose price would move so far that it waits for a person."""
    an_offering(key)
    says("catalogue-a", key, name="One", price__input=rates.price(price), context_window=200_000)
    publish(key)
    return key


def a_held_list(key: str = "acme/one") -> str:
    """An offering of which a whole price list waits: input moves ten times, output a little, cached input is new."""
    an_offering(key, price__output=rates.price("10"))
    prices = {"price__input": "25", "price__output": "11", "price__cache_read": "2"}
    proposed: dict[str, Any] = {name: rates.price(amount) for name, amount in prices.items()}
    says("catalogue-a", key, name="One", context_window=200_000, **proposed)
    publish(key)
    return key


def many_offerings(count: int) -> None:
    keys = [f"acme/model-{number:04}" for number in range(count)]
    for key in keys:
        says("catalogue-a", key, aliases=(f"nick-{key[5:]}",), name=key, price__input=rates.price("1"))
    publish(*keys)


def hidden(page: Any) -> dict[str, str]:
    """What a page that asks sends along with the answer."""
    return dict(page.context["confirm"].hidden)
