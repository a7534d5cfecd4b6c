"""The keys of a table: the values that they accept, converted to attributes of a `Source` or `ModelList`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final, TypeVar

from syncers.kinds import units
from syncers.kinds.declaration import did_you_mean
from syncers.kinds.units import Unit
from syncers.payload import paging
from syncers.payload.auth import BEARER, Auth, Header, Query

T = TypeVar("T")
_EVERY: Final = re.compile(r"([1-9]\d*) (minute|hour|day)s?")
_PAGERS: Final[Mapping[str, Callable[..., paging.Paging]]] = {
    "Cursor": paging.Cursor,
    "NextUrl": paging.NextUrl,
    "Numbered": paging.Numbered,
    "Offset": paging.Offset,
}
_UNITS: Final = {name: value for name, value in vars(units).items() if isinstance(value, Unit)}


def _of(kind: type[T], words: str) -> Callable[[Any], T]:
    def read(value: Any) -> T:
        if type(value) is not kind:  # True is an int
            raise ValueError(f"{words} expected, not {value!r}")
        return value

    return read


_text, _switch, _number = _of(str, "text"), _of(bool, "true or false"), _of(int, "a whole number")
_list, _table = _of(list, "a list"), _of(dict, "a table")


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _list(value)))


def _each(of: Callable[[Any], T]) -> Callable[[Any], dict[str, T]]:
    return lambda value: {key: of(item) for key, item in _table(value).items()}


def _named(value: Any, choices: Mapping[str, T]) -> T:
    if _text(value) not in choices:
        raise ValueError(f"{value!r} is none of {', '.join(choices)}{did_you_mean(value, choices)}")
    return choices[value]


def _expected(value: Any) -> tuple[int, int]:
    if type(value) is not list or len(value) != 2:
        raise ValueError(f"[least, most] expected, of the models in a sound answer, not {value!r}")
    return _number(value[0]), _number(value[1])


def _every(value: Any) -> timedelta:
    match = _EVERY.fullmatch(_text(value))
    if not match:
        raise ValueError(f"a time such as '6 hours' or '1 day' expected, not {value!r}")
    return timedelta(**{f"{match[2]}s": int(match[1])})


def _auth(value: Any) -> Auth:
    parts = _each(_text)(value)
    if parts.keys() == {"query"}:
        return Query(parts["query"])
    if unknown := parts.keys() - {"header", "word"}:
        raise ValueError(f"`header` and `word`, or `query` alone expected, not {', '.join(sorted(unknown))}")
    return Header(parts.get("header", BEARER.name), parts.get("word", BEARER.word))


def _paging(value: Any) -> paging.Paging:
    if len(_table(value)) != 1:
        raise ValueError(f"one of {', '.join(_PAGERS)} expected, with its settings")
    ((kind, settings),) = value.items()
    plain = {
        name: tuple(setting) if isinstance(setting, list) else setting for name, setting in _table(settings).items()
    }
    try:
        return _named(kind, _PAGERS)(**plain)
    except TypeError as error:
        raise ValueError(str(error)) from error


#: Key → reader of its value. The attributes are documented at the classes.
KEYS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(("label", "url", "homepage", "speaks_for", "key_variable", "records_at", "id_at"), _text),
    **dict.fromkeys(("prices_in", "confidence", "nothing_fetched"), _text),
    **dict.fromkeys(("key_required", "zero_is_free"), _switch),
    **dict.fromkeys(("authority", "also_at"), _texts),
    **dict.fromkeys(("prices_at", "piece_prices_at"), _each(_text)),
    "preference": _number,
    "every": _every,
    "expected": _expected,
    "auth": _auth,
    "paging": _paging,
    "unit": lambda value: _named(value, _UNITS),
    "fields_at": _each(lambda value: _texts(value) if isinstance(value, list) else _text(value)),
    "meanings_at": _each(_each(_each(_text))),
    "marks_at": _each(_each(_text)),
}
