"""Importing with a preview, by keyboard, in a real browser; and what the accessibility rules say of the preview."""

from __future__ import annotations

import pytest

from curation.models import ImportBatch
from registry.models import Offering
from tests.curation.admin import world

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = "id,alias,name,max_context,max_output\nacme/one,uno-uno,One,200000,4000\nacme/two,-,Two,-,8000\n"


def test_a_file_is_brought_in_looked_at_done_and_undone(page_of):
    world.an_offering("acme/one")
    page = page_of(width=1366)
    page.goto("/admin/curation/importbatch/")
    page.get_by_role("link", name="Add").first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    )
    page.get_by_label("Reason").fill("their new list")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the form is sent from its last input
    page.get_by_text("2 rows, 2 of them change something.").wait_for()
    assert not Offering.objects.filter(key="acme/two").exists()

    page.get_by_role("button", name="Import 2 rows, exactly as shown").press("Enter")
    page.get_by_text("2 rows imported.").wait_for()
    assert Offering.objects.get(key="acme/one").facts["max_output_tokens"] == 4_000

    page.get_by_label("Reason (required)").fill("the wrong list")
    page.keyboard.press("Enter")
    page.get_by_text("The import is undone.").wait_for()
    assert "max_output_tokens" not in Offering.objects.get(key="acme/one").facts


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_preview_has_no_serious_finding_and_fits_a_laptop(page_of, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    from curation import imports
    from tests import builders

    world.an_offering("acme/one")
    broken = FILE + "nonsense,-,-,many,-\n"
    batches = [
        imports.draft(name, text.encode(), actor=builders.curator(), reason="a list")
        for name, text in (("new.csv", FILE), ("broken.csv", broken))
    ]
    assert ImportBatch.objects.count() == 2
    page = page_of(theme=theme, width=1366)
    for batch in batches:
        for part in ("changes", "problems", "all"):
            page.goto(f"/admin/curation/importbatch/{batch.pk}/change/?part={part}")
            result = axe.Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
            serious = [
                violation
                for violation in result.response["violations"]
                if violation["impact"] in ("serious", "critical")
            ]
            assert [(violation["id"], violation["nodes"][0]["target"]) for violation in serious] == []
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 1366
