from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from curation.accounts.roles import ROLES, ensure_roles
from curation.apply.load import load_rules
from curation.core.policy.defaults import DEFAULTS
from curation.models import Change, Policy
from curation.policies.installed import ensure_defaults
from registry.models import LedgerEntry
from tests.curation.admin import world

pytestmark = pytest.mark.django_db

FILLED_IN = {"name": "mine", "position": "5", "enabled": "on", "verdict": "hold"}


def test_a_maintainer_writes_a_policy_by_choosing_words(enter):
    client = enter("maintainer")

    client.post(
        reverse("admin:curation_policy_add"),
        {
            **FILLED_IN,
            "kinds": ["change"],
            "groups": ["price"],
            "fields": "price.input context_window",
            "factor_at_least": "1.2",
        },
    )

    policy = Policy.objects.get(name="mine")
    assert policy.conditions == {
        "kinds": ["change"], "groups": ["price"], "fields": ["context_window", "price.input"], "factor_at_least": "1.2",
    }  # fmt: skip
    assert (
        policy.rule().in_words == "kind: change; in: Prices; field: context_window or price.input; moves ×1.2 or more"
    )


@pytest.mark.parametrize("wrong", [{"fields": "nonsense"}, {"kinds": ["nonsense"]}, {"factor_at_least": "0.5"}])
def test_a_policy_that_could_never_match_is_not_taken(wrong, enter):
    answer = enter("maintainer").post(reverse("admin:curation_policy_add"), {**FILLED_IN, **wrong})

    assert answer.status_code == 200
    assert not Policy.objects.filter(name="mine").exists()


def test_saving_a_default_policy_unchanged_changes_nothing(enter):
    ensure_defaults()
    client = enter("maintainer")
    before = list(Policy.objects.values())

    for policy in Policy.objects.all():
        address = reverse("admin:curation_policy_change", args=[policy.pk])
        form = client.get(address).context["adminform"].form
        data = {name: form[name].value() for name in form.fields}
        client.post(address, {name: value for name, value in data.items() if value not in (None, False)})

    assert list(Policy.objects.values()) == before


def test_whoever_may_only_look_reads_the_conditions_in_words(enter):
    ensure_defaults()
    policy = Policy.objects.get(name="price moves by half")

    page = enter("viewer").get(reverse("admin:curation_policy_change", args=[policy.pk]))

    assert "in: Prices; moves ×1.5 or more" in page.content.decode()


def test_a_curator_may_not_edit_policies(enter):
    assert enter("curator").get(reverse("admin:curation_policy_add")).status_code == 403


def test_what_an_administrator_makes_of_a_group_stays(db):
    ensure_roles()
    Group.objects.get(name="viewer").permissions.clear()

    ensure_roles()

    assert set(ROLES) <= set(Group.objects.values_list("name", flat=True))
    assert not Group.objects.get(name="viewer").permissions.exists()


# -- prefilled, tried out ----------------------------------------------------------------------------

ADD = "admin:curation_policy_add"


def test_a_link_fills_the_form_in_and_shows_what_it_would_have_decided(enter):
    world.a_held_change()

    answer = enter("maintainer").get(
        reverse(ADD), {"source": "catalogue-a", "field": "price.input", "verdict": "apply"}
    )

    form = answer.context["adminform"].form
    assert (form["sources"].value(), form["fields"].value(), form["verdict"].value()) == (
        ["catalogue-a"], "price.input", "apply",
    )  # fmt: skip
    assert (form["name"].value(), form["enabled"].value()) == ("catalogue-a price.input: apply", True)
    result = answer.context["backtest"]["result"]
    assert dict(result.deciding) == {"apply": 1, "hold": 1}
    assert result.differing == 1
    assert "acme/one" in answer.content.decode()


def test_the_prefilled_form_can_be_saved_as_it_is_and_is_asked_first(enter):
    world.a_held_change()
    for at, row in enumerate(Policy.objects.order_by("position")):
        Policy.objects.filter(pk=row.pk).update(position=at)  # as dragging leaves them
    client = enter("maintainer")
    address = reverse(ADD) + "?source=catalogue-a&field=price.input&verdict=apply"
    form = client.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}

    client.post(address, {name: value for name, value in data.items() if value is not None and value is not False})

    policy = Policy.objects.get(name="catalogue-a price.input: apply")
    assert policy.conditions == {"sources": ["catalogue-a"], "fields": ["price.input"]}
    assert (policy.verdict, policy.enabled) == ("apply", True)
    assert [rule.name for rule in load_rules()] == [policy.name, *(rule.name for rule in DEFAULTS)]


def test_trying_saves_nothing_and_keeps_what_was_put_in(enter):
    world.a_held_change()
    client = enter("maintainer")
    before = list(Policy.objects.values())

    answer = client.post(
        reverse(ADD),
        {**FILLED_IN, "groups": ["price"], "factor_at_least": "2", "_try": "1", "csrfmiddlewaretoken": "secret"},
    )
    assert "secret" not in answer["Location"]
    page = client.get(answer["Location"])

    form = page.context["adminform"].form
    assert (form["name"].value(), form["groups"].value(), form["factor_at_least"].value()) == ("mine", ["price"], "2")
    assert dict(page.context["backtest"]["result"].deciding) == {"hold": 1}
    assert list(Policy.objects.values()) == before


