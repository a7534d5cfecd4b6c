"""Changes of pages that state days: none may give a wrong value, and what a slip hides stays open."""

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
    source.slug for source in all_sources() if issubclass(source, PageSource) and "lifecycle" in source.authority
]
EACH: Final = max(random_courses.count(15), 4)
_DAY: Final = re.compile(r"[A-Z][a-z]{2,} \d{1,2}(?:st|nd|rd|th)?, \d{4}|\d{4}-\d\d-\d\d")
_SLIPS: Final = {
    "a mark": "{}<sup>9</sup>",
    "a floor in other words": "around {}",
    "two days": "{} August 9, 2029",
    "a struck day": "~~{}~~ August 9, 2029",
    "a range": "{} – August 9, 2029",
    "a remark": "{} (US only)",
    "no day": "soon",
}


def _places(text: str) -> list[re.Match[str]]:
    """Days in a cell, with nothing else in it."""
    return [match for match in _DAY.finditer(text) if re.match(r"\s*\|", text[match.end() :])]


def slip(text: str, random: Random, form: str) -> str:
    place = random.choice(_places(text) or list(_DAY.finditer(text)))
    return text[: place.start()] + form.format(place[0]) + text[place.end() :]


def _rows(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines) if line.startswith("|") and _DAY.search(line)]


def a_cell_less(text: str, random: Random) -> str:
    return _cells_changed(text, random, lambda cells, at: cells[:at] + cells[at + 1 :])


def a_cell_more(text: str, random: Random) -> str:
    return _cells_changed(text, random, lambda cells, at: [*cells[:at], " August 9, 2029 ", *cells[at:]])


def _cells_changed(text: str, random: Random, change: Callable[[list[str], int], list[str]]) -> str:
    lines = text.split("\n")
    number = random.choice(_rows(lines))
    cells = lines[number].split("|")
    at = random.randrange(1, len(cells) - 1)
    lines[number] = "|".join(change(cells, at))
    return "\n".join(lines)


def a_row_twice(text: str, random: Random) -> str:
    lines = text.split("\n")
    number = random.choice(_rows(lines))
    lines.insert(number, _DAY.sub("August 9, 2029", lines[number]))
    return "\n".join(lines)


def a_row_less(text: str, random: Random) -> str:
    lines = text.split("\n")
    del lines[random.choice(_rows(lines))]
    return "\n".join(lines)


def a_title_less(text: str, random: Random) -> str:
    lines = text.split("\n")
    del lines[random.choice([number for number, line in enumerate(lines) if line.startswith("#")])]
    return "\n".join(lines)


def a_header_renamed(text: str, random: Random) -> str:
    lines = text.split("\n")
    rules = [number for number, line in enumerate(lines) if re.fullmatch(r"\|[\s:|-]+\|", line)]
    number = random.choice(rules) - 1
    cells = lines[number].split("|")
    at = random.randrange(1, len(cells) - 1)
    cells[at] = f" {cells[at].strip()} (planned) "
    lines[number] = "|".join(cells)
    return "\n".join(lines)


def furniture(text: str, random: Random) -> str:
    return f"{text}\n\nA new last line, since {random.randrange(2026, 2030)}.\n"


MUTATIONS: Final = {
    f.__name__: f
    for f in (a_cell_less, a_cell_more, a_row_twice, a_row_less, a_title_less, a_header_renamed, furniture)
}


def mutants(slug: str, mutation: str) -> Iterator[tuple[int, Parsed]]:
    pages = texts(slug)
    for seed in range(EACH):
        random = Random(f"{slug} {mutation} {seed}")
        if mutation in _SLIPS:
            text = slip(pages[""], random, _SLIPS[mutation])
        else:
            text = MUTATIONS[mutation](pages[""], random)
        try:
            yield seed, parse(slug, pages | {"": text})
        except BadPayload:
            continue


HOLDING: Final = (*_SLIPS, "a_cell_less", "a_cell_more", "a_header_renamed", "furniture")
"""After these, values that are no longer stated must be open rather than gone."""


@pytest.mark.parametrize("slug", PAGES)
def test_a_mutant_states_nothing_wrong(slug: str) -> None:
    """And until a page is understood again, what was read of it before stands."""
    page = parse(slug)
    for mutation in (*_SLIPS, *MUTATIONS):
        for seed, parsed in mutants(slug, mutation):
            _assert_nothing_wrong(page, parsed, f"{mutation}, mutant {seed}")
            if mutation in HOLDING:
                _assert_it_stays(page, parsed, f"{mutation}, mutant {seed}")


def _assert_nothing_wrong(page: Parsed, parsed: Parsed, mutant: str) -> None:
    true, held = {claim.offering: claim for claim in page.claims}, str([item.fragment for item in page.rejected])
    for claim in parsed.claims:
        known = true.get(claim.offering)
        if known is None and claim.offering.partition("/")[2] in held:
            continue  # a row that the page itself has in another form
        values = known.values if known else {}
        unreadable = known.unreadable if known else ()
        wrong = {n: v for n, v in claim.values.items() if values.get(n) != v and n not in unreadable}
        assert not wrong, f"{mutant}: {claim.offering}"


def _assert_it_stays(page: Parsed, parsed: Parsed, mutant: str) -> None:
    listed = {claim.offering: claim for claim in parsed.claims}
    for claim in page.claims:
        now = listed.get(claim.offering)
        if now is None:
            assert parsed.absent or parsed.rejected, f"{mutant}: {claim.offering} is gone"
        else:
            lost = {name for name in claim.values.keys() - now.values.keys() if not now.leaves_open(name)}
            assert not lost, f"{mutant}: {claim.offering}: {sorted(lost)}"
