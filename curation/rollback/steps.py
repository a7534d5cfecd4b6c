"""What undoing comes to: steps that take fields back, and why others stay. Their records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from curation.apply.accepted_then import HiddenMove
from curation.apply.ledger_state import ABSENT, Place, is_of_sources
from curation.models import Pin
from registry.domain.provenance import Provenance
from registry.models import LedgerEntry

IS_NEW: Final = _("With this the offering became known; an offering is retired, not deleted.")
NEWER: Final = _("Something newer sits on top: what is published now is not what this entry wrote.")
PINNED: Final = _("The field is pinned; release the pin first.")
PINNED_SINCE: Final = _("The field was pinned anew since; release that pin first.")
PIN_OVER: Final = _("This was a pin, and it does not hold any more.")
PIN_EXPIRED: Final = _("The pin that held the earlier value has expired; pin the field again if it is still right.")
NO_MOVE: Final = _("These entries cancel each other out: the value is what it was before them.")
WITH_ITS_LIST: Final = _("Another price of its list cannot go back that far, and a price list goes back whole.")
LIST_MOVED: Final = _("Another price of its list was published since; undo that one first, or both together.")
NOT_KEPT: Final = _("Another price of its list was pinned then, and what lay behind that pin was not kept.")
NOT_THERE: Final = _("The offering or the field is not known any more.")


@dataclass(frozen=True, slots=True)
class Step:
    """One field of one offering that can go back."""

    offering: str
    field: str
    entries: tuple[LedgerEntry, ...]
    """What is undone, newest first; none where a pin goes or comes back that moved no value."""
    now: Any
    before: Any
    """The published value and the one it goes back to, in JSON form or `ABSENT`."""
    origin: LedgerEntry | None
    """The entry that had published the earlier value, when a source stated it."""
    release: Pin | None
    """The pin in force that is undone."""
    hold_again: Pin | None
    """The pin that held the earlier value."""
    hidden: tuple[HiddenMove, ...] = ()
    """What is undone behind a pin, oldest first."""
    account: Provenance | None = None
    """Where accepted values go back behind a pin: the account of the earlier one. `now` and `before` are such values
    then, and what is published of the field is left to its pins.
    """

    @property
    def is_behind(self) -> bool:
        """Whether it is about the accepted value alone."""
        return self.account is not None

    @property
    def restores(self) -> bool:
        """Whether an accepted value goes back. What only a pin had hidden shows when the pin goes."""
        return self.is_behind or (not self.hold_again and any(map(is_of_sources, self.entries)))

    def __str__(self) -> str:
        """All that the step does, in one text."""
        values = ["nothing" if value is ABSENT else repr(value) for value in (self.now, self.before)]
        pins = [str(pin.pk) if pin else "-" for pin in (self.release, self.hold_again)]
        return " ".join((self.offering, self.field, *values, *pins, *(["behind"] if self.is_behind else [])))


@dataclass(slots=True)
class Plan:
    """Everything that undoing would do, and what it would leave."""

    steps: list[Step] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    """Ledger entry and the reason, as a sentence."""
    skipped_pins: list[tuple[Pin, str]] = field(default_factory=list)
    """The same for pins that moved no value, and so have no entry."""

    @property
    def done(self) -> list[int]:
        return sorted(entry.pk for step in self.steps for entry in step.entries)

    @property
    def pins(self) -> list[Pin]:
        """Pins that go or come back without any value that moves."""
        return [pin for step in self.steps if not step.entries for pin in (step.release, step.hold_again) if pin]

    @property
    def behind(self) -> list[Place]:
        """What goes back of what moved behind pins and has no entry."""
        return [(step.offering, step.field) for step in self.steps if step.is_behind and not step.entries]

    @property
    def fingerprint(self) -> str:
        """Of all that would be done: when it moves, what was shown is not what would be done."""
        steps = "\n".join(sorted(map(str, self.steps)))
        return hashlib.sha256(f"{self.done}\n{steps}".encode()).hexdigest()

    def add(self, other: Plan) -> None:
        """Takes over all of another plan."""
        self.steps += other.steps
        self.skipped += other.skipped
        self.skipped_pins += other.skipped_pins
