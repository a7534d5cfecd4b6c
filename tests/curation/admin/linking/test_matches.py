from __future__ import annotations

import pytest
from django.urls import reverse

from curation.linking import matching
from curation.models import Match, Pin
from registry.identity.lookup import LookupResult
from registry.models import Offering, UnknownId
from registry.reference import unresolved_ids
from tests.builders import offering

pytestmark = pytest.mark.django_db
LIST = "admin:curation_match_changelist"
DECIDE = "admin:curation_match_decide"
UNSURE = "groq/mistral-saba-24b"


@pytest.fixture
def waiting():
    for key in ("openrouter/mistralai/mistral-saba", "mistral/mistral-saba", UNSURE):
        offering(key)
    Offering.objects.filter(key=UNSURE).update(model=None)
    matching.find_matches()
    return Match.objects.get()


def test_the_queue_shows_candidates_with_their_evidence(enter, waiting):
    page = enter("viewer").get(reverse(LIST)).content.decode()

    for text in (UNSURE, "mistralai/mistral-saba", "86%", "only here: 24b", "same author"):
        assert text in page


@pytest.mark.parametrize(
    ("action", "effect"), [("accept_selected", "pinned"), ("refuse_selected", "not suggested again")]
)
def test_it_asks_before_it_decides(action, effect, enter, waiting):
    page = enter("curator").post(reverse(LIST), {"action": action, "_selected_action": [waiting.pk]})

    assert effect in page.content.decode()
    assert not Pin.objects.exists()


@pytest.mark.parametrize("verdict", ["accept", "everywhere"])
def test_accepting_pins_the_model_in_the_persons_name(verdict, enter, waiting):
    enter("curator").post(reverse(DECIDE), {"verdict": verdict, "match": [waiting.pk], "reason": "their page"})

    pin = Pin.objects.get()
    assert (pin.offering_key, pin.value, pin.author.get_username()) == (UNSURE, "mistralai/mistral-saba", "curator")


def test_a_refusal_needs_a_reason_and_keeps_it(enter, waiting):
    client = enter("curator")

    assert client.post(reverse(DECIDE), {"verdict": "refuse", "match": [waiting.pk], "reason": ""}).status_code == 400
    client.post(reverse(DECIDE), {"verdict": "refuse", "match": [waiting.pk], "reason": "a fine-tune"})

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason, waiting.decided_by) == ("refused", "a fine-tune", "curator")


def test_a_viewer_decides_nothing(enter, waiting):
    answer = enter("viewer").post(reverse(DECIDE), {"verdict": "accept", "match": [waiting.pk]})

    assert answer.status_code == 403
    assert not Pin.objects.exists()


def test_an_unknown_id_is_shown_with_what_it_may_mean(enter, waiting):
    unresolved_ids.note([LookupResult("mistral-sabba", "none")], UnknownId.Origin.API)
    row = UnknownId.objects.get()

    page = enter("viewer").get(reverse("admin:registry_unknownid_change", args=[row.pk])).content.decode()

    assert "mistralai/mistral-saba" in page


def test_what_is_known_by_now_is_marked(enter, waiting):
    unresolved_ids.note([LookupResult("mistral/mistral-saba", "none")], UnknownId.Origin.SITE)

    assert (
        "resolves to mistral/mistral-saba"
        in enter("viewer").get(reverse("admin:registry_unknownid_changelist")).content.decode()
    )


def test_offerings_can_be_narrowed_to_duplicates(enter):
    for key in ("acme/Rocket-1", "acme/rocket-1", "acme/rocket-2"):
        offering(key)

    page = enter("viewer").get(reverse("admin:registry_offering_changelist"), {"duplicates": "yes"})

    assert {match.key for match in page.context["cl"].result_list} == {"acme/Rocket-1", "acme/rocket-1"}
