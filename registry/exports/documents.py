"""The whole catalogue as one rendered document; `registry.exports.rendering` renders it."""

from __future__ import annotations

from typing import Final

from registry.catalogue import queries
from registry.catalogue.queries import Stamp
from registry.exports import rendering
from registry.exports.rendering import CATALOGUE, JSON
from registry.exports.served import File, NotRendered, Served

__all__ = ["CATALOGUE", "JSON", "NotRendered", "current"]


class _Catalogue(Served):
    what = "the catalogue"

    def make(self, name: str) -> None:
        rendering.render(name)

    def is_of_earlier_day(self, name: str) -> bool:
        return rendering.is_of_earlier_day(name)

    def call(self, name: str, stamp: Stamp, *, urgent: bool) -> None:
        rendering.watch.noticed(stamp, urgent=urgent)


_catalogue: Final = _Catalogue()


def current() -> File | None:
    """The newest rendering of the catalogue; None when nothing was published yet. One small query when nothing changed.

    Raises NotRendered where there is none and none is rendered within two seconds.
    """
    stamp = queries.latest()
    return _catalogue.current(CATALOGUE, stamp, CATALOGUE) if stamp else None
