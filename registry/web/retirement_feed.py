"""`/retirements/feed`: retirements to come as an Atom feed, with the filters of the list. A day that moves is news."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any, Final

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from registry.api import retirement_list
from registry.api.problems import Problem
from registry.catalogue import queries
from registry.catalogue.ending import Ending
from registry.reports import retirements
from registry.reports.retirements import ListedRetirement
from registry.web.gate import for_visitors

MOST: Final = 500


class RetirementFeed(Feed):
    """The retirements of an address, at most `MOST`, the next first."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> list[ListedRetirement]:
        today = timezone.now().date()
        chosen = retirement_list.chosen(Request(request), today, queries.latest(), usual_days=None)
        return retirements.listed(list(retirements.read(chosen.narrowed.rows)[:MOST]), chosen.state, today)

    def title(self) -> str:
        return _("Retirements of models")

    def subtitle(self) -> str:
        return _("What providers announce to serve no longer, with the day, the successor and who says so.")

    def link(self) -> str:
        return reverse("retirements")

    def items(self, listed: list[ListedRetirement]) -> list[ListedRetirement]:
        return listed

    def item_title(self, item: Any) -> str:
        words = {"offering": item.offering.key, "day": item.retires_on}
        if item.retires_on is None:
            return _("%(offering)s ends, no day stated") % words
        if item.state is Ending.PAST:
            return _("%(offering)s retired on %(day)s") % words
        return _("%(offering)s retires on %(day)s") % words

    def item_description(self, item: Any) -> str:
        unknown = _("unknown")
        lines = [
            _("Announced: %s.") % (item.announced_on or unknown),
            _("Successor: %s.") % (item.successor or _("none named")),
            _("Stated by: %s.") % (item.account.source or unknown),
            *sorted({line.url for line in item.lines if line.url}),
        ]
        return " ".join(lines)

    def item_link(self, item: ListedRetirement) -> str:
        return reverse("offering-page", args=[item.offering.key])

    def item_guid(self, item: ListedRetirement) -> str:
        """Another one where the day is another."""
        day = item.retires_on.isoformat() if item.retires_on else "undated"
        return f"tag:modelsuite-registry,2026:retirement?{urlencode({'id': item.offering.key, 'day': day})}"

    def item_updateddate(self, item: ListedRetirement) -> datetime:
        """Since when its source states it; where that is not known, when the offering last changed."""
        since = item.account.since_day
        return datetime.combine(since, time(), UTC) if since else item.offering.updated_at


@require_safe
@for_visitors
def feed(request: HttpRequest) -> HttpResponseBase:
    """The feed; filters that the API refuses are refused with the same message."""
    try:
        response: HttpResponse = RetirementFeed()(request)
    except Problem as problem:
        return HttpResponse(problem.text, status=problem.status_code, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
