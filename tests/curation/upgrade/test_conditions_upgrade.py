"""The upgrade from a column for each condition of a policy to one for all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from curation.core.policy.defaults import DEFAULTS
from curation.models import Policy
from curation.policies.installed import ensure_defaults

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = ("curation", "0006_counters")


def test_policies_say_afterwards_what_they_said_before():
    ensure_defaults()
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    table = executor.loader.project_state([BEFORE]).apps.get_model("curation", "Policy")
    corroborated = table.objects.get(name="backed by two voices")
    assert (corroborated.voices_at_least, corroborated.kinds) == (2, ["change", "loss", "shrink"])
    table.objects.create(
        name="mine",
        verdict="hold",
        standings=["official"],
        direction="up",
        factor_below=Decimal("1.0500"),
        one_way=True,
    )

    call_command("migrate", verbosity=0)

    defaults = Policy.objects.exclude(default_key="").order_by("position")
    assert [row.rule() for row in defaults] == list(DEFAULTS)
    assert Policy.objects.get(name="mine").conditions == {
        "source_types": ["official"], "direction": "up", "factor_below": "1.05", "one_way": True,
    }  # fmt: skip
