from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.core.management import call_command

from curation.core.similarity import Named, compare
from curation.linking import matching
from curation.models import Match, Pin
from curation.pins import pinning
from curation.review import decisions
from registry.models import Offering
from tests.builders import curator, offering

KNOWN = "mistralai/mistral-saba"
UNSURE = "groq/mistral-saba-24b"

# -- similarity ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("qwen3-32b", "qwen3-14b"),
        ("claude-opus-4", "claude-opus-4-5"),
        ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20"),
        ("gpt-5-mini", "gpt-5-nano"),
        ("gpt-4-1", "gpt-4-5"),
        ("mistral-large-2411", "mistral-large-2512"),
        ("qwen3-30b-instruct", "qwen3-30b-thinking"),
    ],
)
def test_another_size_version_or_tier_is_never_a_candidate(left, right):
    assert compare(Named("a", left), Named("b", right)) is None


def test_another_kind_of_output_is_never_a_candidate():
    speech, text = (
        Named("a", "nova-sonic", gives=frozenset({"audio"})),
        Named("b", "nova-sonic", gives=frozenset({"text"})),
    )

    assert compare(speech, text) is None


def test_it_tells_what_speaks_for_and_against():
    similarity = compare(Named("", "mistral-saba-24b", "mistralai"), Named(KNOWN, "mistral-saba", "mistralai"))

    assert similarity is not None
    assert (similarity.candidate, similarity.score) == (KNOWN, Decimal("0.857"))
    assert similarity.evidence == {
        "same": ["mistral", "saba"],
        "only_here": ["24b"],
        "only_there": [],
        "same_author": True,
        "same_output": [],
    }


# -- the queue -------------------------------------------------------------------------------------


@pytest.fixture
def queue(db):
    for key in ("openrouter/mistralai/mistral-saba", "mistral/mistral-saba", UNSURE, "akash/mistral-saba-24b"):
        offering(key)
    Offering.objects.filter(key="akash/mistral-saba-24b").update(model=None)
    Offering.objects.filter(key=UNSURE).update(model=None)
    matching.find_matches()


def test_a_fine_tune_of_a_hub_is_no_candidate_for_what_it_was_made_of(queue):
    for key in ("featherless/someone/Mistral-Saba-24B", "chutes/someone/Mistral-Saba-24B-x"):
        offering(key)
    Offering.objects.filter(key__startswith="featherless/").update(model="someone/mistral-saba-24b")
    Offering.objects.filter(key__startswith="chutes/").update(model="someone/mistral-saba-24b-x")
    matching.find_matches()

    unsure = set(Match.objects.filter(candidate=KNOWN).values_list("offering_key", flat=True))
    assert "chutes/someone/Mistral-Saba-24B-x" in unsure
    assert "featherless/someone/Mistral-Saba-24B" not in unsure


def test_it_suggests_what_an_unlinked_offering_may_be(queue):
    assert list(Match.objects.values_list("offering_key", "candidate", "state")) == [
        ("akash/mistral-saba-24b", KNOWN, "open"),
        (UNSURE, KNOWN, "open"),
    ]


def test_it_never_links_by_itself(queue):
    assert Offering.objects.get(key=UNSURE).model_id is None


def test_looking_again_finds_nothing_new(queue):
    search = matching.find_matches()

    assert (search.unsure, search.new, search.gone, search.waiting) == (2, 0, 0, 2)


def test_accepting_pins_the_model_of_that_offering(queue):
    done = matching.accept_match(match=Match.objects.get(offering_key=UNSURE), actor=curator(), reason="Groq's page")

    pin = Pin.objects.get()
    assert done == [UNSURE]
    assert (pin.offering_key, pin.field, pin.value) == (UNSURE, "model", KNOWN)
    assert pin.reason == "matched: Groq's page (score 0.857)"
    assert Offering.objects.get(key=UNSURE).model_id == KNOWN
    assert Match.objects.get(offering_key="akash/mistral-saba-24b").state == "open"


def test_accepting_everywhere_pins_all_with_the_same_id(queue):
    done = matching.accept_match(match=Match.objects.get(offering_key=UNSURE), actor=curator(), everywhere=True)

    assert done == ["akash/mistral-saba-24b", UNSURE]
    assert set(Match.objects.values_list("state", "decided_by")) == {("accepted", "ada")}


def test_a_refusal_is_remembered(queue):
    matching.refuse_match(match=Match.objects.get(offering_key=UNSURE), actor=curator(), reason="a fine-tune")

    search = matching.find_matches()

    assert (search.new, search.waiting) == (0, 1)
    assert Match.objects.get(offering_key=UNSURE).reason == "a fine-tune"


def test_a_refusal_needs_a_reason(queue):
    with pytest.raises(decisions.Refused, match="Say why"):
        matching.refuse_match(match=Match.objects.get(offering_key=UNSURE), actor=curator(), reason=" ")


def test_what_is_decided_is_not_decided_again(queue):
    match = Match.objects.get(offering_key=UNSURE)
    matching.refuse_match(match=match, actor=curator(), reason="a fine-tune")

    with pytest.raises(decisions.Refused, match="already"):
        matching.accept_match(match=match, actor=curator())


def test_a_candidate_goes_when_the_model_is_known(queue):
    pinning.pin(offering=UNSURE, field="model", value=KNOWN, actor=curator(), reason="I know")

    search = matching.find_matches()

    assert (search.gone, search.waiting) == (1, 1)


def test_the_command_says_what_it_found(queue):
    out = io.StringIO()
    call_command("match", "--json", stdout=out)

    assert json.loads(out.getvalue()) == {"unsure": 2, "new": 0, "gone": 0, "waiting": 2}
