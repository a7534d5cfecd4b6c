"""Curated files: values that people of this project read from providers' pages, stored as 25-column CSV.

The files are `curation/data/**/*.csv` and come with the installation; nothing is fetched. The
payload is one JSON object, `{"files": {"core/openai.csv": "<text>", …}}`. A single CSV is accepted
too (`sync curated --from-file new.csv`); then only that file is read.

What a row cannot express is listed in `registry.formats.row`. Its `source` column names where its author read it; when
that is another source of ours, the claim names it as its origin.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar, Final

import curation
from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from registry.domain.offering_ids import OfferingId
from registry.formats import FormatError, csv25
from registry.formats.row import Row, RowError, from_cells, to_values
from registry.identity.names import provider
from syncers.errors import BadPayload
from syncers.kinds.coerce import names
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.payload.parse import read_json, read_text

COPIED: Final = frozenset({"genai-prices", "litellm", "models-dev", "openrouter"})
"""Sources of ours that rows were copied from."""
SINGLE: Final = ""
"""Path of a single file without a name."""
_PROVIDER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")


class Curated(Source):
    slug, label = "curated", "Curated files"
    source_type, preference = SourceType.COMMUNITY, 90
    every = timedelta(days=1)
    prices_in = "USD per 1M tokens, or per the unit of the column"
    expected = (1, 5_000)

    directory: ClassVar[Path] = Path(curation.__file__).parent / "data"

    def embedded(self) -> bytes | None:
        """All curated files in one payload, in the order of their paths; None if there is none."""
        files = {}
        for path in sorted(self.directory.rglob("*.csv")):
            where = path.relative_to(self.directory).as_posix()
            try:
                files[where] = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                raise BadPayload(f"{self.slug}: {where} is not UTF-8 text: {error}") from error
        return json.dumps({"files": files}, ensure_ascii=False).encode() if files else None

    def read(self, body: bytes) -> Mapping[str, str]:
        """Path → text of each file; a single CSV has the path SINGLE."""
        text = read_text(body)
        if not text.lstrip().startswith(("{", "[")):
            return {SINGLE: text}
        document = read_json(body)
        files = document.get("files") if isinstance(document, dict) else None
        if not isinstance(files, dict) or not all(isinstance(v, str) for v in files.values()):
            raise BadPayload(f"{self.slug}: neither a CSV nor an object with texts in `files`")
        return files

    def records(self, document: Mapping[str, str]) -> Iterator[Record]:
        for path, text in document.items():
            try:
                for row in csv25.read(text):
                    # As cells, so that a bad one loses that cell only.
                    cells = row.cells() if isinstance(row, Row) else row.cells
                    data = row if cells is None else dict(cells)
                    yield Record(f"{path}:{row.line}" if path else f"line {row.line}", data)
            except FormatError as error:
                if path == SINGLE:
                    raise BadPayload(f"{self.slug}: {error}") from error
                yield Record(path, error)  # one bad file does not lose the others

    def claims(self, record: Record) -> Iterator[Claim]:
        row: Any = from_cells(record.data) if isinstance(record.data, dict) else record.data
        if isinstance(row, RowError):
            raise InvalidClaim(row.reason)
        if not isinstance(row, Row):
            raise InvalidClaim(str(row))
        served_by, own_id = OfferingId.of(row.id)
        if not _PROVIDER.fullmatch(served_by):
            raise InvalidClaim(f"id: cannot be the name of a provider: {served_by!r}")
        offering = str(OfferingId(provider(served_by), own_id))
        # `together_ai/…` in older files is our `together/…`; the old spelling becomes an alias.
        aliases = row.aliases if offering == row.id else (*row.aliases, row.id)
        usable = names(aliases, besides=own_id)
        if odd := set(aliases) - {*usable, own_id}:
            raise InvalidClaim(f"alias: cannot be a name of a model: {', '.join(sorted(odd))}")
        values, estimates = to_values(row)
        # A row read from another source of ours is a copy of it, and must not count as independent.
        origin = row.source if row.source in COPIED else ""
        yield claim(offering, values, aliases=usable, as_of=row.updated, estimates=estimates, origin=origin)
