"""Simulates the work of curators in the configured database, to prove that it survives an upgrade.

    VAR_DIR=/tmp/copy SECOND_PERSON_ABOVE=4 python scripts/people_at_work.py

Two people and a group; pins with evidence, with an expiry, expired and released ones; approvals, rejections, a first
approval that waits for a second person; manual entries, aliases and notes; an import and an undone one; an undone
change; saved views, API tokens, a subscription. Use a separate database. Prints what was done as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import django

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from curation.models import Change

ROOT: Final = Path(__file__).resolve().parent.parent
PRICE: Final = "price.input"


class Work:
    """The actions of two people, counted."""

    def __init__(self) -> None:
        from django.contrib.auth.models import Group
        from django.contrib.auth.models import User as Users
        from django.utils import timezone

        self.now = timezone.now()
        self.done: dict[str, int] = {}
        self.ada: User = Users.objects.create_user("ada", "ada@example.com", "a long password of ada's")
        self.bob: User = Users.objects.create_user("bob", "bob@example.com", "a long password of bob's")
        self.ada.groups.add(Group.objects.get(name="curator"))
        self.bob.groups.add(Group.objects.get(name="senior curator"))
        night_shift = Group.objects.create(name="night shift")
        night_shift.user_set.add(self.bob)

    def count(self, what: str, number: int) -> None:
        self.done[what] = number

    # -- the queue ------------------------------------------------------------------------------------------------

    def decide(self) -> None:
        """Approvals, rejections, second approvals, postponed changes, and values kept by a pin."""
        from curation.pins import pin_current
        from curation.review import decisions, four_eyes, postpone

        rows = list(self._waiting())
        large = [row for row in rows if four_eyes.is_needed(row)]
        small = [row for row in rows if not four_eyes.is_needed(row)]
        halves = [row for row in self._halves(rows) if row in small]
        chosen = [*halves[:4], *(row for row in small[:20] if row not in halves)]
        approved = decisions.approve(_shown(chosen), actor=self.ada, reason="the provider's page says so")
        self.count("approved", len(approved.done))
        first = decisions.approve(_shown(large[:6]), actor=self.ada, reason="looks right")
        self.count("first approvals that wait", len(first.waiting))
        second = decisions.approve(_shown(self._again(large[:2])), actor=self.bob, reason="agreed")
        self.count("second approvals", len(second.done))
        left = [row for row in small if row not in chosen and row not in halves]
        rejected = decisions.reject(_shown([*halves[4:6], *left[:15]]), actor=self.bob, reason="a slip of theirs")
        self.count("rejected", len(rejected.done))
        put_off = postpone.postpone(_shown(left[15:20]), until=self.now + timedelta(days=30), actor=self.ada)
        self.count("put off", len(put_off.done))
        pinned = pin_current.pin_current(_shown(left[20:24]), actor=self.ada, reason="ours is right")
        self.count("kept by pins", len(pinned.done))

    def _waiting(self) -> Iterable[Change]:
        from curation.models import Change

        return Change.objects.filter(state=Change.State.PROPOSED).order_by("offering_key", "pk")

    def _again(self, rows: Iterable[Change]) -> list[Change]:
        wanted = {row.pk for row in rows}
        return [row for row in self._waiting() if row.pk in wanted]

    def _halves(self, rows: list[Change]) -> list[Change]:
        """One price of each list of which another price is held too, where prices are held one by one."""
        by_offering: dict[str, list[Change]] = {}
        for row in rows:
            if str(getattr(row, "field", row.__dict__.get("unit", ""))).startswith("price."):
                by_offering.setdefault(row.offering_key, []).append(row)
        return [some[0] for some in by_offering.values() if len(some) > 1]

    # -- values ---------------------------------------------------------------------------------------------------

    def pin(self) -> None:
        """Pins of every kind."""
        from curation.pins import pinning
        from registry.domain import rates
        from registry.models import Offering

        offerings = Offering.objects.filter(input_price__gt=0, output_price__gt=0, missing_since__isnull=True)
        keys = _spread(offerings.order_by("key").values_list("key", flat=True), 12)
        day = timedelta(days=1)
        kinds: list[dict[str, Any]] = [
            {"field": PRICE, "value": rates.price("1.25"), "evidence": "https://example.com/prices"},
            {"field": "price.output", "value": rates.price("30"), "expires_at": self.now + 30 * day},
            {"field": "context_window", "value": 123_456, "review_at": self.now + 10 * day},
            {"field": "price.cache_read", "value": rates.price("0.1")},
            {"field": "price.output", "value": rates.price("31"), "at": self.now - 2 * day,
             "expires_at": self.now - day},
            {"field": "successor", "value": None},
        ]  # fmt: skip
        pins = [
            pinning.pin(offering=key, actor=self.ada, reason="read off their page", **kinds[number % len(kinds)])
            for number, key in enumerate(keys)
        ]
        pinning.release(pins[0], actor=self.bob, reason="they changed it")
        self.count("pins", len(pins))

    def state(self) -> None:
        """Manual entries, aliases and notes."""
        from curation.models import Conflict
        from curation.review import conflicts, notes
        from curation.statements import aliases, manual
        from registry.domain import rates
        from registry.models import Offering

        keys = _spread(Offering.objects.order_by("key").values_list("key", flat=True), 6)
        for key in keys[:3]:
            manual.state(key, {"max_output_tokens": 4_321}, actor=self.ada, reason="asked their support")
        manual.state("acme/rocket-1", {"name": "Rocket 1", PRICE: rates.price("2")}, actor=self.ada, reason="ours")
        for number, key in enumerate(keys[3:]):
            aliases.state(name=f"our-name-{number}", offering=key, actor=self.bob, reason="what we call it")
        for key in keys:
            notes.write(about="offering", key=key, text="Ask them in spring.", actor=self.ada)
        notes.close(notes.write(about="source", key="litellm", text="Slow.", actor=self.bob), actor=self.ada)
        opened = Conflict.objects.filter(state=Conflict.State.OPEN).order_by("pk").values_list("pk", flat=True)
        left = conflicts.leave(list(opened[:5]), actor=self.bob, reason="both are right, by region")
        self.count("statements", 4)
        self.count("conflicts left", len(left))

    def bring_files(self) -> None:
        """One import that stays, and one that is undone."""
        from curation import imports
        from registry.models import Offering

        keys = _spread(Offering.objects.filter(input_price__gt=0).order_by("key").values_list("key", flat=True), 21)
        for number, (name, some) in enumerate((("stands.csv", keys[::2]), ("undone.csv", keys[1::2]))):
            rows = "".join(f"{key},{200_000 + number},1{line}.5\n" for line, key in enumerate(some))
            body = f"id,max_context,input_per_1m\n{rows}".encode()
            batch = imports.draft(name, body, actor=self.ada, reason="a list of ours")
            imports.confirm(batch, actor=self.ada)
            self.count(f"cells of {name}", sum(batch.outcomes.values()))
        undone = imports.undo(batch, actor=self.bob, reason="the old list after all")
        self.count("undone entries of an import", len(undone.done))

    def undo(self) -> None:
        """Undoes the last changes of syncs to some offerings."""
        from curation.rollback.selection import Selection
        from curation.rollback.undo import roll_back
        from registry.models import LedgerEntry

        entries = LedgerEntry.objects.filter(
            actor__startswith="sync:", field=PRICE, old__isnull=False, new__isnull=False
        )
        newest = list(entries.order_by("-id").values_list("pk", flat=True)[:8])
        outcome = roll_back(Selection(entries=newest), actor=self.bob, reason="too early")
        self.count("undone entries", len(outcome.done))

    # -- settings -------------------------------------------------------------------------------------------------

    def settle_in(self) -> None:
        """Views, tokens, a subscription, an own policy, a paused source."""
        from curation.models import Policy, Source, Subscription
        from curation.review import saved_views
        from registry.api import tokens

        saved_views.save("Prices of OpenAI", {"provider": "openai", "group": "price"}, owner=self.ada, is_shared=True)
        saved_views.save("By kind", {"kind": "loss"}, owner=self.bob, is_default=True)
        for owner in (self.ada, self.bob):
            tokens.make(f"{owner.get_username()}'s script", owner, ["read"])
        Subscription.objects.create(person=self.ada, address="ada@example.com", events=["pin", "held"])
        Policy.objects.create(name="never without us", position=1, verdict="hold", conditions={"providers": ["openai"]})
        edited = Policy.objects.exclude(default_key="").order_by("position").first()
        if edited:
            edited.enabled = False
            edited.save()
        Source.objects.filter(slug="litellm").update(enabled=False)
        self.count("views, tokens, subscriptions, policies", 7)


def _spread(keys: Iterable[str], number: int) -> list[str]:
    """`number` keys, evenly spread."""
    all_keys = list(keys)
    return all_keys[:: max(1, len(all_keys) // number)][:number]


def _shown(rows: Iterable[Change]) -> dict[int, str]:
    return {row.pk: row.fingerprint for row in rows}


def main() -> int:
    """Does everything, and prints what was done."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    work = Work()
    for part in (work.undo, work.decide, work.pin, work.state, work.bring_files, work.settle_in):
        part()
    print(json.dumps(work.done))
    return 0


if __name__ == "__main__":
    sys.exit(main())