def test_a_default_policy_is_tried_in_its_own_place(enter):
    world.a_held_change()
    policy = Policy.objects.get(name="price moves by half")
    address = reverse("admin:curation_policy_change", args=[policy.pk])
    client = enter("maintainer")
    form = client.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields} | {"verdict": "reject", "_try": "1"}

    answer = client.post(address, {name: value for name, value in data.items() if value not in (None, False)})
    result = client.get(answer["Location"]).context["backtest"]["result"]

    assert (result.today["hold"], result.tried["reject"]) == (1, 1)
    assert '<ins class="ms-new">$10 / 1M tokens</ins>' in client.get(answer["Location"]).content.decode()
    policy.refresh_from_db()
    assert policy.verdict == "hold"


def test_what_cannot_be_tried_says_why(enter):
    answer = enter("maintainer").get(reverse(ADD), {"verdict": "reject", "provider": "nowhere", "try": "1"})

    wrong = " ".join(str(error) for _label, errors in answer.context["try_errors"] for error in errors)
    assert "There is no provider nowhere." in wrong
    assert "Give a reason" in wrong


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"verdict": "reject"}, "explanation"),
        ({"grace_hours": "4"}, "grace_hours"),
        ({"factor_at_least": "3", "factor_below": "2"}, "factor_below"),
        ({"providers": "nowhere"}, "providers"),
        ({"age_below": "0"}, "age_below"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_input(wrong, where, enter):
    answer = enter("maintainer").post(reverse(ADD), {**FILLED_IN, **wrong})

    assert where in answer.context["adminform"].form.errors
    assert not Policy.objects.filter(name="mine").exists()


# -- pages beside it ---------------------------------------------------------------------------------


def test_the_tester_shows_every_policy_of_a_waiting_change(enter):
    world.a_held_change()
    change = Change.objects.get()

    page = enter("viewer").get(reverse("admin:curation_policy_simulate"), {"change": change.pk})

    answer = page.context["answer"]
    assert answer.by == "price moves by half"
    assert [step.policy.name for step in answer.steps] == [rule.name for rule in DEFAULTS]
    assert "No quality rule is violated." in page.content.decode()


@pytest.mark.parametrize(
    "question",
    [
        {"change": "999"},
        {"change": "x"},
        {"offering": "acme/one", "field": "nonsense", "source": "catalogue-a", "value": "1"},
        {"offering": "acme/one", "field": "price.input", "source": "nowhere", "value": "1"},
        {"offering": "acme/one", "field": "price.input", "source": "catalogue-a"},
        {"offering": "acme/one", "field": "price.input", "source": "catalogue-a", "value": "cheap"},
        {"offering": "nonsense", "field": "price.input", "source": "catalogue-a", "value": "1"},
    ],
)
def test_the_tester_says_what_is_wrong_with_a_question(question, enter):
    world.an_offering()

    page = enter("viewer").get(reverse("admin:curation_policy_simulate"), question)

    assert page.status_code == 200
    assert page.context["error"]
    assert "answer" not in page.context


def test_judging_again_shows_what_would_come_of_it_and_does_it_on_request(enter):
    world.a_held_change()
    Policy.objects.create(name="all", verdict="apply", position=1)
    client, address = enter("maintainer"), reverse("admin:curation_policy_re_evaluate")

    page = client.get(address)
    assert ["applied and published", "1"] in page.context["confirm"].tables[0].rows
    assert Change.objects.awaiting_review().count() == 1
    client.post(address)

    assert not Change.objects.awaiting_review().exists()
    assert LedgerEntry.objects.latest("id").policy == "all"


def test_who_may_not_edit_policies_may_look_and_not_judge_again(enter):
    client = enter("viewer")

    assert client.get(reverse("admin:curation_policy_backtest")).status_code == 200
    assert client.get(reverse("admin:curation_policy_simulate")).status_code == 200
    assert client.get(reverse("admin:curation_policy_re_evaluate")).status_code == 403
    assert client.post(reverse("admin:curation_policy_re_evaluate")).status_code == 403
    assert client.get(reverse(ADD), {"source": "x"}).status_code == 403


def test_the_list_says_what_came_with_an_update_and_where_policies_come_from(enter):
    Policy.objects.filter(name="only the wording").update(came_at=timezone.now(), explanation="edited")
    Policy.objects.create(name="own", verdict="hold", position=1)

    page = enter("maintainer").get(reverse("admin:curation_policy_changelist"))

    text = page.content.decode()
    assert [row.name for row in page.context["came_lately"]] == ["only the wording"]
    assert "An update added or changed this policy" in text
    for origin in ("local", "default", ", edited"):
        assert origin in text


def test_the_list_takes_a_new_order(enter):
    client = enter("maintainer")
    rows = list(Policy.objects.order_by("position"))
    data = {"form-TOTAL_FORMS": len(rows), "form-INITIAL_FORMS": len(rows), "_save": "Save"}
    for at, row in enumerate(rows):
        data |= {f"form-{at}-id": row.pk, f"form-{at}-position": len(rows) - at, f"form-{at}-enabled": "on"}

    client.post(reverse("admin:curation_policy_changelist"), data)

    assert [rule.name for rule in load_rules()] == [row.name for row in reversed(rows)]


def test_the_list_asks_as_many_questions_for_many_policies_as_for_few(enter):
    client, address = enter("maintainer"), reverse("admin:curation_policy_changelist")
    client.get(address)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    few = queries()
    Policy.objects.bulk_create(Policy(name=f"p{n}", verdict="hold", position=n) for n in range(40))
    assert queries() == few <= 15


def test_a_change_that_waits_for_its_time_says_so_in_the_queue(enter):
    world.an_offering()
    Policy.objects.create(
        name="slowly", verdict="apply", position=1, grace_hours=24, conditions={"fields": ["price.input"]}
    )
    world.a_held_change()

    text = enter("curator").get(reverse("admin:curation_change_changelist")).content.decode()

    assert "unless a person decides before" in text
