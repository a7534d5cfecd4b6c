"""The body of a cost request, read strictly: every error names its place, such as `items[3].usage.input_tokens`.

An item of a batch that cannot be read becomes a RefusedItem and does not affect the others; an error in the request
as a whole raises BadParameters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from registry.api import cost_compare
from registry.api.cost_compare import Over
from registry.api.cost_conditions import conditions, known_tiers, moment
from registry.api.cost_request import ITEM, LONGEST_ID, OPTIONS
from registry.api.cost_usage import Stop, UsageReader, kind_of
from registry.api.problems import BadParameters
from registry.cost.costing import Question, asked_mix
from registry.domain.currency import is_code
from registry.pricing import InvalidUsage

MOST_ITEMS: Final = 10_000
_CONDITIONS: Final = {"tier": 40, "region": 80, "plan": 80, "detail": 80}
OPTION_KEYS: Final = ("items", "compare", *OPTIONS)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """An item of a batch that cannot be read, and why."""

    id: str | None
    """As asked, where that is an id."""
    problem: BadParameters


@dataclass(frozen=True, slots=True)
class Body:
    """A cost request. `many` tells whether the answer is a list; only then can an item be refused by itself."""

    items: list[Question | RefusedItem]
    many: bool
    compare: bool
    """Whether to price it at every offering of the model, too."""
    over: Over | None
    """What to price it at instead of an id."""
    fallback: bool
    revision: int | None
    known_at: datetime | None
    currency: str | None
    """The currency in which totals are wanted besides their own."""

    @property
    def questions(self) -> list[Question]:
        return [item for item in self.items if isinstance(item, Question)]


def read(data: Any, now: datetime) -> Body:
    """The questions of a request; `now` is the moment of calls that name none. Raises BadParameters."""
    reader = _Reader(now)
    body = reader.body(data)
    if reader.errors or body is None:
        raise BadParameters(reader.errors)
    return body


class _Reader(UsageReader):
    def __init__(self, now: datetime) -> None:
        super().__init__()
        self.now = now

    @cached_property
    def tiers(self) -> Collection[str]:
        return known_tiers()

    def body(self, data: Any) -> Body | None:
        try:
            return self._body(data)
        except Stop:
            return None

    def _body(self, data: Any) -> Body:
        if not isinstance(data, dict):
            raise self.wrong("body", f"an object is expected, not {kind_of(data)}")
        many = "items" in data
        self.check_keys(data, "", OPTION_KEYS if many else (*ITEM.keys, *OPTION_KEYS))
        over = self._over(data["compare"]) if isinstance(data.get("compare"), dict) else None
        compare, fallback = over is None and self._flag(data, "compare"), self._flag(data, "fallback")
        if many and (compare or over):
            raise self.wrong("compare", "works on one usage; leave `items` out and give `id` and `usage`")
        if over and (unused := next((name for name in ("id", "fallback") if name in data), None)):
            raise self.wrong(unused, "has no meaning beside a comparison over a filter or ids; leave it out")
        revision = self._revision(data)
        known_at = self._moment(data["known_at"], "known_at") if data.get("known_at") is not None else None
        if revision is not None and known_at is not None:
            raise self.wrong("known_at", "says the same as `revision`; give one of them")
        items: list[Question | RefusedItem]
        items = list(self._items(data["items"])) if many else [self._question(data, "", needs_id=not over)]
        return Body(items, many, compare, over, fallback, revision, known_at, self._currency(data))

    def _currency(self, data: Mapping[str, Any]) -> str | None:
        code = data.get("currency")
        if code is not None and not (isinstance(code, str) and is_code(code)):
            raise self.wrong("currency", "a code of three capital letters is expected, such as USD")
        return code

    def _over(self, data: Mapping[str, Any]) -> Over:
        self.check_keys(data, "compare.", ("filter", "ids", "limit"))
        if ("filter" in data) == ("ids" in data):
            raise self.wrong("compare", "either `filter` or `ids` is expected")
        limit = data.get("limit", cost_compare.USUAL)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= cost_compare.MOST:
            raise self.wrong("compare.limit", f"a number from 1 to {cost_compare.MOST} is expected")
        if "ids" in data:
            return Over(ids=tuple(self._ids(data["ids"])), limit=limit)
        filters = data["filter"]
        if not isinstance(filters, dict):
            raise self.wrong("compare.filter", f"an object is expected, not {kind_of(filters)}")
        return Over({name: self._filter(name, value) for name, value in filters.items()}, limit=limit)

    def _ids(self, data: Any) -> Iterator[str]:
        if not isinstance(data, list) or not 1 <= len(data) <= cost_compare.MOST:
            raise self.wrong("compare.ids", f"a list of 1 to {cost_compare.MOST} ids is expected")
        for number, id in enumerate(data):
            yield self._id(id, f"compare.ids[{number}]")

    def _filter(self, name: str, value: Any) -> str:
        """The value of a filter as it stands in an address."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return ",".join(value)
        if not isinstance(value, str | int | Decimal):
            raise self.wrong(
                f"compare.filter.{name[:100]}", "a text, a number, true, false or a list of texts is expected"
            )
        return f"{value:f}" if isinstance(value, Decimal) and abs(value.adjusted()) < 40 else str(value)

    def _items(self, items: Any) -> Iterator[Question | RefusedItem]:
        if not isinstance(items, list) or not items:
            raise self.wrong("items", "a list with at least one usage is expected")
        if len(items) > MOST_ITEMS:
            raise self.wrong("items", f"{len(items)} of them; {MOST_ITEMS} at most in one request")
        for number, item in enumerate(items):
            place = f"items[{number}]"
            before = len(self.errors)
            try:
                if not isinstance(item, dict):
                    raise self.wrong(place, f"an object is expected, not {kind_of(item)}")
                self.check_keys(item, f"{place}.", ITEM.keys)
                yield self._question(item, f"{place}.")
            except Stop:
                id = item.get("id") if isinstance(item, dict) else None
                yield RefusedItem(id if _is_id(id) else None, BadParameters(self.errors[before:]))
                del self.errors[before:]

    def _question(self, item: Mapping[str, Any], place: str, *, needs_id: bool = True) -> Question:
        id = self._id(item.get("id"), f"{place}id") if needs_id else ""
        at = self.now if item.get("at") is None else self._moment(item["at"], f"{place}at")
        values = {name: self._word(item, name, longest, place) for name, longest in _CONDITIONS.items()}
        try:
            under = conditions(at, values, lambda: self.tiers)
        except InvalidUsage as error:
            raise self.wrong(f"{place}{error.field}", error.message[:500], error.nearest) from error
        if item.get("mix") is not None:
            return asked_mix(id, self.mix(item, place), under)
        if item.get("cached") is not None:
            raise self.wrong(f"{place}cached", "is the share of a `mix`; within `usage` it is `cache_read_tokens`")
        return Question(id, self.usage(item.get("usage"), f"{place}usage"), under)

    def _id(self, id: Any, place: str) -> str:
        if not _is_id(id):
            raise self.wrong(place, f"an id of at most {LONGEST_ID} signs is expected, such as openai/gpt-4o")
        return str(id)

    def _word(self, item: Mapping[str, Any], name: str, longest: int, place: str) -> str:
        value = item.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > longest or _CONTROL.search(value):
            raise self.wrong(f"{place}{name}", f"a text of at most {longest} signs is expected")
        return value

    def _flag(self, data: Mapping[str, Any], name: str) -> bool:
        value = data.get(name, False)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false is expected")
        return value

    def _revision(self, data: Mapping[str, Any]) -> int | None:
        value = data.get("revision")
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31):
            raise self.wrong("revision", "the number of a revision is expected")
        return value

    def _moment(self, value: Any, place: str) -> datetime:
        try:
            return moment(value)
        except ValueError as error:
            raise self.wrong(place, str(error)) from error


def _is_id(id: Any) -> bool:
    return isinstance(id, str) and bool(id.strip()) and len(id) <= LONGEST_ID and not _CONTROL.search(id)
