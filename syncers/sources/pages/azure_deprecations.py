"""Azure's schedule of retirements, as Markdown: a table for each maker, all of one shape, below titles that vary.

A row is about a model and a version. The id is made as `azure_arm` makes it: a version that is a day is part of it;
versions `1`, `001` and "—" are not used in calls. Versions of other forms (`2024-08-06-ev3`) are about no id that is
known. A replacement is stated where it is, in the same way, the id of a row of the page; a model without the version
that is part of its id is none.

Left out: the retirement of training and deployments of fine-tuned models, and "—", which gives no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from curation.core.claim import InvalidClaim
from syncers.kinds.page.cells import NOTHING, Day, Ident, Word, day
from syncers.kinds.page.document import Table
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, Labelled, Shape, Stated, UnknownName
from syncers.kinds.page.source import MAIN, PageSource, Parts

_NAME: Final = r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*"
_ROW: Final = re.compile(rf"(?P<name>{_NAME})(?: \(gated research preview\))? \| (?P<version>.*)")
_REPLACEMENT: Final = re.compile(rf"(?P<name>{_NAME}) \((?P<version>\d{{4}}-\d\d-\d\d)\)")
_STATES: Final = {
    "ga": "active", "preview": "preview", "legacy": "legacy", "deprecated": "deprecated", "retired": "retired",
}  # fmt: skip
_NAMED: Final = Ident(_NAME, others=rf"{_NAME}(?:, {_NAME})+")


def _replacement(text: str) -> str | None:
    """The id of a replacement, `sora-2 (2025-12-08)` or `grok-4`. Raises InvalidClaim and StatesNothing."""
    match = _REPLACEMENT.fullmatch(text)
    return ident_of(match["name"], match["version"]) if match else _NAMED(text)


class AzureDeprecations(PageSource):
    slug, label, speaks_for = "azure-deprecations", "Azure schedule of model retirements", "azure"
    url = (
        "https://raw.githubusercontent.com/MicrosoftDocs/azure-ai-docs/main/articles/foundry/openai/includes/"
        "concepts-model-retirement-schedule-content.md"
    )
    homepage = "https://learn.microsoft.com/azure/foundry/openai/concepts/model-retirement-schedule"
    authority = ("lifecycle",)
    expected = (20, 2_000)
    confidence = "medium"
    prices_in = ""
    shapes = (
        Shape(
            (),
            {
                "Model": LABEL,
                "Version": LABEL,
                "Lifecycle": Stated("status", Word(_STATES)),
                "Retirement date": Stated("retires_on", Day(floors=("no earlier than …",))),
                "Replacement": Stated("successor", _replacement),
            },
        ),
    )
    not_read = frozenset({"fine-tuned models"})

    def statements(self, pages: Parts, reading: PageReading) -> None:
        self.read_every(pages[MAIN].tables, self.shapes, pages, reading)

    def labelled(self, label: str, table: Table, pages: Parts) -> Iterator[Labelled]:
        match = _ROW.fullmatch(label)
        if not match:
            raise InvalidClaim(f"the name of a model and a version expected, not {label[:120]!r}")
        yield Labelled(ident_of(match["name"], match["version"]))


def ident_of(name: str, version: str) -> str:
    """The id of a model. Raises InvalidClaim, and UnknownName for a version that may be a part of it."""
    if version in NOTHING or re.fullmatch(r"\d{1,3}", version):
        return name
    if re.fullmatch(r"\d{4}-\d\d-\d\d", version):
        return f"{name}-{day(version)}"
    if re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z]+\d*", version):
        raise UnknownName(f"{name}: it is not known whether {version} is a part of its id")
    raise InvalidClaim(f"a version such as `2024-08-06` or `1` expected, not {version[:60]!r}")
