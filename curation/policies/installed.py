"""The policies of this installation: in their order, and how they came from the default ones.

A new installation gets all of them. An update adds those that it was never offered, each at its place, and brings those
that nobody has edited to their newer form. What curators edited, switched off, moved or deleted stays as they left it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.audit import trail
from curation.core.policy.defaults import BY_KEY, DEFAULT_POLICIES, FIRST_VERSION, DefaultPolicy, place
from curation.models import OfferedPolicy, Policy

STEP: Final = 10
"""Between the positions of two policies, so that one can be put in between by hand."""
NEWS_FOR: Final = timedelta(days=30)
"""How long the admin says that a policy came with an update."""


def ensure_defaults(*, at: datetime | None = None) -> int:
    """Writes the default policies that this installation was never offered. Returns how many came or changed."""
    with transaction.atomic():
        offered = dict(OfferedPolicy.objects.values_list("key", "version"))
        if not Policy.objects.exists() and not offered:
            return _begin()
        if not offered:
            offered = _recognise()
        return _update(offered, at or timezone.now())


def came_lately(*, at: datetime | None = None) -> list[Policy]:
    """Policies that an update added or changed not long ago, in their order."""
    return list(Policy.objects.filter(came_at__gt=(at or timezone.now()) - NEWS_FOR))


def is_edited(policy: Policy) -> bool:
    """Whether a default policy says something else than its form of now. False for curators' own."""
    default = BY_KEY.get(policy.default_key)
    return default is not None and policy.rule() != default.rule


def _begin() -> int:
    rows = [
        Policy.of(default.rule, position=STEP * at, default_key=default.key)
        for at, default in enumerate(DEFAULT_POLICIES, start=1)
    ]
    Policy.objects.bulk_create(rows)
    _remember(DEFAULT_POLICIES)
    return len(rows)


def _recognise() -> dict[str, int]:
    """What an installation of the first version was offered: it kept no record, and its policies no keys."""
    first = [default for default in DEFAULT_POLICIES if default.since == FIRST_VERSION]
    by_name = {form.name: default.key for default in first for form in (default.rule, *default.earlier)}
    for row in Policy.objects.filter(name__in=by_name, default_key=""):
        row.default_key = by_name[row.name]
        row.save(update_fields=["default_key"])
    OfferedPolicy.objects.bulk_create(OfferedPolicy(key=default.key, version=FIRST_VERSION) for default in first)
    return {default.key: FIRST_VERSION for default in first}


def _update(offered: dict[str, int], at: datetime) -> int:
    news = [default for default in DEFAULT_POLICIES if offered.get(default.key, 0) < default.version]
    in_use = Policy.objects.filter(enabled=True).exclude(default_key="").exists()
    done = sum(_renew(default, at) if default.key in offered else _add(default, at, enabled=in_use) for default in news)
    _remember(news)
    return done


def _renew(default: DefaultPolicy, at: datetime) -> bool:
    """Brings a policy to its newer form where nobody has edited or switched it off."""
    row = Policy.objects.filter(default_key=default.key, enabled=True).first()
    if row is None or row.rule() not in default.earlier:
        return False
    before = row.explanation
    row.take(default.rule)
    row.came_at = at
    row.save()
    trail.record("changed by an update", row, before={"explanation": before}, after={"explanation": row.explanation})
    return True


def _add(default: DefaultPolicy, at: datetime, *, enabled: bool) -> bool:
    """Puts a new policy at its place. It is switched off where curators have replaced the default ones altogether."""
    rows = list(Policy.objects.order_by("position", "name"))
    row = Policy.of(default.rule, default_key=default.key, came_at=at, enabled=enabled)
    if any(other.name == row.name for other in rows):
        row.name = _("%(name)s (default)") % {"name": row.name}
    rows.insert(place(default.key, [row.default_key for row in rows]), row)
    renumber(rows)
    trail.record("came with an update", row, after={"verdict": row.verdict, "enabled": row.enabled})
    return True


def put_in(new: Policy) -> None:
    """Gives a policy that was just made its place: before those that had its position."""
    renumber(sorted(Policy.objects.all(), key=lambda row: (row.position, row.pk != new.pk, row.name)))


def renumber(rows: Sequence[Policy]) -> None:
    """Gives policies positions in this order, with room in between, and saves those that are new."""
    for at, row in enumerate(rows, start=1):
        row.position = STEP * at
    Policy.objects.bulk_update([row for row in rows if row.pk], ["position"])
    for row in rows:
        if not row.pk:
            row.save()


def _remember(news: Sequence[DefaultPolicy]) -> None:
    OfferedPolicy.objects.bulk_create(
        [OfferedPolicy(key=default.key, version=default.version) for default in news],
        update_conflicts=True, unique_fields=["key"], update_fields=["version"],
    )  # fmt: skip
