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
from registry.identity.lookup import Answer
from registry.models import UnknownId
from registry.reference import unresolved_ids

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = (
        "Resolves any id, alias or spelling to the offering and the model it means, and prints how it matched and each "
        "published value with its source. `lookup -` reads ids from standard input and prints one JSON line for each. "
        "The exit code is 1 if one of them is not found."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("ids", nargs="+", metavar="ID", help="what to resolve; - for standard input")
        parser.add_argument("--json", action="store_true", help="print one JSON line for each id")
        parser.add_argument("--no-note", action="store_true", help="keep misses out of the curators' worklist")

    def handle(self, *, ids: list[str], json: bool, no_note: bool, **options: Any) -> None:
        current = cache.current()
        piped = STANDARD_INPUT in ids
        missed = False
        for number, query in enumerate(_queries(ids)):
            answer = current.lookup(query)
            missed |= not answer.found
            if not no_note:
                unresolved_ids.note([answer], UnknownId.Origin.COMMAND)
            if json or piped:
                self.stdout.write(_line(answer))
            else:
                self.stdout.write("\n" * bool(number) + "\n".join(_report(answer, current)))
        if missed:
            sys.exit(1)


def _queries(ids: Iterable[str]) -> Iterator[str]:
    for id in ids:
        if id == STANDARD_INPUT:
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield id


def _line(answer: Answer) -> str:
    # Plain ASCII: whatever bytes came in, the line can be printed and read.
    return json.dumps(answer.as_json())


def _report(answer: Answer, current: Catalogue) -> Iterator[str]:
    yield f"{_printable(answer.query)}: {_outcome(answer)}"
    if answer.offering:
        yield f"  offering  {answer.offering}"
    if answer.model:
        yield f"  model     {answer.model}"
    if answer.candidates:
        yield "  also served as:" if answer.found else "  perhaps:"
        yield from (f"    {candidate['id']} ({candidate['kind']})" for candidate in answer.candidates)
    if entry := current.entries.get(answer.offering or ""):
        yield from _table(entry)


def _outcome(answer: Answer) -> str:
    if answer.found:
        stated = f", stated by {answer.source}" if answer.source else ""
        return f"matched by {answer.matched_by}{stated}"
    return "could be several" if answer.matched_by == "ambiguous" else "not found"


def _table(entry: Entry) -> Iterator[str]:
    rows = [(one.label, _short(one), one.source, one.quality, one.since) for one in explain(entry)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()


def _short(one: ExplainedValue) -> str:
    """A value on one line. Only descriptions are cut: half a price would be another price."""
    text = " ".join(_printable(one.text).split())
    return f"{text[:59]}…" if one.field == "description" and len(text) > 60 else text


def _printable(text: str) -> str:
    """The text with what no terminal can show made visible."""
    return text.encode("utf-8", "backslashreplace").decode()
