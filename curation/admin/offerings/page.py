"""The page of one offering, in tabs that each read only what they show.

*Values* says why each value is what it is, *Matrix* sets the sources side by side, *Prices* shows them over time on
both clocks, *History* who changed what and why, *API* what is served right now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curation.admin.base import list_url
from curation.admin.offerings import api_answer, charts, history, source_comparison
from curation.admin.severity import describe
from curation.explanation import by_group, explain
from registry import display
from registry.domain import fields, rates
from registry.models import Offering
from registry.models.choices import COLOURS, Status

VALUES: Final = "values"
TITLES: Final = {
    VALUES: gettext_lazy("Values"),
    "matrix": gettext_lazy("Source comparison"),
    "prices": gettext_lazy("Prices over time"),
    "history": gettext_lazy("History"),
    "api": gettext_lazy("API"),
}


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """What the page's template shows: the head that all tabs have, and the tab that was asked for."""
    tab = request.GET.get("tab", VALUES)
    tab = tab if tab in TITLES else VALUES
    may_pin = request.user.has_perm("curation.pin_field")
    return {
        "title": offering.key,
        "offering": offering,
        "status_colour": COLOURS.get(Status(offering.status), "") if offering.status else "",
        "api_url": f"/api/v1/offerings/{offering.key}/",
        "may_pin": may_pin,
        "tab": tab,
        "tab_template": f"curation/admin/offerings/tab_{tab}.html",
        "tabs": [{"title": title, "url": f"?tab={name}", "is_current": name == tab} for name, title in TITLES.items()],
        **_TABS[tab](request, offering),
    }


def values(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """Every value, who states it, which one won and why, and what a pin holds back."""
    stories = explain(offering)
    may_pin = request.user.has_perm("curation.pin_field")
    return {
        "groups": by_group(stories),
        "waiting": [describe(change) for change in {s.waiting.pk: s.waiting for s in stories if s.waiting}.values()],
        "aliases": list(offering.aliases.all()),
        "other_fields": pinnable({story.name for story in stories}) if may_pin else [],
    }


_TABS: Final[Mapping[str, Callable[[HttpRequest, Offering], dict[str, Any]]]] = {
    VALUES: values,
    "matrix": source_comparison.context,
    "prices": charts.context,
    "history": history.context,
    "api": api_answer.context,
}


def pinnable(shown: set[str]) -> list[tuple[str, str]]:
    """Fields that are not on the page yet, with their labels: what nobody states can be pinned too."""
    usual = [
        *fields.FIELDS,
        *(rates.RateKey(meter).field for meter in rates.METERS),
        *(rates.RateKey(meter, tier="batch").field for meter in ("input", "output")),
    ]
    return [(name, display.label(name)) for name in usual if name not in shown]


def redirect_by_key(request: HttpRequest) -> HttpResponseRedirect:
    """From an offering's id to its page, or with `?pin=` to the form that pins one of its fields.

    To the list, with a word, when it is not published.
    """
    key, field = request.GET.get("key", ""), request.GET.get("pin", "")
    pk = Offering.objects.filter(key=key).values_list("pk", flat=True).first()
    if pk is None:
        messages.warning(request, _("%(key)s is not published (yet).") % {"key": key})
        return HttpResponseRedirect(list_url("registry_offering", q=key))
    if field:
        form = reverse("admin:registry_offering_pin", args=[pk])
        return HttpResponseRedirect(f"{form}?{urlencode({'field': field})}")
    tab = request.GET.get("tab", "")
    page = reverse("admin:registry_offering_change", args=[pk])
    return HttpResponseRedirect(f"{page}?{urlencode({'tab': tab})}" if tab in TITLES else page)
