"""The numbered notes below DeepSeek's price table: the hours of the peak, and prices that are announced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain import schedule
from syncers.kinds.page.cells import day
from syncers.kinds.page.document import Page

MARK: Final = r"\^?\((\d)\)\^?"
_NOTE: Final = re.compile(rf"{MARK}\s*(.+)")
_CLOCK: Final = r"\d\d:\d\d"
_HOURS: Final = re.compile(
    rf"Peak hours are ((?:{_CLOCK} - {_CLOCK}(?:,? and |, )?)+) UTC(, Monday through Friday)?"
    r" \(all other hours are off-peak\)\."
)
_HALF: Final = re.compile(
    r"(?:DeepSeek API pricing will be updated to peak / off-peak billing, with )?"
    r"off-peak rates (?:are|at) half (?:of )?the peak rates\.",
    re.IGNORECASE,
)
_EFFECT: Final = re.compile(rf"The new prices take effect at ({_CLOCK}) UTC on (\w+ \d+, \d{{4}}), as follows:")
_SOON: Final = re.compile(r".* will soon adopt .* effective date will be subject to the official announcement\. .*")
_CHANGES_PRICES: Final = re.compile(r"\$|discount|\boff\b(?!-peak)|take effect|soon|free", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Note:
    """What the note on prices says."""

    evidence: Evidence
    peak_hours: str = ""
    new_from: date | None = None
    is_soon: bool = False


def on_prices(cells: Iterable[str], page: Page) -> Note:
    """What the note on prices says; `cells` are those of the table. Raises InvalidClaim for one that is not known."""
    notes: dict[str, list[Evidence]] = {}
    for mark, evidence in _notes(page):
        notes.setdefault(mark, []).append(evidence)
    note = Note(Evidence((), "", "", ""))
    for name in dict.fromkeys(cells):
        for mark in re.findall(MARK, name):
            if (count := len(notes.get(mark, ()))) != 1:
                raise InvalidClaim(f"the note ({mark}) of {name[:60]!r} is {count} times on the page")
            if name.startswith("PRICING"):
                note = _understood(notes[mark][0])
            elif name.startswith("deepseek-") and _CHANGES_PRICES.search(notes[mark][0].text):
                raise InvalidClaim(f"the note ({mark}) of {name[:60]!r} is not understood")
    return note


def _notes(page: Page) -> Iterator[tuple[str, Evidence]]:
    """The numbered notes, each on a line of its own."""
    for text in page.texts:
        for line in text.text.split("\n"):
            if match := _NOTE.fullmatch(line):
                yield match[1], Evidence(text.path, "", "", match[2])


def _understood(evidence: Evidence) -> Note:
    """A note on prices, all of whose sentences are known. Raises InvalidClaim."""
    if _SOON.fullmatch(evidence.text):
        return Note(evidence, is_soon=True)
    hours, new_from, is_half = "", None, False
    for sentence in re.split(r"(?<=\.)\s+", evidence.text):
        if match := _HOURS.fullmatch(sentence):
            hours = _schedule(match[1], is_weekdays=bool(match[2]))
        elif match := _EFFECT.fullmatch(sentence):
            # An hour of a day: the first whole day on which they hold.
            new_from = day(match[2]) + timedelta(days=match[1] != "00:00")
        elif _HALF.fullmatch(sentence):
            is_half = True
        else:
            raise InvalidClaim(f"a note on prices that is not understood: {sentence[:120]!r}")
    if not (hours and is_half):
        raise InvalidClaim("a note on prices that does not say when and how they are others")
    return Note(evidence, hours, new_from)


def _schedule(hours: str, *, is_weekdays: bool) -> str:
    days = "Mon-Fri " if is_weekdays else ""
    try:
        return schedule.canonical(
            "+".join(f"{days}{a}-{b}Z" for a, b in re.findall(rf"({_CLOCK}) - ({_CLOCK})", hours))
        )
    except ValueError as error:
        raise InvalidClaim(str(error)) from error
