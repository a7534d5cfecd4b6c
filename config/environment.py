"""Reads the settings out of the environment. What cannot be one ends the process in a sentence, without a traceback.

A number, a switch or an address that is set to nothing is a mistake, too: a secret that was not filled in must not open
what it should have closed.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import environ

ASKED: Final[set[str]] = set()
"""Every variable that was asked for, set or not."""

_ON: Final = frozenset({"1", "true", "yes", "y", "on"})
_OFF: Final = frozenset({"0", "false", "no", "n", "off"})
_POSTGRES: Final = frozenset({"postgres", "postgresql"})
_BROKERS: Final = frozenset({"filesystem", "redis", "rediss", "memory"})
_DATABASE: Final = "postgres://user:password@host:5432/name"
_BROKER: Final = "redis://host:6379/0"


class SettingError(SystemExit):
    """A mistake in the settings, for the person who made it: the variable, what is wrong, what to write.

    It ends whatever process reads the settings, with the sentence and exit code 1: `manage.py`, celery and gunicorn
    alike.
    """


def read_file(path: Path) -> None:
    """Adds the variables of an `.env` file, if there is one; those that are set already stand."""
    if not path.exists():
        return
    try:
        path.read_text(encoding="utf-8")  # environ passes over what it cannot open
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{path} cannot be read ({_reason(error)}): make it a readable text file.") from error
    environ.Env.read_env(str(path))


def text(name: str, default: str = "") -> str:
    """The variable as it stands."""
    ASKED.add(name)
    return os.environ.get(name, default)


def words(name: str, default: Collection[str] = ()) -> list[str]:
    """Words joined by commas."""
    stated = text(name, ",".join(default))
    return [word for part in stated.split(",") if (word := part.strip())]


def choice(name: str, default: str, among: Collection[str]) -> str:
    """One of several words, in capitals however it is written."""
    stated = text(name, default).strip().upper()
    if stated not in among:
        raise _wrong(name, f"one of {', '.join(among)}")
    return stated


def switch(name: str, default: bool) -> bool:
    """On or off."""
    stated = text(name, "1" if default else "0").strip().lower()
    if stated not in _ON | _OFF:
        raise _wrong(name, "1 (on) or 0 (off)")
    return stated in _ON


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    """A whole number within bounds."""
    stated = text(name, str(default)).strip()
    if not stated.isdecimal() or int(stated) < least or (most is not None and int(stated) > most):
        bounds = f"from {least}" if most is None else f"from {least} to {most}"
        raise _wrong(name, f"a whole number {bounds}, such as {default}")
    return int(stated)


def number(name: str, *, example: str) -> Decimal | None:
    """A number above 0; None when the variable is not set, or empty."""
    stated = text(name).strip()
    if not stated:
        return None
    try:
        found = Decimal(stated)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or found <= 0:
        raise _wrong(name, f"a number above 0, such as {example}, or remove it")
    return found


def website(name: str, default: str) -> str:
    """The address of a site, without a slash at its end."""
    stated = text(name, default).strip()
    parts = _split(name, stated, f"an address such as {default}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _wrong(name, f"an address such as {default}")
    return stated.rstrip("/")


def database(name: str) -> dict[str, Any] | None:
    """A database as Django takes it, from its address (PostgreSQL or SQLite); None when the variable is not set.

    The address is never repeated in a sentence: it holds the password.
    """
    ASKED.add(name)
    if name not in os.environ:
        return None
    stated = text(name).strip()
    advice = f"{_DATABASE}, or remove {name} for an SQLite file in VAR_DIR"
    if stated != "sqlite://:memory:":  # whose second colon is not that of a port
        parts = _split(name, stated, f"{advice} (in a password %23 stands for #, %2F for /, %3F for ?, %40 for @)")
        _known_scheme(name, stated, parts, _POSTGRES | {"sqlite"}, advice)
        if parts.scheme in _POSTGRES and not parts.path.strip("/"):
            raise SettingError(f"{name} names no database: write {_DATABASE}, with the name at its end.")
    found: dict[str, Any] = environ.Env.db_url_config(stated)
    return found


def broker(name: str, default: str) -> str:
    """The address of the task queue."""
    stated = text(name, default).strip()
    advice = f"{_BROKER}, or remove {name} for a queue on disk"
    parts = _split(name, stated, advice)
    _known_scheme(name, stated, parts, _BROKERS, advice)
    if parts.scheme.startswith("redis") and not (parts.path.strip("/") or "0").isdecimal():
        raise SettingError(f"{name} must end with the number of a Redis database: write {_BROKER}.")
    return stated


def folder(path: Path, name: str) -> Path:
    """The folder at that path, made if it is missing. `name` is the variable that says where."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(path, error, name) from error
    return path


def unwritable(path: Path, error: OSError, name: str = "VAR_DIR") -> SettingError:
    """The sentence about a folder or a file in which nothing can be kept."""
    return SettingError(
        f"{name}: {path} cannot be written ({_reason(error)}). Write {name}=/path/to/a/folder that the user of this "
        "process owns, or make it the owner of this one."
    )


def _split(name: str, stated: str, advice: str) -> SplitResult:
    try:
        parts = urlsplit(stated)
        _ = parts.port
    except ValueError as error:
        raise SettingError(f"{name} cannot be read as an address: write {advice}.") from error
    return parts


def _known_scheme(name: str, stated: str, parts: SplitResult, known: Collection[str], advice: str) -> None:
    if parts.scheme in known and "://" in stated:
        return
    if not stated:
        raise SettingError(f"{name} is empty: write {advice}.")
    what = f"begins with {parts.scheme}://, which is not known here" if "://" in stated else "is no address"
    raise SettingError(f"{name} {what}: write {advice}.")


def _wrong(name: str, wanted: str) -> SettingError:
    stated = os.environ.get(name, "")
    return SettingError(
        f"{name} is {stated[:40]!r}: write {wanted}." if stated else f"{name} is empty: write {wanted}."
    )


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error).split("\n", maxsplit=1)[0]
