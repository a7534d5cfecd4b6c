"""The page that asks before something is done: the same for every action."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from curation.admin.confirm import Confirmation, Reason, Table, inputs, seal, unseal
from curation.models import Pin
from curation.review.stale_check import Refused
from tests.curation.admin import world


def page_of(confirm: Confirmation, *, error: str = "", typed: str = "") -> tuple[int, str]:
    request = RequestFactory().post("/admin/", {"reason": typed})
    request.user = User(username="ada", is_staff=True, is_superuser=True, is_active=True)
    answer = confirm.page(admin.site.get_model_admin(Pin), request, error=error)
    return answer.status_code, answer.render().content.decode()  # type: ignore[attr-defined]


def asked(**more: object) -> Confirmation:
    table = Table(rows=[["acme/one", "<b>2.5</b>"]], columns=["Offering", "Price"])
    about = {"title": "Do it", "button": "Do", "back": "/admin/", "lines": ["It is done."], "tables": [table], **more}
    return Confirmation(**about)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_it_says_what_will_happen_and_to_what():
    status, page = page_of(asked(count=1200, hidden=inputs("pin", [1200]), action="/there/", is_danger=True))

    assert status == 200
    for sign in (
        "It is done.",
        "acme/one",
        "Do (1,200)",
        'name="pin" value="1200"',
        'action="/there/"',
        "csrfmiddleware",
    ):
        assert sign in page
    assert "ms-button-no" in page
    assert "&lt;b&gt;2.5" in page  # what a source stated is text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reason", "field", "required"),
    [(Reason.NONE, False, False), (Reason.OPTIONAL, True, False), (Reason.REQUIRED, True, True)],
)
def test_it_asks_why_where_that_is_wanted(reason, field, required):
    _status, page = page_of(asked(reason=reason))

    assert ('name="reason"' in page) is field
    assert ("Reason (required)" in page) is required


@pytest.mark.django_db
def test_what_was_typed_is_still_there_after_a_refusal():
    status, page = page_of(asked(reason=Reason.REQUIRED), error="It has moved.", typed="their page")

    assert status == 400
    assert "It has moved." in page
    assert 'value="their page"' in page


@pytest.mark.django_db
def test_where_there_is_nothing_to_do_nothing_is_asked():
    _status, page = page_of(asked(nothing="None of them is left.", reason=Reason.REQUIRED))

    assert "None of them is left." in page
    assert 'name="reason"' not in page
    assert 'class="ms-button ms-button-' not in page


def test_what_was_shown_cannot_be_changed_on_its_way():
    sealed = seal("a page", {"shown": [1, 2]})

    assert unseal("a page", sealed) == {"shown": [1, 2]}
    for wrong in ("", "made:up", sealed[:-1], seal("another page", {"shown": [3]})):
        with pytest.raises(Refused, match="too old"):
            unseal("a page", wrong)


@pytest.mark.django_db
def test_a_page_of_another_site_is_not_gone_back_to(enter):
    world.a_held_change()
    chosen = {"action": "reject_selected", "_selected_action": "1", "select_across": "1", "index": "0"}

    page = enter("curator").post("/admin/curation/change/", chosen, HTTP_REFERER="https://evil.example/")

    assert "evil.example" not in page.content.decode()
