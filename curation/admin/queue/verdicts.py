"""What a person may say to changes: how each is called, what it asks for, and which unit does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from curation.pins.keep import keep
from curation.review import decisions, postpone
from curation.review.stale_check import Outcome
from registry.domain import iso

Shown = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person gave besides the verdict."""

    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that can be said to changes."""

    name: str
    title: Any
    button: Any
    said: Any
    """What was done, with `%(count)s`."""
    decide: Callable[[Shown, User, Answer], Outcome]
    hint: Any = ""
    needs_reason: bool = False
    asks_reason: bool = True
    asks_until: bool = False
    colour: str = ""

    def is_complete(self, answer: Answer) -> bool:
        """Whether nothing is left to ask."""
        return (bool(answer.reason.strip()) or not self.needs_reason) and bool(answer.until or not self.asks_until)


VERDICTS: Final[Mapping[str, Verdict]] = {
    one.name: one
    for one in (
        Verdict(
            "approve",
            gettext_lazy("Approve changes"),
            gettext_lazy("Approve"),
            ngettext_lazy("%(count)s change approved.", "%(count)s changes approved.", "count"),
            lambda shown, who, answer: decisions.approve(shown, actor=who, reason=answer.reason),
            colour="yes",
        ),
        Verdict(
            "reject",
            gettext_lazy("Reject changes"),
            gettext_lazy("Reject"),
            ngettext_lazy("%(count)s change rejected.", "%(count)s changes rejected.", "count"),
            lambda shown, who, answer: decisions.reject(shown, actor=who, reason=answer.reason),
            hint=gettext_lazy("The same source saying the same is not asked about again."),
            needs_reason=True,
            colour="no",
        ),
        Verdict(
            "keep",
            gettext_lazy("Pin what is published"),
            gettext_lazy("Pin"),
            ngettext_lazy("%(count)s change pinned as published.", "%(count)s changes pinned as published.", "count"),
            lambda shown, who, answer: keep(shown, actor=who, reason=answer.reason),
            hint=gettext_lazy("Every value in it stays published against every sync until somebody releases its pin."),
            needs_reason=True,
        ),
        Verdict(
            "postpone",
            gettext_lazy("Postpone changes"),
            gettext_lazy("Postpone"),
            ngettext_lazy("%(count)s change postponed.", "%(count)s changes postponed.", "count"),
            lambda shown, who, answer: postpone.postpone(shown, until=answer.until or timezone.now(), actor=who),
            hint=gettext_lazy("Asked again on that day, or as soon as its values move."),
            asks_reason=False,
            asks_until=True,
        ),
    )
}


def answer_of(request: HttpRequest) -> Answer:
    """What was given in a form: `reason`, and `until` as a day (UTC)."""
    day = _day(request.POST.get("until", ""))
    return Answer(request.POST.get("reason", ""), datetime.combine(day, time.min, UTC) if day else None)


def usual_day() -> str:
    """The day that a form for postponing starts with."""
    return (timezone.now() + postpone.USUAL).date().isoformat()


def bounds() -> dict[str, str]:
    """The first and the last day that may be chosen."""
    today = timezone.now().date()
    return {
        "first_day": (today + timedelta(days=1)).isoformat(),
        "last_day": (today + postpone.LONGEST).isoformat(),
        "usual_day": usual_day(),
    }


def done(verdict: Verdict, outcome: Outcome) -> str:
    """What came of it, as a sentence; "" when nothing was done."""
    said = []
    if outcome.done:
        said.append(verdict.said % {"count": len(outcome.done)})
    if outcome.waiting:
        said.append(_("Approved by you; a second person has to agree (%(count)s).") % {"count": len(outcome.waiting)})
    return " ".join(said)


def _day(text: str) -> date | None:
    try:
        return iso.day(text)
    except ValueError:
        return None
