"""Changes of a page that must never give a wrong value: what a page really drifted by, and what a slip would do.

A mutant may lose values: they are held. A value that it states must be the one of the page before the change.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

import pytest

from syncers.errors import BadPayload
from syncers.kinds.page.source import PageSource
from syncers.kinds.record import Parsed
from syncers.registry import all_sources
from tests import random_courses
from tests.syncers.sources.pages.samples import parse, texts

PAGES: Final = [
    source.slug for source in all_sources() if issubclass(source, PageSource) and "price" in source.authority
]
"""Pages that state days have mutants of their own, in `test_day_mutants`."""
EACH: Final = max(random_courses.count(15), 4)
"""Mutants of each kind for each page."""
_MONEY: Final = re.compile(r'(?P<sign>[$¥]|\{"\$"\})\s?\d[\d.,]*|\d[\d.,]*(?P<unit>元)')
_NEW_CELLS: Final = {"|": " $9.99 ", "</td>": "<td>$9.99", "</th>": "<th>$9.99", ", ": '"$9.99"'}
"""What ends a cell of a row, in Markdown, HTML and JavaScript → a cell more."""

Mutation = Callable[[str, Random], str]


def _at_money(change: Callable[[re.Match[str]], str]) -> Mutation:
    def mutation(text: str, random: Random) -> str:
        place = random.choice(list(_MONEY.finditer(text)))
        return text[: place.start()] + change(place) + text[place.end() :]

    return mutation


def _line(text: str, random: Random, *, wanted: Callable[[str], bool]) -> tuple[list[str], int]:
    lines = text.split("\n")
    numbers = [number for number, line in enumerate(lines) if wanted(line)]
    return lines, random.choice(numbers) if numbers else -1


def _end_of_cell(line: str) -> str:
    return next((end for end in _NEW_CELLS if end in line), "|")


def _is_row(line: str) -> bool:
    return bool(_MONEY.search(line)) and ("|" in line or line.lstrip().startswith(("[", "<tr>")))


def _is_header_rule(line: str) -> bool:
    return bool(re.fullmatch(r"\s*\|?[\s:|-]+\|?\s*", line)) and "-" in line and "|" in line


def one_cell_less(text: str, random: Random) -> str:
    lines, number = _line(text, random, wanted=_is_row)
    end = _end_of_cell(lines[number])
    cells = lines[number].split(end)
    del cells[random.randrange(1, max(len(cells) - 1, 2))]
    lines[number] = end.join(cells)
    return "\n".join(lines)


def one_cell_more(text: str, random: Random) -> str:
    lines, number = _line(text, random, wanted=_is_row)
    end = _end_of_cell(lines[number])
    cells = lines[number].split(end)
    cells.insert(random.randrange(1, max(len(cells) - 1, 2)), _NEW_CELLS[end])
    lines[number] = end.join(cells)
    return "\n".join(lines)


def _header(text: str, random: Random) -> tuple[list[str], int]:
    """A line with the headers of a table; -1 where a page has none, since its tables are calls of JavaScript."""
    lines, number = _line(text, random, wanted=lambda line: _is_header_rule(line) or "</th><th>" in line)
    return lines, number - 1 if _is_header_rule(lines[number]) else number


def headers_swapped(text: str, random: Random) -> str:
    """Two words of a header change places, with their columns: the same statements in another order."""
    lines, first = _header(text, random)
    if first < 0:
        return text
    count = lines[first].count(_end_of_cell(lines[first]))
    end = first
    while end < len(lines) and lines[end].strip() and lines[end].count(_end_of_cell(lines[end])) == count:
        end += 1
    html = "</th>" in lines[first]
    columns = range(count) if html else range(1, count)
    left, right = random.sample(columns, 2) if len(columns) > 1 else (columns[0], columns[0])
    for at in range(first, end):
        cells = [cell.removeprefix("<tr>") for cell in lines[at].split(_end_of_cell(lines[at]))]
        cells[left], cells[right] = cells[right], cells[left]
        lines[at] = ("<tr>" if html else "") + _end_of_cell(lines[at]).join(cells)
    return "\n".join(lines)


def a_header_renamed(text: str, random: Random) -> str:
    lines, first = _header(text, random)
    if first < 0:
        return text
    end = _end_of_cell(lines[first])
    cells = lines[first].split(end)
    at = random.randrange(0 if end == "</th>" else 1, max(len(cells) - 1, 2))
    cells[at] = f"{cells[at].rstrip()} (legacy) "
    lines[first] = end.join(cells)
    return "\n".join(lines)


def a_row_twice_with_another_price(text: str, random: Random) -> str:
    lines, number = _line(text, random, wanted=_is_row)
    lines.insert(number, _MONEY.sub(_another_price, lines[number]))
    return "\n".join(lines)


def _another_price(match: re.Match[str]) -> str:
    return f"{match['sign'] or ''}98.76{match['unit'] or ''}"


def a_row_less(text: str, random: Random) -> str:
    lines, number = _line(text, random, wanted=_is_row)
    del lines[number]
    return "\n".join(lines)


def a_title_less(text: str, random: Random) -> str:
    lines, number = _line(text, random, wanted=lambda line: line.startswith(("#", "<h")))
    if number >= 0:
        del lines[number]
    return "\n".join(lines)


def furniture(text: str, random: Random) -> str:
    """What may change around tables."""
    notice = f"A new notice above the page, updated in {random.randrange(2026, 2030)}."
    if "<body>" in text:
        return text.replace("<body>", f"<body><p>{notice}</p>")
    return f"> {notice}\n\n{text}\n\nA new last line.\n"


MUTATIONS: Final[dict[str, Mutation]] = {
    "a mark after a price": _at_money(lambda match: match[0] + "^9^"),
    "a digit glued to the sign": _at_money(lambda match: match[0].replace(match[0][-1], "x", 1)),
    "another currency": _at_money(lambda match: "€" + match[0].lstrip("$¥ ")),
    "two prices in a cell": _at_money(lambda match: f"{match[0]} {match[0][0]}77.70"),
    "a struck price": _at_money(lambda match: f"~~{match[0]}~~ {match[0][0]}66.60"),
    "a range": _at_money(lambda match: f"{match[0]} - {match[0][0]}55.50"),
    "a word before": _at_money(lambda match: f"from {match[0]}"),
    "another unit": _at_money(lambda match: f"{match[0]} / 1K tokens"),
    "one cell less": one_cell_less,
    "one cell more": one_cell_more,
    "columns in another order": headers_swapped,
    "a header renamed": a_header_renamed,
    "a row twice": a_row_twice_with_another_price,
    "a row less": a_row_less,
    "a title less": a_title_less,
    "furniture": furniture,
}

HOLDING: Final = ("a mark after a price", "one cell less", "a header renamed")
"""After these, values that are no longer stated must be open rather than gone."""


def _stated(parsed: Parsed) -> dict[tuple[str, str], object]:
    return {(claim.offering, name): value for claim in parsed.claims for name, value in claim.values.items()}


def _is_part(value: object, true: object) -> bool:
    """Whether a value is the true one, or of a dated price some of its points."""
    return value == true or (isinstance(value, tuple) and isinstance(true, tuple) and set(value) <= set(true))


def _mutants(slug: str, mutation: str) -> Iterator[tuple[int, dict[str, str]]]:
    pages = texts(slug)
    for seed in range(EACH):
        yield seed, pages | {"": MUTATIONS[mutation](pages[""], Random(f"{slug} {mutation} {seed}"))}


@pytest.mark.parametrize("slug", PAGES)
def test_a_mutant_states_nothing_wrong(slug: str) -> None:
    """And until a page is understood again, what was read of it before stands."""
    true = parse(slug)
    stated = _stated(true)
    for mutation in MUTATIONS:
        for seed, pages in _mutants(slug, mutation):
            try:
                parsed = parse(slug, pages)
            except BadPayload:
                assert mutation != "furniture"
                continue
            values = _stated(parsed)
            wrong = {key: value for key, value in values.items() if not _is_part(value, stated.get(key))}
            assert not wrong, f"{mutation}, mutant {seed}"
            if mutation == "furniture":
                assert values == stated
            if mutation in HOLDING:
                _assert_it_stays(true, parsed, f"{mutation}, mutant {seed}")


def _assert_it_stays(true: Parsed, parsed: Parsed, mutant: str) -> None:
    listed = {claim.offering: claim for claim in parsed.claims}
    for claim in true.claims:
        now = listed.get(claim.offering)
        if now is None:
            assert parsed.absent or parsed.rejected, f"{mutant}: {claim.offering} is gone"
        elif lost := claim.values.keys() - now.values.keys():
            open_fields = {name for name in lost if now.leaves_open(name)}
            assert open_fields == lost, f"{mutant}: {sorted(lost - open_fields)}"
