"""Which tables and columns are recorded in the audit trail when rows are saved, with their values before and after.

One line per table. A save that changes none of these columns is not recorded, so that bookkeeping of programs (the last
run of a schedule, the last sign-in) does not hide what people decided.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from curation.audit import acting, trail
from curation.models import Policy

WATCHED: Final[dict[str, tuple[str, ...]]] = {
    "auth.User": ("username", "is_active", "is_staff", "is_superuser", "password"),
    "auth.Group": ("name",),
    "curation.Change": ("state", "postponed_until"),
    "curation.Conflict": ("state",),
    "curation.ImportBatch": ("state",),
    "curation.Match": ("state",),
    "curation.Note": ("kind", "text", "closed_at"),
    "curation.Pin": ("field", "value", "evidence", "expires_at", "review_at", "released_at"),
    "curation.Policy": tuple(
        column.attname
        for column in Policy._meta.concrete_fields
        if not column.primary_key and column.name not in ("default_key", "came_at")
    ),
    "curation.Source": ("enabled",),
    "curation.StatedAlias": ("name", "withdrawn_at"),
    "curation.Subscription": ("channel", "address", "events", "pace", "enabled"),
    "django_celery_beat.PeriodicTask": ("name", "task", "args", "enabled", "interval_id", "crontab_id"),
    "registry.ApiToken": ("name", "scopes", "expires_at", "revoked_at"),
}  # fmt: skip
_MADE_BY_ITSELF: Final = frozenset(
    {
        "curation.Change", "curation.Conflict", "curation.Match", "curation.Policy", "curation.Source",
        "django_celery_beat.PeriodicTask",
    }
)  # fmt: skip
"""Rows that the registry itself creates: creating one is recorded only when a person does it."""
_SHOWN_FIRST: Final = frozenset({"curation.ImportBatch"})
"""Rows that begin as a preview: creating one is not recorded, later changes are."""
_SECRET: Final = frozenset({"password", "address"})
"""Columns of which only the change is recorded, not the value: a webhook's address may be a secret."""
_WORDS: Final = {
    "released_at": "released",
    "withdrawn_at": "withdrawn",
    "revoked_at": "revoked",
    "closed_at": "closed",
    "postponed_until": "postponed",
}
_WHO: Final = {
    "made": ("author", "owner", "person"),
    "released": ("released_by",),
    "withdrawn": ("withdrawn_by",),
    "closed": ("closed_by",),
    "postponed": ("postponed_by",),
    "decided": ("decided_by", "looked_by", "undone_by", "author"),
}
"""Columns of a row that name who did it, for changes outside requests."""
_UID: Final = "curation.audit.watch"


def connect() -> None:
    """Connects the signals; called once, when the apps are ready."""
    for name in WATCHED:
        model = apps.get_model(name)
        uid = f"{_UID}.{name}"
        pre_save.connect(_remember, sender=model, dispatch_uid=uid)
        post_save.connect(_saved, sender=model, dispatch_uid=uid)
        post_delete.connect(_deleted, sender=model, dispatch_uid=uid)
    for through in (User.groups.through, User.user_permissions.through, Group.permissions.through):
        m2m_changed.connect(_members_changed, sender=through, dispatch_uid=_UID)


def _remember(sender: type[models.Model], instance: Any, raw: bool, **signal: Any) -> None:
    instance._audit_before = None
    touched = signal.get("update_fields")
    columns = WATCHED[sender._meta.label]
    if raw or instance._state.adding or (touched is not None and not set(touched) & set(columns)):
        return
    instance._audit_before = sender._default_manager.filter(pk=instance.pk).values(*columns).first()


def _saved(sender: type[models.Model], instance: Any, created: bool, raw: bool, **signal: Any) -> None:
    if raw:
        return
    columns, previous = WATCHED[sender._meta.label], getattr(instance, "_audit_before", None)
    now = {name: getattr(instance, name) for name in columns}
    if created:
        label = sender._meta.label
        if label not in _SHOWN_FIRST and (label not in _MADE_BY_ITSELF or acting.person()):
            after = {name: value for name, value in now.items() if value not in (None, "", [], {})}
            _record("made", instance, None, after)
        return
    changed = [name for name in columns if previous and previous[name] != now[name]]
    if previous and changed:
        before, after = ({name: values[name] for name in changed} for values in (previous, now))
        _record(_verb(changed, now), instance, before, after)


def _verb(changed: list[str], now: dict[str, Any]) -> str:
    """The action, by the columns that changed."""
    for name, word in _WORDS.items():
        if name in changed and now[name]:
            return word
    if changed == ["enabled"]:
        return "switched on" if now["enabled"] else "switched off"
    if changed == ["state"]:
        return str(now["state"])
    return "password changed" if changed == ["password"] else "changed"


def _deleted(sender: type[models.Model], instance: Any, **signal: Any) -> None:
    columns = WATCHED[sender._meta.label]
    _record("deleted", instance, {name: getattr(instance, name) for name in columns}, None)


def _members_changed(
    sender: type[models.Model],
    instance: Any,
    action: str,
    model: type[models.Model],
    pk_set: set[Any] | None,
    **signal: Any,
) -> None:
    if action == "pre_clear":
        _record("lost all", instance, {model._meta.model_name or "": "all"}, None)
    if action not in ("post_add", "post_remove") or not pk_set:
        return
    rows = model._default_manager.filter(pk__in=pk_set)
    if model is Permission:
        rows = rows.select_related("content_type")
    names = {str(model._meta.verbose_name): sorted(str(row) for row in rows)}
    before, after = (names, None) if action == "post_remove" else (None, names)
    _record("taken away" if action == "post_remove" else "given", instance, before, after)


def _record(action: str, row: Any, before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
    decided = action if action in _WHO else "decided" if after and "state" in after else ""
    who = acting.person() or _first(row, _WHO.get(decided, ()))
    why = _first(row, ("withdrawn_reason",) if action == "withdrawn" else ("reason",) if decided != "released" else ())
    batch = getattr(row, "batch", None) if action == "made" else None
    trail.record(
        action,
        row,
        actor=who,
        before=_redacted(before),
        after=_redacted(after),
        reason=why,
        batch=batch if isinstance(batch, UUID) else None,
    )


def _first(row: Any, names: tuple[str, ...]) -> str:
    """The first of these columns that is not empty; people by their names."""
    for name in names:
        if value := getattr(row, name, ""):
            return str(value.get_username() if hasattr(value, "get_username") else value)
    return ""


def _redacted(values: dict[str, Any] | None) -> dict[str, Any] | None:
    """Without secrets."""
    return values and {name: "…" if name in _SECRET else value for name, value in values.items()}
