from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.management.base import BaseCommand

from registry.catalogue import cache
from registry.catalogue.cache import Catalogue, Entry
from registry.catalogue.explanation import ExplainedValue, explain
from registry.identity.lookup import LookupResult
from registry.models import UnknownId
from registry.reference import unresolved_ids

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Resolves any id, alias or spelling to its offering and model, and prints how it matched and each published "
        "value with its source. `lookup -` reads ids from standard input and prints one JSON line for each. The exit "
        "code is 1 if one of them is not found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="+", metavar="ID", help="what to resolve; - for standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON line for each id")
        parser.add_argument("--no-note", action="store_true", help="do not record unresolved ids for curators")

    def handle(self, *, ids: list[str], json: bool, no_note: bool, **options: Any) -> None:
        current = cache.current()
        piped = STANDARD_INPUT in ids
        missed = False
        for number, query in enumerate(_queries(ids)):
            result = current.lookup(query)
            missed |= not result.found
            if not no_note:
                unresolved_ids.note([result], UnknownId.Origin.COMMAND)
            if json or piped:
                self.stdout.write(_line(result))
            else:
                self.stdout.write("\n" * bool(number) + "\n".join(_report(result, current)))
        if missed:
            sys.exit(1)


def _queries(ids: Iterable[str]) -> Iterator[str]:
    for id in ids:
        if id == STANDARD_INPUT:
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield id


def _line(result: LookupResult) -> str:
    # Plain ASCII: whatever bytes came in, the line can be printed and read.
    return json.dumps(result.as_json())


def _report(result: LookupResult, current: Catalogue) -> Iterator[str]:
    yield f"{_printable(result.query)}: {_outcome(result)}"
    if result.offering:
        yield f"  offering  {result.offering}"
    if result.model:
        yield f"  model     {result.model}"
    if result.candidates:
        yield "  also served as:" if result.found else "  perhaps:"
        yield from (f"    {candidate['id']} ({candidate['kind']})" for candidate in result.candidates)
    if entry := current.entries.get(result.offering or ""):
        yield from _table(entry)


def _outcome(result: LookupResult) -> str:
    if result.found:
        source = f", stated by {result.source}" if result.source else ""
        return f"matched by {result.matched_by}{source}"
    return "could be several" if result.matched_by == "ambiguous" else "not found"


def _table(entry: Entry) -> Iterator[str]:
    rows = [
        (value.label, _short(value), value.source, value.quality, value.since)
        for value in explain(entry.facts, entry.provenance)
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()


def _short(value: ExplainedValue) -> str:
    """A value on one line. Only descriptions are truncated."""
    text = " ".join(_printable(value.text).split())
    return f"{text[:59]}…" if value.name == "description" and len(text) > 60 else text


def _printable(text: str) -> str:
    """The text with escapes for characters that no terminal can show."""
    return text.encode("utf-8", "backslashreplace").decode()
