"""No serious finding of the accessibility rules (axe-core, WCAG 2 A and AA) on the main pages, in light and dark."""

from __future__ import annotations

from typing import Any

import pytest

from curation.models import Change, Source
from registry.models import Model, Offering
from tests.curation.admin import world

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Lists by what they show, and pages that need a row.
LISTS = (
    "registry/offering", "registry/model", "registry/provider", "registry/alias", "registry/ledgerentry",
    "registry/revision", "registry/unknownid", "registry/apitoken", "curation/change", "curation/match",
    "curation/pin", "curation/policy", "curation/savedview", "curation/source", "curation/statement",
    "curation/storedclaim", "curation/importbatch", "syncers/run", "syncers/rejectedrecord", "curation/auditentry",
    "curation/note", "curation/subscription", "curation/delivery",
)  # fmt: skip
TABS = ("matrix", "prices", "history", "api")
SERIOUS = ("serious", "critical")
ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LISTS_IN_DARK = ("registry/offering", "curation/change", "syncers/run")
"""In the other theme the pages are the same but for their colours, and a few lists stand for all."""
IN_LIGHT_ONLY = frozenset(f"/admin/{name}/" for name in LISTS if name not in LISTS_IN_DARK)
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
SWITCH = """async () => {
    const root = document.documentElement
    if (root.getAttribute("x-bind") === "themeBindings") root.classList.add("dark")  // the admin looks when it loads
    const colours = document.getAnimations().filter(animation => animation instanceof CSSTransition)
    await Promise.allSettled(colours.map(animation => animation.finished))
}"""


def addresses() -> list[str]:
    offering, change = Offering.objects.get(), Change.objects.get()
    return [
        "/",
        "/?search=gpt&supports_tools=true&ordering=-input_price",
        "/?q=openai/gpt-4o",
        "/offerings/openai/gpt-4o",
        f"/models/{Model.objects.get().slug}",
        "/regions",
        "/?view=offerings",
        "/?q=gpt",
        "/calculator?input=1000&output=100",
        "/compare?id=openai/gpt-4o",
        "/changes",
        "/providers",
        "/providers/openai",
        "/price-quality",
        "/retirements?within=3650",
        "/scoreboard",
        "/scoreboard?provider=openai&catalogue=published",
        *(f"/admin/registry/offering/{name}/" for name in ("stale", "expiring", "duplicates")),
        "/admin/",
        *(f"/admin/{name}/" for name in LISTS),
        f"/admin/registry/offering/{offering.pk}/change/",
        *(f"/admin/registry/offering/{offering.pk}/change/?tab={tab}" for tab in TABS),
        "/admin/registry/revision/roll-back/person/",
        f"/admin/registry/offering/{offering.pk}/pin/?field=price.input",
        f"/admin/curation/change/{change.pk}/change/",
        f"/admin/curation/change/{change.pk}/raw/",
        "/admin/curation/change/retract/",
        f"/admin/registry/model/{Model.objects.get().pk.replace('/', '_2F')}/change/",
        f"/admin/curation/source/{Source.objects.earliest('slug').pk}/change/",
        "/admin/registry/apitoken/add/",
        "/admin/curation/subscription/add/",
        "/admin/curation/importbatch/add/",
        "/admin/curation/statement/offering/",
        "/admin/curation/statement/provider/",
        "/admin/curation/policy/add/",
        "/admin/curation/policy/add/?source=catalogue-a&field=price.input&verdict=apply",
        f"/admin/curation/policy/tester?change={change.pk}",
        "/admin/curation/policy/rehearsal",
        "/admin/curation/policy/judge-again",
    ]


def findings(page: Any, **rules: Any) -> list[dict[str, Any]]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    violations: list[dict[str, Any]] = page.evaluate("options => axe.run(options).then(it => it.violations)", options)
    return [violation for violation in violations if violation["impact"] in SERIOUS]


def test_no_page_has_a_serious_finding(page_of):
    """Each page is loaded once, in light, and then shown in dark for the rule about colours."""
    world.a_held_change("openai/gpt-4o")
    world.source("openai", source_type="official", speaks_for="openai")
    world.says("openai", "openai/gpt-4o", supports_tools=True)
    page = page_of()
    violations: dict[str, Any] = {}

    for address in addresses():
        answer = page.goto(address)
        if answer is None or answer.status >= 400:
            assert answer is not None
            assert answer.status == 403, address  # not for curators
            continue
        page.evaluate(axe.Axe().axe_script)
        found = {"light": findings(page, type="tag", values=ALL_RULES)}
        if address not in IN_LIGHT_ONLY:
            light = page.evaluate(BACKGROUND)
            page.emulate_media(color_scheme="dark")
            page.evaluate(SWITCH)
            assert page.evaluate(BACKGROUND) != light, address
            found["dark"] = findings(page, type="rule", values=["color-contrast"])
            page.emulate_media(color_scheme="light")
        for theme, of_theme in found.items():
            for violation in of_theme:
                where = [node["target"] for node in violation["nodes"]][:3]
                violations.setdefault(violation["id"], []).append((theme, address, violation["help"], where))

    page.wait_for_load_state("networkidle")  # nothing asks the database any more when it is emptied
    assert not violations, "\n".join(f"{rule}: {place}" for rule, places in violations.items() for place in places)


def test_the_admin_is_dark_where_the_system_is(page_of):
    page = page_of(theme="dark")
    page.goto("/admin/")

    page.wait_for_function("document.documentElement.classList.contains('dark')")
