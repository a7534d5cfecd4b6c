"""Reads settings from the environment. An invalid value ends the process with a sentence, without a traceback.

A number, a switch or an address that is set to the empty string is a mistake, too: a secret that was not filled in must
not disable a protection.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import environ

READ: Final[set[str]] = set()
"""Every variable that was read, set or not."""

_ON: Final = frozenset({"1", "true", "yes", "y", "on"})
_OFF: Final = frozenset({"0", "false", "no", "n", "off"})
_POSTGRES: Final = frozenset({"postgres", "postgresql"})
_BROKERS: Final = frozenset({"filesystem", "redis", "rediss", "memory"})
_DATABASE: Final = "postgres://user:password@host:5432/name"
_BROKER: Final = "redis://host:6379/0"


class SettingError(SystemExit):
    """A mistake in the settings, with a message for the operator: the variable, what is wrong, what to write.

    It ends any process that reads the settings (`manage.py`, celery, gunicorn), with the message and exit code 1.
    """


def read_file(path: Path) -> None:
    """Adds the variables of an `.env` file, if there is one; variables that are already set are kept."""
    if not path.exists():
        return
    try:
        path.read_text(encoding="utf-8")  # environ ignores files that it cannot open
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read ({_reason(error)}): make it a readable text file.") from error
    environ.Env.read_env(str(path))


def text(name: str, default: str = "") -> str:
    """The variable, unchanged."""
    READ.add(name)
    return os.environ.get(name, default)


def words(name: str, default: Collection[str] = ()) -> list[str]:
    """Words separated by commas."""
    value = text(name, ",".join(default))
    return [word for part in value.split(",") if (word := part.strip())]


def choice(name: str, default: str, among: Collection[str]) -> str:
    """One of several words, converted to upper case."""
    value = text(name, default).strip().upper()
    if value not in among:
        raise _wrong(name, f"one of {', '.join(among)}")
    return value


def switch(name: str, default: bool) -> bool:
    """On or off."""
    value = text(name, "1" if default else "0").strip().lower()
    if value not in _ON | _OFF:
        raise _wrong(name, "1 (on) or 0 (off)")
    return value in _ON


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number within bounds."""
    value = text(name, str(default)).strip()
    if not value.isdecimal() or int(value) < least or (most is not None and int(value) > most):
        bounds = f"from {least}" if most is None else f"from {least} to {most}"
        raise _wrong(name, f"a whole number {bounds}, such as {default}")
    return int(value)


def number(name: str, *, example: str) -> Decimal | None:
    """A number above 0; None when the variable is not set, or empty."""
    value = text(name).strip()
    if not value:
        return None
    try:
        parsed = Decimal(value)
    except InvalidOperation:
        parsed = Decimal("NaN")
    if not parsed.is_finite() or parsed <= 0:
        raise _wrong(name, f"a number above 0, such as {example}, or remove it")
    return parsed


def website(name: str, default: str) -> str:
    """The address of a site, without a trailing slash."""
    value = text(name, default).strip()
    parts = _split(name, value, f"an address such as {default}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _wrong(name, f"an address such as {default}")
    return value.rstrip("/")


def database(name: str) -> dict[str, Any] | None:
    """Database settings for Django from an address (PostgreSQL or SQLite); None when the variable is not set.

    The address never appears in messages: it contains the password.
    """
    READ.add(name)
    if name not in os.environ:
        return None
    value = text(name).strip()
    advice = f"{_DATABASE}, or remove {name} for an SQLite file in VAR_DIR"
    if value != "sqlite://:memory:":  # its second colon does not begin a port
        parts = _split(name, value, f"{advice} (in a password %23 stands for #, %2F for /, %3F for ?, %40 for @)")
        _known_scheme(name, value, parts, _POSTGRES | {"sqlite"}, advice)
        if parts.scheme in _POSTGRES and not parts.path.strip("/"):
            raise SettingError(f"{name} names no database: write {_DATABASE}, with the name at its end.")
    options: dict[str, Any] = environ.Env.db_url_config(value)
    return options


def broker(name: str, default: str) -> str:
    """The address of the task queue."""
    value = text(name, default).strip()
    advice = f"{_BROKER}, or remove {name} for a queue on disk"
    parts = _split(name, value, advice)
    _known_scheme(name, value, parts, _BROKERS, advice)
    if parts.scheme.startswith("redis") and not (parts.path.strip("/") or "0").isdecimal():
        raise SettingError(f"{name} must end with the number of a Redis database: write {_BROKER}.")
    return value


def folder(path: Path, name: str) -> Path:
    """The folder at that path, created if it is missing. `name` is the variable that sets it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error, name) from error
    return path


def unwritable(path: Path, error: OSError, name: str = "VAR_DIR") -> SettingError:
    """The error for a folder or file that cannot be written."""
    return SettingError(
        f"{name}: {path} cannot be written ({_reason(error)}). Write {name}=/path/to/a/folder that the user of this "
        "process owns, or make it the owner of this one."
    )


def _split(name: str, value: str, advice: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise SettingError(f"{name} cannot be read as an address: write {advice}.") from error
    return parts


def _known_scheme(name: str, value: str, parts: SplitResult, schemes: Collection[str], advice: str) -> None:
    if parts.scheme in schemes and "://" in value:
        return
    if not value:
        raise SettingError(f"{name} is empty: write {advice}.")
    what = f"begins with {parts.scheme}://, which is not known here" if "://" in value else "is no address"
    raise SettingError(f"{name} {what}: write {advice}.")


def _wrong(name: str, wanted: str) -> SettingError:
    value = os.environ.get(name, "")
    return SettingError(f"{name} is {value[:40]!r}: write {wanted}." if value else f"{name} is empty: write {wanted}.")


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error).split("\n", maxsplit=1)[0]
