"""Text of a message: counts with links, worst first, none when there is nothing. Pure: plain values in and out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

LINES: Final = 20
"""How many lines of one event are written out; the rest are counted."""
WORST_FIRST: Final = ("quarantine", "failing", "pin", "held", "conflict", "price", "retirement", "test")
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "quarantine": ("run was quarantined", "runs were quarantined"),
    "failing": ("source fails or is out of date", "sources fail or are out of date"),
    "pin": ("pin is contradicted by an official source", "pins are contradicted by official sources"),
    "held": ("change waits for review", "changes wait for review"),
    "conflict": ("conflict is open for too long", "conflicts are open for too long"),
    "price": ("price will change or end, or was withdrawn", "prices will change or end, or were withdrawn"),
    "retirement": ("offering will be retired", "offerings will be retired"),
    "test": ("test message", "test messages"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One notice in a message."""

    event: str
    title: str
    link: str
    count: int
    weight: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Section:
    """What happened of one kind: how much in all, and the lines for it."""

    event: str
    words: str
    count: int
    items: tuple[Item, ...]
    more: int
    """How many notices are not written out."""


@dataclass(frozen=True, slots=True)
class Message:
    """A digest, ready to be sent."""

    subject: str
    sections: tuple[Section, ...]

    @property
    def text(self) -> str:
        """The body of a mail."""
        parts = []
        for section in self.sections:
            lines = [f"{section.count:,} {section.words}", ""]
            for item in section.items:
                lines += [f"- {item.title}", *([f"  {item.link}"] if item.link else [])]
            if section.more:
                lines.append(f"- and {section.more:,} more")
            parts.append("\n".join(lines))
        return "\n\n\n".join(parts) + "\n"

    def as_json(self) -> dict[str, Any]:
        """What a webhook receives as `data`."""
        return {
            "subject": self.subject,
            "events": [
                {
                    "event": section.event,
                    "count": section.count,
                    "more": section.more,
                    "notices": [
                        {"title": item.title, "link": item.link, "count": item.count, "at": item.at.isoformat()}
                        for item in section.items
                    ],
                }
                for section in self.sections
            ],
        }


def digest(items: Iterable[Item], *, site: str = "") -> Message | None:
    """The message about some notices; None when there are none. `site` goes before every link."""
    sections = [_section(event, rows, site) for event, rows in _by_event(items)]
    if not sections:
        return None
    worst = sections[0]
    subject = f"{worst.count:,} {worst.words}"
    if others := sum(section.count for section in sections[1:]):
        subject += f", and {others:,} more"
    return Message(subject, tuple(sections))


def _by_event(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    by_event: dict[str, list[Item]] = {}
    for item in items:
        if item.count:
            by_event.setdefault(item.event, []).append(item)
    return sorted(by_event.items(), key=lambda pair: (_rank(pair[0]), pair[0]))


def _rank(event: str) -> int:
    return WORST_FIRST.index(event) if event in WORST_FIRST else len(WORST_FIRST)


def _section(event: str, rows: Sequence[Item], site: str) -> Section:
    rows = sorted(rows, key=lambda item: (-item.weight, -item.count, item.at, item.title))
    count = sum(item.count for item in rows)
    singular, plural = _WORDS.get(event, (event, event))
    listed = tuple(
        Item(row.event, row.title, f"{site}{row.link}" if row.link else "", row.count, row.weight, row.at)
        for row in rows[:LINES]
    )
    return Section(event, singular if count == 1 else plural, count, listed, max(0, len(rows) - LINES))
