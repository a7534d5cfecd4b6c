"""The body of a cost request, read strictly: every error names its place, such as `items[3].usage.input_tokens`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import orjson
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request

from registry.api.parameters import nearest
from registry.api.problems import BadParameters, ParameterError, Problem
from registry.costing import Question
from registry.pricing import Conditions, InvalidUsage, Usage
from registry.pricing.usage import MOST, QUANTITIES, SECONDS

MOST_ITEMS: Final = 10_000
MOST_BYTES: Final = 16 * 2**20
MOST_ERRORS: Final = 20
LONGEST_ID: Final = 400
MOST_OTHERS: Final = 20
_CONDITIONS: Final = {"tier": 40, "region": 80, "plan": 80, "detail": 80}
ITEM_KEYS: Final = ("id", "usage", "at", *_CONDITIONS)
OPTION_KEYS: Final = ("items", "compare", "fallback", "revision", "known_at")
_DECIMAL: Final = re.compile(r"\d{1,16}(\.\d{1,12})?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class TooLarge(Problem):
    status_code = 413


def document(request: Request) -> Any:
    """The JSON that was sent. Read here, since the parsers of the framework hold batches to the size of a form, and no
    nesting exhausts orjson.
    """
    media_type = request.content_type.partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise UnsupportedMediaType(media_type[:100] or "nothing", "Send application/json, not {media_type}.")
    body = request._request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLarge(f"The body is larger than {MOST_BYTES // 2**20} MiB; send the items in several requests.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(f"The body is no JSON: {error}.") from error


@dataclass(frozen=True, slots=True)
class Body:
    """What is asked. `many` tells whether the answer is a list."""

    questions: list[Question]
    many: bool
    compare: bool
    fallback: bool
    revision: int | None
    known_at: datetime | None


def read(data: Any, now: datetime) -> Body:
    """The questions of a request; `now` is the moment of calls that name none. Raises BadParameters."""
    reader = _Reader(now)
    body = reader.body(data)
    if reader.errors or body is None:
        raise BadParameters(reader.errors)
    return body


def conditions(at: datetime, said: Mapping[str, str]) -> Conditions:
    return Conditions(at, **said)


def moment(value: Any) -> datetime:
    """A moment in ISO 8601, or a day for its first instant; UTC where no zone is named. Raises ValueError."""
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("a moment is expected, such as 2026-01-31T08:00Z")
    try:
        if _DAY.fullmatch(value):
            return datetime.combine(date.fromisoformat(value), time(tzinfo=UTC))
        found = datetime.fromisoformat(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("a moment is expected, such as 2026-01-31T08:00Z") from error


class _Stop(Exception):
    """A part of the body cannot be read; why stands in the errors."""


class _Reader:
    """Collects errors on the way, so that a batch tells several at once."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.errors: list[ParameterError] = []

    def body(self, data: Any) -> Body | None:
        try:
            return self._body(data)
        except _Stop:
            return None

    def _body(self, data: Any) -> Body:
        if not isinstance(data, dict):
            raise self.wrong("body", f"an object is expected, not {_kind(data)}")
        many = "items" in data
        self._known(data, "", OPTION_KEYS if many else (*ITEM_KEYS, *OPTION_KEYS))
        compare, fallback = self._flag(data, "compare"), self._flag(data, "fallback")
        if many and compare:
            raise self.wrong("compare", "works on one usage; leave `items` out and give `id` and `usage`")
        revision = self._revision(data)
        known_at = self._moment(data["known_at"], "known_at") if data.get("known_at") is not None else None
        if revision is not None and known_at is not None:
            raise self.wrong("known_at", "says the same as `revision`; give one of them")
        questions = list(self._items(data["items"])) if many else [self._question(data, "")]
        return Body(questions, many, compare, fallback, revision, known_at)

    def _items(self, items: Any) -> Iterator[Question]:
        if not isinstance(items, list) or not items:
            raise self.wrong("items", "a list with at least one usage is expected")
        if len(items) > MOST_ITEMS:
            raise self.wrong("items", f"{len(items)} of them; {MOST_ITEMS} at most in one request")
        for number, item in enumerate(items):
            if len(self.errors) >= MOST_ERRORS:
                return
            place = f"items[{number}]"
            try:
                if not isinstance(item, dict):
                    raise self.wrong(place, f"an object is expected, not {_kind(item)}")
                self._known(item, f"{place}.", ITEM_KEYS)
                yield self._question(item, f"{place}.")
            except _Stop:
                continue

    def _question(self, item: Mapping[str, Any], place: str) -> Question:
        id = item.get("id")
        if not isinstance(id, str) or not id.strip() or len(id) > LONGEST_ID or _CONTROL.search(id):
            raise self.wrong(f"{place}id", f"an id of at most {LONGEST_ID} signs is expected, such as openai/gpt-4o")
        at = self.now if item.get("at") is None else self._moment(item["at"], f"{place}at")
        said = {name: self._word(item, name, longest, place) for name, longest in _CONDITIONS.items()}
        return Question(id, self._usage(item.get("usage"), f"{place}usage"), conditions(at, said))

    def _usage(self, data: Any, place: str) -> Usage:
        if not isinstance(data, dict):
            raise self.wrong(place, 'an object is expected, such as {"input_tokens": 1000, "output_tokens": 200}')
        self._known(data, f"{place}.", (*QUANTITIES, "others"))
        values: dict[str, Any] = {
            name: self._quantity(value, f"{place}.{name}", whole=name not in SECONDS)
            for name, value in data.items()
            if name != "others" and value is not None
        }
        if (others := data.get("others")) is not None:
            if not isinstance(others, dict) or len(others) > MOST_OTHERS:
                raise self.wrong(f"{place}.others", f"an object of at most {MOST_OTHERS} rates is expected")
            values["others"] = {
                word: self._quantity(value, f"{place}.others.{word[:100]}", whole=False)
                for word, value in others.items()
            }
        try:
            usage = Usage(**values)
        except InvalidUsage as error:
            raise self.wrong(f"{place}.{error.field}", error.message[:500]) from error
        if usage.is_empty and "requests" not in data:
            raise self.wrong(place, "states no quantity; give at least one, such as input_tokens")
        return usage

    def _quantity(self, value: Any, place: str, *, whole: bool) -> int | Decimal:
        number = _number(value)
        if number is None or not 0 <= number <= MOST or (whole and number != number.to_integral_value()):
            kind = "a whole number" if whole else "a number with at most 12 digits after the point"
            raise self.wrong(place, f"{kind} from 0 to {MOST} is expected")
        return int(number) if whole or number == number.to_integral_value() else number

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

    def _known(self, data: Mapping[str, Any], place: str, known: tuple[str, ...]) -> None:
        for name in data:
            if name not in known:
                raise self.wrong(f"{place}{name[:100]}", "no such key here", nearest(name, known))

    def wrong(self, place: str, message: str, near: str | None = None) -> _Stop:
        self.errors.append(ParameterError(place, message, near))
        return _Stop()


def _number(value: Any) -> Decimal | None:
    """A number of JSON, or one written as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    # A binary float is read by its shortest form, which is what was written.
    text = repr(value) if isinstance(value, float) else str(value)
    try:
        return Decimal(text) if isinstance(value, float) or _DECIMAL.fullmatch(text) else None
    except InvalidOperation:
        return None


def _kind(value: Any) -> str:
    return {list: "a list", str: "a text", type(None): "null", bool: "true or false"}.get(type(value), "a number")
