"""Who was given a password changes it before anything else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from curation.accounts import first_password
from syncers.management.commands.up import first_admin

pytestmark = pytest.mark.django_db
CHANGE = "/admin/password_change/"
NEW = "another long secret 7"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def signed_in(name: str, password: str) -> Client:
    client = Client()
    assert client.login(username=name, password=password)
    return client


def test_the_first_account_is_led_to_the_page_for_its_own_password():
    password = first_admin() or ""
    client = signed_in("admin", password)

    for page in ("/admin/", "/admin/auth/user/", "/"):
        answer = client.get(page)
        assert (answer.status_code, answer["Location"]) == (302, CHANGE)
    assert client.get(CHANGE).status_code == 200

    answer = client.post(CHANGE, {"old_password": password, "new_password1": NEW, "new_password2": NEW})
    assert answer.status_code == 302
    assert client.get("/admin/").status_code == 200
    assert signed_in("admin", NEW).get("/admin/").status_code == 200


def test_the_page_says_why_and_says_it_no_more_when_it_is_done():
    password = first_admin() or ""
    client = signed_in("admin", password)

    for _visit in range(2):
        assert client.get(CHANGE).content.decode().count("chose or saw your present password") == 1
    own = {"old_password": password, "new_password1": NEW, "new_password2": NEW}
    page = client.post(CHANGE, own, follow=True).content.decode()

    assert "chose or saw" not in page


def test_the_same_password_again_is_refused():
    password = first_admin() or ""
    client = signed_in("admin", password)

    answer = client.post(CHANGE, {"old_password": password, "new_password1": password, "new_password2": password})

    assert "another password than the one" in answer.content.decode()
    assert client.get("/admin/").status_code == 302


def test_the_api_says_why_it_refuses():
    client = signed_in("admin", first_admin() or "")

    answer = client.get("/api/v1/providers/")

    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    assert "choose your own" in answer.json()["detail"]


def test_a_password_changed_on_the_command_line_counts():
    client = signed_in("admin", first_admin() or "")
    user = User.objects.get()
    user.set_password(NEW)
    user.save()

    assert not first_password.is_asked(user)
    assert signed_in("admin", NEW).get("/admin/").status_code == 200
    assert client.get("/admin/").status_code == 302  # signed out, as the other sessions of an account are


def test_a_rehash_of_the_first_password_does_not_count(settings):
    password = first_admin() or ""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]

    assert signed_in("admin", password).get("/admin/").status_code == 302
    assert User.objects.get().password.startswith("pbkdf2")


def test_an_account_made_by_another_is_asked_and_ones_own_new_password_is_not(client):
    root = User.objects.create_superuser("root", password=NEW)
    client.force_login(root)

    client.post(
        "/admin/auth/user/add/", {"username": "ada", "usable_password": "true", "password1": NEW, "password2": NEW}
    )
    ada = User.objects.get(username="ada")
    assert first_password.is_asked(ada)

    own = f"{NEW}!"
    sent = {"usable_password": "true", "password1": own, "password2": own}
    client.post(f"/admin/auth/user/{root.pk}/password/", sent)
    root.refresh_from_db()
    assert root.check_password(own)
    assert not first_password.is_asked(root)

    client.post(f"/admin/auth/user/{ada.pk}/password/", sent)
    assert first_password.is_asked(ada)


def test_who_chose_their_password_is_never_asked():
    User.objects.create_superuser("root", password=NEW)

    assert signed_in("root", NEW).get("/admin/").status_code == 200


def test_strangers_cost_no_session_and_no_query(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert "Cookie" not in answer.get("Vary", "")
