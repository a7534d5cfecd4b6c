"""What an update does to the policies of an installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.apply.load import load_rules
from curation.core.policy import Rule, Verdict, defaults
from curation.core.policy.defaults import DEFAULT_POLICIES, DEFAULTS, VERSION, place
from curation.models import AuditEntry, OfferedPolicy, Policy
from curation.policies import installed
from curation.policies.docs import markdown
from curation.policies.installed import came_lately, ensure_defaults, is_edited
from tests.builders import NOW

RENEW = ".venv/bin/python manage.py policies --markdown > docs/policies.md"
DOCUMENT = Path(__file__).parents[3] / "docs" / "policies.md"


@pytest.fixture
def first_release(db):
    """An installation as the first version left it: its policies, without keys, and no record of what was offered."""
    OfferedPolicy.objects.all().delete()
    Policy.objects.all().delete()
    forms = [
        (default.earlier[0] if default.earlier else default.rule) for default in DEFAULT_POLICIES if default.since == 1
    ]
    Policy.objects.bulk_create(Policy.of(rule, position=10 * at) for at, rule in enumerate(forms, start=1))
    return forms


def names() -> list[str]:
    return [row.name for row in Policy.objects.order_by("position", "name")]


def test_an_update_adds_what_is_new_at_its_place(first_release):
    assert ensure_defaults(at=NOW) == 7

    assert load_rules() == list(DEFAULTS)
    assert {row.name for row in came_lately(at=NOW)} == {
        "only the wording", "the provider moves its own list", "backed by two sources", "price history told otherwise",
        "limit grows fourfold", "no longer stated", "removed value",
    }  # fmt: skip
    assert AuditEntry.objects.filter(kind="curation.policy", action="came with an update").count() == 6


def test_an_update_leaves_alone_what_people_made_of_policies(first_release):
    Policy.objects.filter(name="removed value").update(explanation="ours")
    Policy.objects.filter(name="new offerings").update(enabled=False)
    Policy.objects.filter(name="lost capability").delete()
    own = Policy.objects.create(name="own", verdict="hold", position=55)

    ensure_defaults(at=NOW)

    edited = Policy.objects.get(name="removed value")
    assert (edited.explanation, edited.conditions, edited.came_at) == (
        "ours",
        {"kinds": ["clear", "no_longer_stated"]},
        None,
    )
    assert is_edited(edited)
    assert not Policy.objects.get(name="new offerings").enabled
    assert "lost capability" not in names()
    assert (Policy.objects.get(pk=own.pk).rule(), own.default_key) == (own.rule(), "")


def test_what_people_put_before_a_default_policy_is_asked_before_a_new_one_too(first_release):
    before = Policy.objects.get(name="price moves by half")
    Policy.objects.create(
        name="hold all of theirs", verdict="hold", position=before.position - 1, conditions={"sources": ["theirs"]}
    )

    ensure_defaults(at=NOW)

    at = names().index("hold all of theirs")
    assert names()[at + 1 : at + 4] == [
        "the provider moves its own list",
        "backed by two sources",
        "price moves by half",
    ]


def test_an_update_comes_once(first_release):
    ensure_defaults(at=NOW)
    before = list(Policy.objects.values())
    Policy.objects.filter(name="only the wording").delete()

    assert ensure_defaults(at=NOW) == 0
    assert list(Policy.objects.values()) == [row for row in before if row["name"] != "only the wording"]


@pytest.mark.django_db
def test_what_curators_deleted_is_never_offered_again():
    Policy.objects.exclude(name="everything else").delete()

    assert ensure_defaults() == 0
    assert names() == ["everything else"]


def test_who_replaced_all_default_policies_gets_new_ones_switched_off(first_release):
    Policy.objects.all().delete()
    Policy.objects.create(name="ours", verdict="hold", position=1)

    ensure_defaults(at=NOW)

    assert [rule.name for rule in load_rules()] == ["ours"]
    assert {"only the wording", "backed by two sources"} < set(names())


def test_a_name_that_people_use_is_left_to_them(first_release):
    Policy.objects.create(name="only the wording", verdict="hold", position=1)

    ensure_defaults(at=NOW)

    assert Policy.objects.get(name="only the wording").verdict == "hold"
    assert Policy.objects.get(default_key="only-wording").name == "only the wording (default)"


def test_a_later_version_brings_what_it_adds(monkeypatch, db):
    ensure_defaults()
    new = defaults.DefaultPolicy("later", VERSION + 1, Rule("later", Verdict.HOLD), "", since=VERSION + 1)
    monkeypatch.setattr(defaults, "DEFAULT_POLICIES", (*DEFAULT_POLICIES[:3], new, *DEFAULT_POLICIES[3:]))
    monkeypatch.setattr(installed, "DEFAULT_POLICIES", defaults.DEFAULT_POLICIES)

    assert ensure_defaults(at=NOW) == 1
    assert names()[3] == "later"


def test_the_default_policies_are_told_apart_for_ever():
    assert (
        len({default.key for default in DEFAULT_POLICIES})
        == len({default.rule.name for default in DEFAULT_POLICIES})
        == len(DEFAULT_POLICIES)
    )
    assert max(default.version for default in DEFAULT_POLICIES) == VERSION
    assert all(
        default.since <= default.version and (default.earlier or default.since == default.version)
        for default in DEFAULT_POLICIES
    )


def test_a_new_policy_goes_just_before_the_next_that_is_there():
    assert place("two-sources", ["new-offerings", "", "unit-error", "", "", "price-by-half", ""]) == 5
    assert place("two-sources", ["", ""]) == 2
    assert place("two-sources", ["price-by-half", "unit-error"]) == 2


def test_the_document_lists_the_default_policies():
    if DOCUMENT.read_text(encoding="utf-8") != markdown():
        pytest.fail(f"docs/policies.md is not up to date; renew it with: {RENEW}")
