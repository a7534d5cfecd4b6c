from __future__ import annotations

import io
import json

import pytest
from django.core.management import CommandError, call_command

from curation.apply import load
from curation.core.inputs import IDENTITY
from curation.core.merge import SourceClaim
from curation.linking import relink
from curation.models import Change
from curation.pins import pinning
from registry.models import Offering
from tests.builders import curator, offering, part

pytestmark = pytest.mark.django_db
TOLD = "together/meta-llama/Llama-3.3-70B-Instruct-Turbo"
NOW_TOLD = "meta-llama/llama3-3-70b-instruct"


@pytest.fixture
def as_before(monkeypatch):
    """An offering published by rules that did not know what Together's `-Turbo` is."""
    values = {"model": "meta-llama/llama3-3-70b-instruct-turbo"}
    with monkeypatch.context() as patch:
        patch.setattr(load, "derive_identity", lambda key: SourceClaim(IDENTITY, values))
        offering(TOLD)
    return Offering.objects.get(key=TOLD)


def test_it_tells_what_the_rules_read_otherwise_now(as_before):
    assert [(change.field, change.old, change.new) for change in relink.identity_changes()] == [
        ("model", "meta-llama/llama3-3-70b-instruct-turbo", NOW_TOLD),
        ("variants", None, ["instruct", "turbo"]),
    ]


def test_a_move_to_another_model_waits_for_review(as_before):
    done = relink.relink(relink.identity_changes())

    as_before.refresh_from_db()
    assert (done.offerings, done.applied, done.held) == (1, 1, 1)
    assert as_before.facts["variants"] == ["instruct", "turbo"]
    assert as_before.model_id == "meta-llama/llama3-3-70b-instruct-turbo"
    assert part(Change.objects.get(state=Change.State.PROPOSED)).new == NOW_TOLD


def test_a_person_may_answer_for_all_moves(as_before):
    curator("ada")

    call_command("relink", "--approve-as", "ada", stdout=io.StringIO())

    as_before.refresh_from_db()
    assert as_before.model_id == NOW_TOLD
    assert list(relink.identity_changes()) == []


def test_a_dry_run_lists_and_changes_nothing(as_before):
    out = io.StringIO()
    call_command("relink", "--dry-run", "--json", stdout=out)

    assert [json.loads(line)["field"] for line in out.getvalue().splitlines()] == ["model", "variants"]
    assert len(list(relink.identity_changes())) == 2


def test_what_a_curator_pinned_stands(as_before):
    pinning.pin(offering=TOLD, field="model", value="acme/other", actor=curator(), reason="I know")

    relink.relink(relink.identity_changes(), approved_by="ada")

    as_before.refresh_from_db()
    assert as_before.model_id == "acme/other"


def test_somebody_unknown_cannot_answer_for_it(as_before):
    with pytest.raises(CommandError, match="no user"):
        call_command("relink", "--approve-as", "nobody")
