"""The actions of a reviewer on changes: their titles, the inputs they need, and the service that does each."""

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

from curation.pins.pin_current import pin_current
from curation.review import decisions, postpone
from curation.review.stale_check import ReviewOutcome
from registry.domain import iso

Fingerprints = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ActionInput:
    """What a person entered with the action."""

    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewAction:
    """One action on changes."""

    name: str
    title: Any
    button: Any
    result: Any
    """The message after it, with `%(count)s`."""
    decide: Callable[[Fingerprints, User, ActionInput], ReviewOutcome]
    hint: Any = ""
    needs_reason: bool = False
    asks_reason: bool = True
    asks_until: bool = False
    colour: str = ""

    def is_complete(self, entered: ActionInput) -> bool:
        """Whether no input is missing."""
        return (bool(entered.reason.strip()) or not self.needs_reason) and bool(entered.until or not self.asks_until)


REVIEW_ACTIONS: Final[Mapping[str, ReviewAction]] = {
    action.name: action
    for action in (
        ReviewAction(
            "approve",
            gettext_lazy("Approve changes"),
            gettext_lazy("Approve"),
            ngettext_lazy("%(count)s change approved.", "%(count)s changes approved.", "count"),
            lambda fingerprints, who, entered: decisions.approve(fingerprints, actor=who, reason=entered.reason),
            colour="yes",
        ),
        ReviewAction(
            "reject",
            gettext_lazy("Reject changes"),
            gettext_lazy("Reject"),
            ngettext_lazy("%(count)s change rejected.", "%(count)s changes rejected.", "count"),
            lambda fingerprints, who, entered: decisions.reject(fingerprints, actor=who, reason=entered.reason),
            hint=gettext_lazy("The same value of the same source is not proposed again."),
            needs_reason=True,
            colour="no",
        ),
        ReviewAction(
            "keep",
            gettext_lazy("Pin published values"),
            gettext_lazy("Pin"),
            ngettext_lazy("%(count)s change pinned as published.", "%(count)s changes pinned as published.", "count"),
            lambda fingerprints, who, entered: pin_current(fingerprints, actor=who, reason=entered.reason),
            hint=gettext_lazy("Every published value in it is pinned: no sync changes it until the pin is released."),
            needs_reason=True,
        ),
        ReviewAction(
            "postpone",
            gettext_lazy("Postpone changes"),
            gettext_lazy("Postpone"),
            ngettext_lazy("%(count)s change postponed.", "%(count)s changes postponed.", "count"),
            lambda fingerprints, who, entered: postpone.postpone(
                fingerprints, until=entered.until or timezone.now(), actor=who
            ),
            hint=gettext_lazy("The change is pending again on that day, or as soon as its values change."),
            asks_reason=False,
            asks_until=True,
        ),
    )
}


def input_of(request: HttpRequest) -> ActionInput:
    """The inputs of a form: `reason`, and `until` as a day (UTC)."""
    day = _day(request.POST.get("until", ""))
    return ActionInput(request.POST.get("reason", ""), datetime.combine(day, time.min, UTC) if day else None)


def usual_day() -> str:
    """The initial day of the form for postponing."""
    return (timezone.now() + postpone.USUAL).date().isoformat()


def bounds() -> dict[str, str]:
    """The first, the last and the default day."""
    today = timezone.now().date()
    return {
        "first_day": (today + timedelta(days=1)).isoformat(),
        "last_day": (today + postpone.LONGEST).isoformat(),
        "usual_day": usual_day(),
    }


def result_message(action: ReviewAction, outcome: ReviewOutcome) -> str:
    """The result as a sentence; "" when nothing was done."""
    sentences = []
    if outcome.done:
        sentences.append(action.result % {"count": len(outcome.done)})
    if outcome.waiting:
        sentences.append(
            _("Approved by you; a second person has to approve (%(count)s).") % {"count": len(outcome.waiting)}
        )
    return " ".join(sentences)


def _day(text: str) -> date | None:
    try:
        return iso.day(text)
    except ValueError:
        return None
