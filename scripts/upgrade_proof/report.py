"""The proof as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from scripts.upgrade_proof.proof import TIMES, Proof


def markdown(proof: Proof, compared: Sequence[tuple[str, Any, Any, Any, str]]) -> Iterator[str]:
    """The tables, the checks, the figures, and what the commands printed."""
    yield from _table(("table", *TIMES, "what differs of what both have"), compared)
    checks = ((what, "yes" if holds else "**NO**", more) for what, holds, more in proof.checks)
    yield from _table(("check", "holds", ""), checks)
    yield from _table(("figure", *TIMES), _figures(proof))
    yield f"People: {proof.outputs['people'].strip()}"
    yield ""
    yield "Seconds: " + ", ".join(f"{what} {seconds:.0f}" for what, seconds in proof.seconds.items())
    yield ""
    yield "Report of the upgrade:"
    yield ""
    yield from (f"    {line}" for line in proof.outputs["prepare"].splitlines())


def _figures(proof: Proof) -> Iterator[tuple[Any, ...]]:
    figures = [proof.figures[when] for when in TIMES]
    for what in ("offerings", "revisions", "applied", "waiting", "conflicts"):
        yield what, *(figure[what] for figure in figures)
    for what in sorted({what for figure in figures for what in figure["promises"]}):
        yield what, *(figure["promises"].get(what, 0) for figure in figures)
    for what in ("digest of the catalogue", "digest of the queue", "digest of the conflicts"):
        yield what, *(figure[what][:12] for figure in figures)


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(f'{cell:,}' if isinstance(cell, int) else str(cell) for cell in row)} |"
    yield ""
