"""People and groups: whoever is put into a group can sign in."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from curation.accounts.roles import ROLES, ensure_roles
from curation.models import AuditEntry

pytestmark = pytest.mark.django_db
PASSWORD = "a-quiet-harbour-7"


def put_into(client: Client, name: str, *groups: str, **more: str) -> int:
    """Makes an account and puts it into groups, by the two forms of the admin."""
    form = {"username": name, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("admin:auth_user_add"), form)
    user = User.objects.get(username=name)
    address = reverse("admin:auth_user_change", args=[user.pk])
    data = {"username": name, "is_active": "on", "date_joined_0": "2026-05-01", "date_joined_1": "12:00:00"} | more
    members = [str(Group.objects.get(name=group).pk) for group in groups]
    return int(client.post(address, data | {"groups": members}).status_code)


def signs_in(name: str) -> Client | None:
    """A browser in which the person signed in and chose a password of their own; None where the form refuses."""
    client = Client()
    answer = client.post("/admin/login/", {"username": name, "password": PASSWORD, "next": "/admin/"})
    if answer.status_code != 302:
        return None
    chosen = "a-louder-harbour-8"
    data = {"old_password": PASSWORD, "new_password1": chosen, "new_password2": chosen}
    assert client.post("/admin/password_change/", data).status_code == 302
    return client


@pytest.mark.parametrize("role", ROLES)
def test_a_person_who_is_put_into_a_group_in_the_admin_can_sign_in(enter, role):
    ensure_roles()
    assert put_into(enter(), "ada", role) == 302

    client = signs_in("ada")
    assert client is not None
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/registry/offering/").status_code == 200
    entries = AuditEntry.objects.filter(actor="root", after__is_staff=True)
    assert entries.count() == 1


def test_it_does_not_matter_from_which_side_a_person_joins():
    ensure_roles()
    ada, eve, no = (User.objects.create_user(name) for name in ("ada", "eve", "no"))
    ada.groups.add(Group.objects.get(name="viewer"))
    Group.objects.get(name="curator").user_set.add(eve)

    assert set(User.objects.filter(is_staff=True)) == {ada, eve}
    assert not User.objects.get(pk=no.pk).is_staff


def test_who_is_in_no_group_or_was_switched_off_cannot_sign_in(enter):
    ensure_roles()
    put_into(enter(), "ada", "curator")
    put_into(enter(), "eve")
    User.objects.filter(username="ada").update(is_staff=False)
    data = {"username": "ada", "is_active": "on", "date_joined_0": "2026-05-01", "date_joined_1": "12:00:00"}
    members = [str(Group.objects.get(name="curator").pk)]
    enter().post(
        reverse("admin:auth_user_change", args=[User.objects.get(username="ada").pk]), data | {"groups": members}
    )

    assert signs_in("ada") is None
    assert signs_in("eve") is None
