"""Pagination of sources. A pager gives the address of the next page; the caller detects loops."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

MOST_PAGES: Final = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One page with what pagers need."""

    url: str
    document: Any
    count: int
    """Records on this page."""


class Paging(Protocol):
    """Gives the address of the first page and of the page after a page."""

    def first(self, url: str) -> str: ...
    def after(self, page: Page) -> str | None: ...


@dataclass(frozen=True, slots=True)
class OnePage:
    """The whole list is in one answer."""

    def first(self, url: str) -> str:
        return url

    def after(self, page: Page) -> str | None:
        return None


@dataclass(frozen=True, slots=True)
class Cursor:
    """The answer holds a token, to be sent as a parameter; no token (or an empty one) is the end."""

    at: str
    """Dotted path of the token in the answer."""
    parameter: str
    size: tuple[str, int] | None = None
    """Parameter and value of the page size, where one is asked for."""
    more_at: str = ""
    """Dotted path of a flag that is true while there is a next page, where the answer has one."""

    def first(self, url: str) -> str:
        return _with(url, {self.size[0]: self.size[1]}) if self.size else url

    def after(self, page: Page) -> str | None:
        if self.more_at and not at_path(page.document, self.more_at):
            return None
        token = at_path(page.document, self.at)
        return _with(page.url, {self.parameter: token}) if token else None


@dataclass(frozen=True, slots=True)
class NextUrl:
    """The answer holds the address of the next page, absolute or relative."""

    at: str

    def first(self, url: str) -> str:
        return url

    def after(self, page: Page) -> str | None:
        address = at_path(page.document, self.at)
        return urljoin(page.url, address) if isinstance(address, str) and address else None


@dataclass(frozen=True, slots=True)
class Numbered:
    """Pages by number. A page with fewer records than asked for is the last."""

    parameter: str = "page"
    size: tuple[str, int] = ("page_size", 100)
    start: int = 1

    def first(self, url: str) -> str:
        return _with(url, {self.parameter: self.start, self.size[0]: self.size[1]})

    def after(self, page: Page) -> str | None:
        number = int(dict(parse_qsl(urlsplit(page.url).query))[self.parameter])
        return _with(page.url, {self.parameter: number + 1}) if page.count >= self.size[1] else None


@dataclass(frozen=True, slots=True)
class Offset:
    """Pages by offset. A page with fewer records than asked for is the last."""

    parameter: str = "offset"
    size: tuple[str, int] = ("limit", 100)

    def first(self, url: str) -> str:
        return _with(url, {self.parameter: 0, self.size[0]: self.size[1]})

    def after(self, page: Page) -> str | None:
        reached = int(dict(parse_qsl(urlsplit(page.url).query))[self.parameter]) + page.count
        return _with(page.url, {self.parameter: reached}) if page.count >= self.size[1] else None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Requests for data that the list does not have: a number of its ids at a time, at another address."""

    url: str
    parameter: str
    """Takes the ids, joined by commas."""
    most: int
    """How many ids one request may name."""
    part: str = "details"
    paging: Paging = OnePage()
    """Its pager cannot use the number of records."""

    def addresses(self, ids: Iterable[str]) -> dict[str, str]:
        """Name of the part → address. An id that contains a comma is left out."""
        wanted = list(dict.fromkeys(ident for ident in ids if ident and "," not in ident))
        return {
            f"{self.part} {start // self.most + 1}": _with(
                self.url, {self.parameter: ",".join(wanted[start : start + self.most])}
            )
            for start in range(0, len(wanted), self.most)
        }


def at_path(document: Any, path: str) -> Any:
    """The value at a dotted path of keys; None when a step is missing."""
    for step in filter(None, path.split(".")):
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _with(url: str, parameters: Mapping[str, Any]) -> str:
    """The address with these parameters set in place; other parameters stay, also repeated ones."""
    parts = urlsplit(url)
    left, query = {name: str(value) for name, value in parameters.items()}, []
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name not in parameters:
            query.append((name, value))
        elif name in left:
            query.append((name, left.pop(name)))
    return urlunsplit(parts._replace(query=urlencode([*query, *left.items()])))
