"""Permissions by group: *viewers* read, *curators* decide and pin, *senior curators* edit policies and undo what others
did, *maintainers* edit schedules. The whole table is in docs/people.md.

The groups are created once. What an administrator changes later stays: an upgrade gives a group only permissions that
it was never offered before, never one that was taken away, and never creates a deleted group again.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Final

from django.contrib.auth.models import Group, Permission, User
from django.db import transaction
from django.db.models import Q, QuerySet

from curation.models import Role

_OURS: Final = ("registry", "curation", "syncers", "django_celery_beat")


def _these(*names: str) -> Q:
    """Permissions by name, such as `curation.pin_field`."""
    parted = (name.partition(".") for name in names)
    return reduce(or_, (Q(content_type__app_label=app, codename=codename) for app, _dot, codename in parted))


_LOOK: Final = Q(content_type__app_label__in=_OURS, codename__startswith="view_")
VIEWER: Final = _LOOK | _these(
    "registry.add_apitoken",
    "curation.add_subscription",
    "curation.change_subscription",
    "curation.delete_subscription",
)
CURATOR: Final = VIEWER | _these(
    "curation.decide_change",
    "curation.pin_field",
    "curation.import_rows",
    "curation.change_source",
    "curation.add_note",
    "curation.change_note",
)
SENIOR: Final = (
    CURATOR
    | Q(content_type__app_label="curation", codename__endswith="_policy")
    | _these("curation.undo_of_others", "curation.release_quarantine", "curation.approve_second")
)
MAINTAINER: Final = (
    SENIOR | Q(content_type__app_label="django_celery_beat") | _these("auth.view_user", "auth.view_group")
)
ROLES: Final = {"viewer": VIEWER, "curator": CURATOR, "senior curator": SENIOR, "maintainer": MAINTAINER}

_FIRST_TABLES: Final = frozenset(
    {
        *(f"registry.{name}" for name in (
            "alias", "benchmark", "document", "ledgerentry", "model", "offering", "provider", "rate", "revision",
            "unknownid",
        )),
        *(f"curation.{name}" for name in ("change", "match", "pin", "policy", "source", "storedclaim")),
        *(f"syncers.{name}" for name in ("rejectedrecord", "run", "storedpayload")),
    }
)  # fmt: skip
"""The tables of the first release, which kept no record of what it offered."""


def ensure_roles(**signal: Any) -> None:
    """Creates the groups and gives them new permissions. Receiver of `post_migrate`, sent by the last of our apps."""
    using = signal.get("using", "default")
    with transaction.atomic(using=using):
        for name, may in ROLES.items():
            _offer(name, Permission.objects.using(using).filter(may).select_related("content_type"), using)


def let_in(action: str, instance: User | Group, pk_set: set[int] | None, **signal: Any) -> None:
    """Lets people sign in as soon as they are in a group (Django's `is_staff`). Receiver of `m2m_changed`.

    Only joining does it: where an administrator switches it off for somebody later, it stays off.
    """
    if action != "post_add":
        return
    joined = User.objects.filter(pk__in=pk_set or ()) if isinstance(instance, Group) else [instance]
    for person in joined:
        if not person.is_staff:
            person.is_staff = True
            person.save(update_fields=["is_staff"])  # one by one, so that the audit trail has it


def _offer(name: str, wanted: QuerySet[Permission], using: str) -> None:
    role = Role.objects.using(using).select_related("group").filter(name=name).first()
    if role is None:
        role = _begin(name, using)
    offered = set(role.offered)
    fresh = [permission for permission in wanted if _written(permission) not in offered]
    if not fresh:
        return
    if role.group is not None:
        role.group.permissions.add(*fresh)
    role.offered = sorted(offered | {_written(permission) for permission in fresh})
    role.save(using=using)


def _begin(name: str, using: str) -> Role:
    """The record of a role. A group of that name that is there without one was made by the first release."""
    group, is_new = Group.objects.using(using).get_or_create(name=name)
    offered: list[str] = []
    if not is_new:
        had = {_written(permission) for permission in group.permissions.select_related("content_type")}
        offered = sorted(had | _offered_at_first(name, using))
    return Role.objects.using(using).create(name=name, group=group, offered=offered)


def _offered_at_first(name: str, using: str) -> set[str]:
    """What the first release gave to a group of that name, as far as it still exists."""
    permissions = Permission.objects.using(using).filter(ROLES[name])
    names = set()
    for permission in permissions.select_related("content_type"):
        kind = permission.content_type
        its_own = kind.app_label == "django_celery_beat"
        if its_own or f"{kind.app_label}.{kind.model}" in _FIRST_TABLES:
            names.add(_written(permission))
    return names


def _written(permission: Permission) -> str:
    return f"{permission.content_type.app_label}.{permission.codename}"
