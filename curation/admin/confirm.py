"""The confirmation page of the admin: what will happen, the reason, and a button.

A view describes its page as a `Confirmation`; all pages share one template. What was shown is sent back as `hidden`
inputs, signed where a browser must not change it. The view that receives the form does what the page says, or shows the
page again with the refusal of the service.
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
"""Seconds for which a sealed input is accepted."""


class Reason(StrEnum):
    """Whether the page asks for a reason."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The objects concerned: rows of cells, texts or made by `base.cell`. The first cell is the row header."""

    rows: Sequence[Sequence[Any]]
    columns: Sequence[Any] = ()
    title: Any = ""
    more: Any = ""
    """A line below, such as how many rows are not listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The content and the inputs of the page."""

    title: Any
    button: Any
    """The label of the button; "" where the person may only look."""
    count: int | None = None
    """A count after the label of the button."""
    back: str
    """Address of "Cancel"."""
    lines: Sequence[Any] = ()
    """What will happen, one paragraph each."""
    alarms: Sequence[Any] = ()
    """Paragraphs that are highlighted."""
    tables: Sequence[Table] = ()
    hidden: Sequence[tuple[str, Any]] = ()
    action: str = ""
    """Address that the form is sent to; the page's own when empty."""
    reason: Reason = Reason.NONE
    hint: Any = ""
    """A secondary line between the inputs and the button."""
    days: dict[str, str] = field(default_factory=dict)
    """First, last and default day, where the page asks for one (`until`)."""
    is_danger: bool = False
    nothing: Any = ""
    """The message when there is nothing to do; the page then has no form."""

    @property
    def is_reason_required(self) -> bool:
        return self.reason is Reason.REQUIRED

    def page(self, model_admin: Any, request: HttpRequest, *, error: str = "") -> HttpResponse:
        """The page; with the error and the entered reason when it is shown again."""
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
    """Hidden inputs of one name, for the ids of the listed rows."""
    return [(name, str(pk)) for pk in ids]


def two_lines(text: Any, below: Any, *, quiet: bool = False) -> SafeString:
    """A cell of two lines, such as an offering and one of its fields."""
    return base.cell("curation/admin/cells/two_lines", text=text, below=below, quiet=quiet)


def seal(salt: str, content: Any) -> str:
    """The content that was shown, signed, for a hidden input."""
    return signing.dumps(content, salt=salt, compress=True)


def unseal(salt: str, sealed: str, *, refusal: str = "") -> Any:
    """The content that was given to `seal`. Raises Refused where the signature is wrong or a day old."""
    try:
        return signing.loads(sealed, salt=salt, max_age=_OLDEST)
    except signing.BadSignature as error:
        raise Refused(refusal or _("That page is too old; please choose again.")) from error
