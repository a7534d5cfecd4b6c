from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from curation.admin.policies import in_words
from curation.models import Policy
from curation.policies import ensure_defaults
from curation.roles import ROLES, ensure_roles

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
    assert (policy.kinds, policy.groups, policy.fields) == (["change"], ["price"], ["price.input", "context_window"])
    assert in_words(policy) == "kind: change; in: Prices; field: price.input or context_window; moves ×1.2 or more"


@pytest.mark.parametrize("wrong", [{"fields": "nonsense"}, {"kinds": ["nonsense"]}, {"factor_at_least": "0.5"}])
def test_a_policy_that_could_never_match_is_not_taken(wrong, enter):
    answer = enter("maintainer").post(reverse("admin:curation_policy_add"), {**FILLED_IN, **wrong})

    assert answer.status_code == 200
    assert not Policy.objects.filter(name="mine").exists()


def test_saving_a_shipped_policy_unchanged_changes_nothing(enter):
    ensure_defaults()
    client = enter("maintainer")
    before = list(Policy.objects.values())

    for policy in Policy.objects.all():
        address = reverse("admin:curation_policy_change", args=[policy.pk])
        form = client.get(address).context["adminform"].form
        said = {name: form[name].value() for name in form.fields}
        client.post(address, {name: value for name, value in said.items() if value not in (None, False)})

    assert list(Policy.objects.values()) == before


def test_a_curator_may_not_edit_policies(enter):
    assert enter("curator").get(reverse("admin:curation_policy_add")).status_code == 403


def test_what_an_administrator_makes_of_a_group_stays(db):
    ensure_roles()
    Group.objects.get(name="viewer").permissions.clear()

    ensure_roles()

    assert set(ROLES) <= set(Group.objects.values_list("name", flat=True))
    assert not Group.objects.get(name="viewer").permissions.exists()
