"""The ledger in the admin: every entry says what was published before and after."""

from __future__ import annotations

import pytest

from registry.domain import rates
from tests.curation.admin import world

pytestmark = pytest.mark.django_db


def test_an_entry_shows_both_values(enter):
    world.an_offering()
    world.says("catalogue-a", "acme/one", name="One", price__input=rates.price("2.6"), context_window=200_000)
    world.publish("acme/one")

    page = enter("viewer").get("/admin/registry/ledgerentry/", {"q": "acme/one"}).content.decode()

    assert '<del class="ms-old">$2.5 / 1M tokens</del>' in page
    assert '<ins class="ms-new">$2.6 / 1M tokens</ins>' in page
