"""Cohere's page of deprecations: Markdown with the announcements in prose, lists and one table.

A sentence is read where it matches completely, with the items of the list right below it: `Effective <day>, the
following models will be retired:`, and `Deprecated Models:` after `Effective <day>, the following deprecations will
roll out.` An alias that an item names is deprecated with its model. An announcement with a list of ids below no such
sentence is held.

Left out: endpoints, features and fine-tuned models; alternatives, which are several; the day of an announcement, which
its title does not tell (a title is dated by the retirement); the overview of models, whose states were dated
differently from this page (`Deprecated Apr 4, 2026` for a retirement on that day).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from syncers.kinds.page.cells import Day, Ident, day
from syncers.kinds.page.document import Path, Table, Text, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, NOT_READ, Labelled, Shape, Stated
from syncers.kinds.page.source import MAIN, PageSource, Parts

_HISTORY: Final = "deprecation history"
_ID: Final = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_ITEM: Final = re.compile(rf"(?P<ident>{_ID})(?: \(and the alias (?P<alias>{_ID})\))?")
_MIGRATED: Final = re.compile(rf"{_ID} \(Refer to .+ for alternatives\)\.")
"""An endpoint among the models."""
_DAY: Final = r"(?P<month>[A-Z][a-z]+) (?P<number>\d{1,2})(?:st|nd|rd|th)?, (?P<year>\d{4})"
_RETIRED: Final = re.compile(rf"Effective {_DAY}, the following models will be retired:")
_ROLLED_OUT: Final = re.compile(rf"Effective {_DAY}, the following depreca(?:ta)?tions will roll out\.")
_DEPRECATED: Final = "Deprecated Models:"
_ANNOUNCES: Final = re.compile(r"\b(the following (models|depreca)|deprecated models:)", re.IGNORECASE)
"""What such sentences have in them, in whatever other words."""
_TABLE: Final = Shape(
    (),
    {
        "Shutdown Date": Stated("retires_on", Day()),
        "Deprecated Model": LABEL,
        "Deprecated Model Price": NOT_READ,
        "Recommended Replacement": Stated("successor", Ident(_ID)),
    },
)


class CohereDeprecations(PageSource):
    slug, label, speaks_for = "cohere-deprecations", "Cohere deprecations page", "cohere"
    url = (
        "https://raw.githubusercontent.com/cohere-ai/cohere-developer-experience/main/"
        "fern/pages/going-to-production/deprecations.mdx"
    )
    homepage = "https://docs.cohere.com/docs/deprecations"
    authority = ("lifecycle",)
    expected = (2, 200)
    confidence = "medium"
    prices_in = ""
    shapes = (_TABLE,)

    def knows(self, table: Table) -> bool:
        """Every table of the page is read or held; its amounts of money are those of what was shut down."""
        return True

    def statements(self, pages: Parts, reading: PageReading) -> None:
        texts = [text for text in pages[MAIN].texts if _HISTORY in map(plain, text.path)]
        if not texts:
            reading.hold_table(("Deprecation history",), "it is not on the page")
        for path, announcement in groupby(texts, key=lambda text: text.path):
            _read_announcement(path, list(announcement), reading)
        self.read_every(pages[MAIN].tables, self.shapes, pages, reading)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        if not re.fullmatch(_ID, label):
            raise InvalidClaim(f"the id of a model expected, not {label[:120]!r}")
        yield Labelled(label)


def _read_announcement(path: Path, texts: Sequence[Text], reading: PageReading) -> None:
    """The lists of an announcement that stand right below a sentence that is understood."""
    name, on, rolled_out, is_read = "", None, None, False
    for text in texts:
        if match := _RETIRED.fullmatch(text.text):
            name, on = "retires_on", _day(match)
        elif match := _ROLLED_OUT.fullmatch(text.text):
            name, rolled_out = "", _day(match)
        elif text.text == _DEPRECATED and rolled_out:
            name, on = "deprecated_on", rolled_out
        elif _ANNOUNCES.search(text.text):
            name = ""
            reading.hold_table(path, f"not understood: {text.text[:200]!r}")
        elif name and on:
            name = name if _read_item(text, name, on, reading) else ""
        is_read = is_read or bool(name and on)
    if not is_read and any(re.fullmatch(_ID, text.text) for text in texts):
        reading.hold_table(path, "ids below no sentence that is understood")


def _read_item(text: Text, name: str, on: date, reading: PageReading) -> bool:
    """The models of an item, unless it is a text after the list: whether it was an item."""
    evidence = Evidence(text.path, text.text, "", text.text)
    if match := _ITEM.fullmatch(text.text):
        reading.rows += 1
        for ident in filter(None, match.groups()):
            reading.state(ident, name, on, evidence)
    elif _MIGRATED.fullmatch(text.text):
        reading.notices["an endpoint among the models"] += 1
    elif not text.text[0].isupper():
        reading.hold_row(evidence, InvalidClaim(f"one id expected, not {text.text[:120]!r}"))
    else:
        return False
    return True


def _day(match: re.Match[str]) -> date | None:
    try:
        return day(f"{match['month']} {match['number']}, {match['year']}")
    except InvalidClaim:
        return None
