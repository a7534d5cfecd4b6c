"""The one way to ask before something is done: what will happen, why, and a button.

A page describes itself as a `Confirmation`; all share one template. What was shown travels with the form as `hidden`
inputs, sealed where a browser must not change it. The address that the form is sent to does what the page says, and
shows the page again with what the service refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from curation.admin import base
from curation.review.stale_check import Refused

_OLDEST: Final = 86_400
"""Seconds after which a page that asked is no longer answered."""


class Reason(StrEnum):
    """Whether the page asks why."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What it is about: rows of cells, which are texts or made by `base.cell`. The first is the head of its row."""

    rows: Sequence[Sequence[Any]]
    columns: Sequence[Any] = ()
    title: Any = ""
    more: Any = ""
    """A line beneath, such as how many rows are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What the page says and asks."""

    title: Any
    button: Any
    """The words of the button; "" where only looking is allowed."""
    count: int | None = None
    """How many, behind the words of the button."""
    back: str
    """Where "Cancel" leads."""
    lines: Sequence[Any] = ()
    """What will happen, a paragraph each."""
    alarms: Sequence[Any] = ()
    """The lines of it that nobody may overlook."""
    tables: Sequence[Table] = ()
    hidden: Sequence[tuple[str, Any]] = ()
    action: str = ""
    """Address that the answer is sent to; the page's own when empty."""
    reason: Reason = Reason.NONE
    hint: Any = ""
    """A quiet line between the inputs and the button."""
    days: dict[str, str] = field(default_factory=dict)
    """First, last and usual day, where the page asks for one (`until`)."""
    is_danger: bool = False
    nothing: Any = ""
    """Says that there is nothing to do; then nothing is asked."""

    @property
    def is_reason_required(self) -> bool:
        return self.reason is Reason.REQUIRED

    def page(self, model_admin: Any, request: HttpRequest, *, error: str = "") -> HttpResponse:
        """The page; with what was refused and what was typed, where it is shown again."""
        return base.page(
            model_admin,
            request,
            "curation/admin/confirm.html",
            self.title,
            status=400 if error else 200,
            confirm=self,
            error=error,
            typed=request.POST.get("reason", ""),
        )


def inputs(name: str, ids: Iterable[int]) -> list[tuple[str, str]]:
    """Hidden inputs of one name, which name what the page lists."""
    return [(name, str(pk)) for pk in ids]


def two_lines(text: Any, below: Any, *, quiet: bool = False) -> SafeString:
    """A cell of two lines, such as an offering and one of its fields."""
    return base.cell("curation/admin/cells/two_lines", text=text, below=below, quiet=quiet)


def seal(salt: str, shown: Any) -> str:
    """What was shown, for a hidden input: signed, so that nothing else is decided."""
    return signing.dumps(shown, salt=salt, compress=True)


def unseal(salt: str, sealed: str, *, refusal: str = "") -> Any:
    """What `seal` was given. Raises Refused where it is not that, or a day old."""
    try:
        return signing.loads(sealed, salt=salt, max_age=_OLDEST)
    except signing.BadSignature as error:
        raise Refused(refusal or _("That page is too old; please choose again.")) from error
