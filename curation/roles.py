"""Who may do what, by group: *viewers* look, *curators* decide and pin, *maintainers* keep policies and schedules.

The groups are made once, after the first migration. What an administrator makes of them later stays.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

_OURS: Final = ("registry", "curation", "syncers", "django_celery_beat")
VIEWER: Final = Q(content_type__app_label__in=_OURS, codename__startswith="view_")
CURATOR: Final = VIEWER | Q(
    content_type__app_label="curation", codename__in=("decide_change", "pin_field", "change_source")
)
MAINTAINER: Final = (
    CURATOR
    | Q(content_type__app_label="curation", codename__endswith="_policy")
    | Q(content_type__app_label="django_celery_beat")
)
ROLES: Final = {"viewer": VIEWER, "curator": CURATOR, "maintainer": MAINTAINER}


def ensure_roles(**signal: Any) -> None:
    """Makes the groups that do not exist yet. Receiver of `post_migrate`, sent by the last of our apps."""
    using = signal.get("using", "default")
    for name, may in ROLES.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.set(Permission.objects.using(using).filter(may))
