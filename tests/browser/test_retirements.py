"""The question "what retires in the next 90 days at the providers I use?", answered in three steps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.curation.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("scripts", [True, False])
def test_what_retires_in_90_days_at_the_providers_i_use(browser: Any, live_server: Any, transactional_db, scripts):
    today = timezone.now().date()
    for key, days in (("acme/soon", 20), ("acme/late", 200), ("other/soon", 80), ("third/soon", 30)):
        world.an_offering(key, name=key.title(), retires_on=today + timedelta(days=days), successor="acme/late")
    context = browser.new_context(base_url=live_server.url, java_script_enabled=scripts)
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto("/")

    page.get_by_role("navigation", name="Main").get_by_role("link", name="Retirements").click()
    page.get_by_role("group", name="Providers").get_by_label("Acme").check()
    page.get_by_role("group", name="Providers").get_by_label("Other").check()
    page.get_by_role("button", name="Show").click()

    assert page.locator("tbody th a").all_inner_texts() == ["Acme/Soon", "Other/Soon"]
    assert page.locator("tbody tr").first.inner_text().count("in 20 days") == 1
    assert page.url.endswith("/retirements?within=90&provider=acme%2Cother")
    assert page.get_by_role("link", name="Subscribe (Atom)").get_attribute("href").endswith("?provider=acme%2Cother")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
