from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from curation.accounts.roles import ensure_roles


@pytest.fixture
def person(db):
    """Makes people of a role: "viewer", "curator", "maintainer", or "" for a superuser."""

    def make(role: str = "") -> User:
        name = role or "root"
        if existing := User.objects.filter(username=name).first():
            return existing
        if not role:
            return User.objects.create_superuser(name)
        ensure_roles()
        user = User.objects.create_user(name, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def enter(person):
    """A browser in which a person of a role is signed in."""

    def sign_in(role: str = "") -> Client:
        client = Client()
        client.force_login(person(role))
        return client

    return sign_in
