"""Anthropic's page of deprecations, as Markdown: the table of the models' states, and a table for each announcement.

The state, the day of deprecation and the day of retirement are read, and the replacement where the page lists it. A
model is deprecated from the day of its announcement on, which is the beginning of the title. "Not sooner than" is a
floor: no day. All of it holds for the platforms that Anthropic operates itself; nothing is stated of Amazon Bedrock,
Google Cloud or Microsoft Foundry.

Left out: what the page says in prose (the preview of a model that is deprecated without a day), request parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from curation.core.claim import InvalidClaim
from syncers.kinds.page.cells import Day, Ident, Word, day
from syncers.kinds.page.document import Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Labelled, Shape, Stated
from syncers.kinds.page.source import MAIN, PageSource, Parts

_HISTORY: Final = "deprecation history"
_DATED: Final = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2}): .+")
_ID: Final = r"claude-[a-z0-9.]+(?:-[a-z0-9.]+)*"
_RETIRED: Final = Day(floors=("not sooner than …",))
_STATES: Final = {state: state for state in ("active", "legacy", "deprecated", "retired")}
_ANNOUNCEMENT: Final = Shape(
    (),
    {
        "Retirement date": Stated("retires_on", _RETIRED),
        "Deprecated model": LABEL,
        "Recommended replacement": Stated("successor", Ident(_ID)),
    },
)


class AnthropicDeprecations(PageSource):
    slug, label, speaks_for = "anthropic-deprecations", "Anthropic deprecations page", "anthropic"
    url = "https://platform.claude.com/docs/en/about-claude/model-deprecations.md"
    homepage = "https://platform.claude.com/docs/en/about-claude/model-deprecations"
    authority = ("lifecycle",)
    expected = (5, 300)
    confidence = "high"
    prices_in = ""
    shapes = (
        Shape(
            ("Model status",),
            {
                "API model name": LABEL,
                "Current state": Stated("status", Word(_STATES)),
                "Deprecated": Stated("deprecated_on", Day()),
                "Tentative retirement date": Stated("retires_on", _RETIRED),
            },
        ),
    )

    def statements(self, pages: Parts, reading: PageReading) -> None:
        super().statements(pages, reading)
        tables = [table for table in pages[MAIN].tables if _is_announcement(table)]
        if not tables:
            reading.hold_table(("Deprecation history",), "it has no table")
        self.read_every(tables, (_ANNOUNCEMENT,), pages, reading)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        if not re.fullmatch(_ID, label):
            raise InvalidClaim(f"the id of a model expected, not {label[:120]!r}")
        if not _is_announcement(table):
            yield Labelled(label)
            return
        title = _DATED.fullmatch(table.path[-1])
        if not title or sum(other.path == table.path for other in pages[MAIN].tables) > 1:
            raise InvalidClaim("the title does not give the day of this announcement alone")
        yield Labelled(label, stated={"deprecated_on": day(title["day"])})


def _is_announcement(table: Table) -> bool:
    """Whether a table is one of an announcement, by its titles or by its headers."""
    return _HISTORY in map(plain, table.path[:-1]) or _ANNOUNCEMENT.fits(table)
