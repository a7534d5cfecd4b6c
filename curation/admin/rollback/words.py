"""A rollback plan as text and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from curation.admin.base import cell, offering_url
from curation.admin.confirm import Table
from curation.admin.severity import ChangeSummary, change_cells, largest_move
from curation.models import Pin
from curation.rollback.steps import Plan
from registry import display
from registry.models import LedgerEntry

_SHOWN: Final = 100
_EXAMPLES: Final = 10


def lines(rollback: Plan, rows: Sequence[ChangeSummary]) -> list[str]:
    """How much is rolled back and how much stays."""
    if not rollback.steps:
        return []
    stays = len(rollback.skipped) + len(rollback.skipped_pins)
    counted = [
        ngettext(
            "%(count)s field goes back to its earlier value.",
            "%(count)s fields go back to their earlier values.",
            len(rollback.steps),
        )
        % {"count": f"{len(rollback.steps):,}"}
    ]
    if released := sum(step.release is not None for step in rollback.steps):
        text = ngettext("%(count)s pin is released.", "%(count)s pins are released.", released)
        counted.append(text % {"count": f"{released:,}"})
    if held := sum(step.hold_again is not None for step in rollback.steps):
        text = ngettext("%(count)s pin holds again.", "%(count)s pins hold again.", held)
        counted.append(text % {"count": f"{held:,}"})
    if stays:
        text = ngettext("%(count)s change stays; see below.", "%(count)s changes stay; see below.", stays)
        counted.append(text % {"count": f"{stays:,}"})
    return [" ".join(counted), *filter(None, [largest_move(rows)])]


def whose(person: str, since: datetime | None, others: Sequence[str]) -> list[str]:
    """Whose edits these are, where a person was chosen or other people are concerned."""
    text = _("What %(person)s published, pinned and released since %(day)s UTC.")
    sentences = [text % {"person": person, "day": f"{since:%Y-%m-%d %H:%M}"}] if person and since else []
    return [*sentences, _("These are edits of %(names)s.") % {"names": ", ".join(others)}] if others else sentences


def tables(rollback: Plan, entries: Sequence[LedgerEntry], rows: Sequence[ChangeSummary]) -> list[Table]:
    """What stays and why, pins without a change of value, and the values that go back."""
    left = max(0, len(rows) - _SHOWN)
    more = ngettext("and %(count)s more, which moves less", "and %(count)s more, which move less", left)
    return [
        Table(
            title=_("What stays as it is"),
            columns=[_("Why"), _("Changes"), _("Which")],
            rows=_skipped(rollback, entries),
        ),
        Table(
            title=_("Pins that are released or restored without a change of value"),
            columns=[_("Pin"), _("Value"), _("Reason"), _("What happens")],
            rows=[_pin(pin) for pin in rollback.pins[:_SHOWN]],
        ),
        Table(
            title=_("Values that go back"),
            columns=[_("Offering, what moves"), _("Published → earlier")],
            rows=[change_cells(row) for row in rows[:_SHOWN]],
            more=more % {"count": f"{left:,}"} if left else "",
        ),
    ]


def _pin(pin: Pin) -> list[Any]:
    value = Truncator(display.text(pin.field, pin.value)).chars(160)
    event = _("holds again") if pin.released_at else _("is released")
    return [_link(pin.offering_key, pin.field), value, Truncator(pin.reason).chars(160), event]


def _skipped(rollback: Plan, entries: Sequence[LedgerEntry]) -> list[list[Any]]:
    """What stays, by reason, the most frequent first, with examples."""
    by_id: dict[int, Any] = {entry.pk: entry for entry in entries}
    skipped = [*((by_id[pk], why) for pk, why in rollback.skipped), *rollback.skipped_pins]
    rows = []
    for reason, count in Counter(why for _row, why in skipped).most_common():
        examples = [row for row, why in skipped if why == reason][:_EXAMPLES]
        links = [_link(row.offering_key, row.field) for row in examples]
        which = cell(
            "curation/admin/cells/list", items=links, more=f"{count - len(links):,}" if count > len(links) else ""
        )
        rows.append([reason, f"{count:,}", which])
    return rows


def _link(offering: str, field: str) -> str:
    return cell("curation/admin/cells/link", url=offering_url(offering), text=offering, more=display.label(field))
