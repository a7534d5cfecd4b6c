"""Groups: made once, offered what is new, and otherwise left as an administrator made them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission

from curation.accounts.roles import ROLES, ensure_roles
from curation.models import Role

pytestmark = pytest.mark.django_db


def permissions_of(name: str) -> set[str]:
    permissions = Group.objects.get(name=name).permissions.select_related("content_type")
    return {f"{permission.content_type.app_label}.{permission.codename}" for permission in permissions}


def the(name: str) -> Permission:
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def forget_the_offer(role: str, name: str) -> None:
    """As if the permission came with the next upgrade."""
    row = Role.objects.get(name=role)
    row.offered.remove(name)
    row.save()
    if row.group:
        row.group.permissions.remove(the(name))


def test_each_role_may_all_that_the_one_below_may():
    ensure_roles()

    viewer, curator, senior, maintainer = (permissions_of(name) for name in ROLES)
    assert viewer < curator < senior < maintainer


@pytest.mark.parametrize(
    ("permission", "lowest"),
    [
        ("curation.view_auditentry", "viewer"),
        ("curation.add_subscription", "viewer"),
        ("curation.decide_change", "curator"),
        ("curation.pin_field", "curator"),
        ("curation.change_source", "curator"),
        ("curation.add_note", "curator"),
        ("curation.change_policy", "senior curator"),
        ("curation.undo_of_others", "senior curator"),
        ("curation.release_quarantine", "senior curator"),
        ("curation.approve_second", "senior curator"),
        ("django_celery_beat.change_periodictask", "maintainer"),
    ],
)
def test_a_permission_begins_with_its_role(permission, lowest):
    ensure_roles()

    having = [name for name in ROLES if permission in permissions_of(name)]
    assert having == list(ROLES)[list(ROLES).index(lowest) :]


def test_nobody_may_write_the_audit_trail_or_delete_a_note():
    ensure_roles()

    for name in ROLES:
        assert not permissions_of(name) & {
            "curation.add_auditentry", "curation.change_auditentry", "curation.delete_auditentry",
            "curation.delete_note",
        }  # fmt: skip


def test_a_new_permission_reaches_the_groups_that_are_there():
    ensure_roles()
    forget_the_offer("curator", "curation.add_note")

    ensure_roles()

    assert "curation.add_note" in permissions_of("curator")


def test_what_an_administrator_took_away_stays_away():
    ensure_roles()
    Group.objects.get(name="curator").permissions.remove(the("curation.pin_field"))

    ensure_roles()

    assert "curation.pin_field" not in permissions_of("curator")


def test_what_an_administrator_gave_stays():
    ensure_roles()
    Group.objects.get(name="viewer").permissions.add(the("curation.pin_field"))

    ensure_roles()

    assert "curation.pin_field" in permissions_of("viewer")


def test_a_renamed_group_is_the_same_role():
    ensure_roles()
    Group.objects.filter(name="curator").update(name="editors")
    forget_the_offer("curator", "curation.add_note")

    ensure_roles()

    assert "curation.add_note" in permissions_of("editors")
    assert not Group.objects.filter(name="curator").exists()


def test_a_deleted_group_is_not_made_again():
    ensure_roles()
    Group.objects.get(name="viewer").delete()

    ensure_roles()

    assert not Group.objects.filter(name="viewer").exists()


def test_groups_of_the_first_release_keep_what_was_made_of_them_and_get_what_is_new():
    """There, groups were made without a record. This one lost a permission which that release gave."""
    ensure_roles()
    Role.objects.all().delete()
    curator = Group.objects.get(name="curator")
    curator.permissions.remove(the("curation.decide_change"), the("curation.add_note"), the("curation.view_note"))

    ensure_roles()

    assert "curation.decide_change" not in permissions_of("curator")
    assert {"curation.add_note", "curation.view_note"} <= permissions_of("curator")
