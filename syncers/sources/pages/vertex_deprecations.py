"""Vertex AI's page of model versions, in HTML or Markdown, and its page of retired models of partners.

On the first, tables of one shape below titles that vary; that of retired models has another last column. Read are the
days of release and of retirement, and the replacement where it is one id of the page. "Or later", "No sooner than" and
"Not before" are floors: no day; "May 2023" is none either. On the second, each section says in one sentence since when
a model is deprecated and when it is shut down, gives one id after "Model ID", and lists below "Model availability" the
regions that offer it. ("ML processing" below is where requests are handled, by continent: not read.)

Left out: replacements by display name; the stage of launch of partners' models, which the page leaves at GA for models
that it calls deprecated; the page of open models (`…-maas`), whose ids lack the publisher that is a part of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.places import COUNTRY_OF
from syncers.kinds.page.cells import Day, Ident, day
from syncers.kinds.page.document import Page, Path, Row, Table, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Column, Labelled, Shape, Stated
from syncers.kinds.page.source import MAIN, PageSource, Parts

_SITE: Final = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models"
_ID: Final = r"[a-z0-9]+(?:[.@-][a-z0-9]+)*"
_MARKED: Final = re.compile(rf"(?P<ident>{_ID}) ?\*+")
_DAY: Final = r"\w+ \d{1,2}, \d{4}"
_SENTENCE: Final = re.compile(
    rf"(?:(?!deprecated|shut down).)+ is deprecated as of (?P<deprecated_on>{_DAY}) and will be shut down on "
    rf"(?P<retires_on>{_DAY}) ?\. (?:(?!deprecated|shut down).)+ is available to existing customers only\."
)
_AVAILABLE, _AFTER_IT = "model availability", ("ml processing", "quota limits", "pricing")
#: Titles of the lists, and a remark above them.
_CONTINENTS: Final = re.compile(
    r"united states|canada|south america|europe|asia pacific|middle east|africa|global|\(.*\)"
)
_GLOBAL: Final = "global endpoint"
_MODEL: Final[dict[str, Column]] = {
    "Model ID": LABEL,
    "Release date": Stated("released_on", Day(unknown=(r"[a-z]+ \d{4}",))),
    "Retirement date": Stated(
        "retires_on", Day(("… or later", "no sooner than …", "not before …"), ("no retirement date announced",))
    ),
}
_SUCCESSOR: Final = Stated("successor", Ident(_ID, others=r"[A-Z][a-z]+(?: [A-Za-z0-9.-]+)+"))
_RETIRED: Final = Shape(("Retired models",), {**_MODEL, "Recommended upgrade": _SUCCESSOR})


class VertexDeprecations(PageSource):
    slug, label, speaks_for = "vertex-deprecations", "Vertex AI model versions", "google-vertex"
    url = homepage = f"{_SITE}/model-versions"
    also = {"partner": f"{_SITE}/deprecations/partner-models"}
    authority = ("lifecycle",)
    expected = (10, 500)
    confidence = "medium"
    prices_in = ""
    shapes = (Shape((), {**_MODEL, "Replacement model": _SUCCESSOR}), Shape((), _MODEL), _RETIRED)
    not_read = frozenset({"gemini auto-updated aliases"})

    def statements(self, pages: Parts, reading: PageReading) -> None:
        self.read_every(pages[MAIN].tables, self.shapes, pages, reading)
        if partner := pages.get("partner"):
            read_partner(partner, reading)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        if not re.fullmatch(_ID, label):
            raise InvalidClaim(f"the id of a model expected, not {label[:120]!r}")
        if not _RETIRED.fits(table):
            yield Labelled(label)
        elif any("retired models" in plain(title) for title in table.path):
            yield Labelled(label, stated={"status": "retired"})
        else:
            raise InvalidClaim("a table of retired models without their title")

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        """Holds what a row states of an id with a mark: the page has no text for it."""
        cells = table.by_column(row)
        match = _MARKED.fullmatch(shape.label(cells))
        if not match:
            super().read_row(table, row, shape, pages, reading)
            return
        for header, text in cells.items():
            if isinstance(column := shape.column(header), Stated):
                evidence = Evidence(table.path, match[0], header, text)
                reading.hold(match["ident"], column.field, evidence, "the row has a mark without a text")


def read_partner(page: Page, reading: PageReading) -> None:
    """The sections of the page of partners' models. One that is not understood is held."""
    sections: dict[Path, list[str]] = {}
    for text in page.texts:
        sections.setdefault(text.path, []).append(text.text)
    for path, texts in sections.items():
        sentences = [text for text in texts if "deprecated as of" in text or "shut down on" in text]
        idents = [after for before, after in pairwise(texts) if plain(before) == "model id"]
        if not sentences and not idents:
            continue
        reading.rows += 1
        match = _SENTENCE.fullmatch(sentences[0]) if len(sentences) == 1 else None
        if not match or len(idents) != 1 or not re.fullmatch(_ID, idents[0]):
            where = Evidence(path, "", "", " ".join(sentences)[:300])
            reading.hold_row(where, InvalidClaim("one sentence with two days and one id expected"))
            continue
        for name, words in match.groupdict().items():
            _state_day(idents[0], name, words, Evidence(path, "", "", match[0]), reading)
        _state_regions(idents[0], path, [plain(text) for text in texts], reading)


def _state_day(ident: str, name: str, text: str, evidence: Evidence, reading: PageReading) -> None:
    try:
        reading.state(ident, name, day(text), evidence)
    except InvalidClaim as error:
        reading.hold(ident, name, evidence, error)


def _state_regions(ident: str, path: Path, texts: list[str], reading: PageReading) -> None:
    """The regions below "Model availability"; held where a text there is neither a region nor a continent."""
    if _AVAILABLE not in texts:
        return
    start = texts.index(_AVAILABLE) + 1
    listed = list(takewhile(lambda text: text not in _AFTER_IT, texts[start:]))
    evidence = Evidence(path, "", _AVAILABLE.capitalize(), ", ".join(listed)[:300])
    regions = [text for text in listed if not _CONTINENTS.fullmatch(text)]
    if unknown := [text for text in regions if text not in COUNTRY_OF and text != _GLOBAL]:
        reading.hold(ident, "regions", evidence, f"a region expected, not {unknown[0][:60]!r}")
    elif regions:
        words = {"global" if text == _GLOBAL else text for text in regions}
        reading.state(ident, "regions", tuple(sorted(words)), evidence)
