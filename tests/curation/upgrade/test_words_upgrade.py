"""The upgrade that renames source types, kinds of change, reasons, two default policies and the policy context."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from curation.models import Change, OfferedPolicy, Policy, SavedView, Source
from curation.policies.installed import ensure_defaults
from registry.models import LedgerEntry, Offering, OfferingContent
from tests.builders import NOW, claim, curator, offering, source, state, usd

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("curation", "0007_policy_conditions"), ("registry", "0011_embedding_dimensions")]


def stored() -> dict[str, Any]:
    """All that is renamed."""
    return {
        "sources": list(Source.objects.order_by("slug").values_list("slug", "source_type")),
        "changes": list(Change.objects.order_by("pk").values_list("kind", "policy", "parts", "policy_context")),
        "policies": list(Policy.objects.order_by("position").values_list("name", "default_key", "conditions")),
        "offered": sorted(OfferedPolicy.objects.values_list("key", "version")),
        "views": list(SavedView.objects.values_list("query", flat=True)),
        "ledger": list(LedgerEntry.objects.order_by("pk").values_list("field", "reason", "policy")),
        "today": list(Offering.objects.values_list("provenance", "behind")),
        "versions": list(OfferingContent.objects.order_by("pk").values_list("digest", "account", "behind")),
    }


def test_what_is_stored_gets_the_new_words_and_nothing_else_moves():
    ensure_defaults()
    offering(price_input=usd("3"))
    state(source("official", source_type="official"), claim(price_input=usd("4"), context_window=1_000))
    state(source("list"), claim(price_input=usd("40"), context_window=900))
    state(source("list"), claim(price_input=usd("40")), at=NOW + timedelta(hours=1))
    Change.objects.update(policy="possible unit error", kind="price_type_changed")
    SavedView.objects.create(
        slug="v", name="v", owner=curator(), query="a=b&kind=no_longer_stated", created_at=NOW + timedelta(hours=1)
    )
    after = stored()
    assert after["changes"]
    assert {"best source type"} <= {reason for _, reason, _ in after["ledger"]}

    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    assert set(old.get_model("curation", "Source").objects.values_list("standing", flat=True)) == {
        "official",
        "catalogue",
    }
    change = old.get_model("curation", "Change").objects.first()
    assert (change.policy, change.kind) == ("smells of a unit mix-up", "recast")
    assert {"standing", "voices"} < set(next(iter(change.circumstances.values())))
    policies = old.get_model("curation", "Policy").objects
    assert policies.get(shipped_as="two-voices").name == "backed by two voices"
    assert policies.get(name="removed value").conditions == {"kinds": ["clear", "unlisted", "withdrawn"]}
    assert old.get_model("curation", "SavedView").objects.get().query == "a=b&kind=withdrawn"
    assert "best standing" in set(old.get_model("registry", "LedgerEntry").objects.values_list("reason", flat=True))
    assert "best standing" in str(old.get_model("registry", "Offering").objects.get().provenance)

    call_command("migrate", verbosity=0)
    assert stored() == after
