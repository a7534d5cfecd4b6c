"""The page of one offering, in tabs that each load only what they show.

*Values* explains each value, *Source comparison* shows fields by sources, *Prices over time* recorded and valid time,
*History* who changed what and why, *API* the current response.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from curation.explanation.explain import explain
from registry import display
from registry.catalogue import evidence
from registry.catalogue.explanation import by_group
from registry.domain import fields, rates
from registry.models import Offering
from registry.models.choices import COLOURS, Status

VALUES: Final = "values"


def context(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """The context of the page: the summary that all tabs have, and the chosen tab."""
    tab = request.GET.get("tab", VALUES)
    tab = tab if tab in TABS else VALUES
    may_pin = request.user.has_perm("curation.pin_field")
    return {
        "title": offering.key,
        "offering": offering,
        "status_colour": COLOURS.get(Status(offering.status), "") if offering.status else "",
        "api_url": f"/api/v1/offerings/{offering.key}/",
        "may_pin": may_pin,
        "tab": tab,
        "tab_template": f"curation/admin/offerings/{TABS[tab].template}",
        "tabs": [
            {"title": item.title, "url": f"?tab={name}", "is_current": name == tab} for name, item in TABS.items()
        ],
        **TABS[tab].context(request, offering),
    }


def values(request: HttpRequest, offering: Offering) -> dict[str, Any]:
    """Every value with its sources, the decision and its reason, and the value behind a pin."""
    stories = explain(offering)
    may_pin = request.user.has_perm("curation.pin_field")
    return {
        "groups": by_group(stories),
        "lines": evidence.of_offering(offering.key),
        "waiting": [describe(change) for change in {s.waiting.pk: s.waiting for s in stories if s.waiting}.values()],
        "aliases": list(offering.aliases.all()),
        "other_fields": pinnable({story.name for story in stories}) if may_pin else [],
    }


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of the page: its title, its template, and the context of that."""

    title: Any
    template: str
    context: Callable[[HttpRequest, Offering], dict[str, Any]]


TABS: Final[Mapping[str, Tab]] = {
    VALUES: Tab(gettext_lazy("Values"), "tab_values.html", values),
    "matrix": Tab(gettext_lazy("Source comparison"), "tab_source_comparison.html", source_comparison.context),
    "prices": Tab(gettext_lazy("Prices over time"), "tab_prices.html", charts.context),
    "history": Tab(gettext_lazy("History"), "tab_history.html", history.context),
    "api": Tab(gettext_lazy("API"), "tab_api.html", api_answer.context),
}
"""By the value of `?tab=`."""


def pinnable(listed: set[str]) -> list[tuple[str, str]]:
    """Fields that are not on the page yet, with their labels: a field that no source states can be pinned too."""
    usual = [
        *fields.FIELDS,
        *(rates.RateKey(meter).field for meter in rates.METERS),
        *(rates.RateKey(meter, tier="batch").field for meter in ("input", "output")),
    ]
    return [(name, display.label(name)) for name in usual if name not in listed]


def redirect_by_key(request: HttpRequest) -> HttpResponseRedirect:
    """Redirects from an offering's id to its page, or with `?pin=` to the form that pins one of its fields.

    Redirects to the list with a message when it is not published.
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
    return HttpResponseRedirect(f"{page}?{urlencode({'tab': tab})}" if tab in TABS else page)
