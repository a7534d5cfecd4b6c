"""Which keys of a source's records are not read: remove a key from every record, map them again, compare the claims.

    .venv/bin/python scripts/unread_fields.py FOLDER
    .venv/bin/python scripts/unread_fields.py --page > docs/unread-fields.md

FOLDER holds recorded payloads (see `scripts/replay_recordings.py`); the newest of each source is used. A key is unread
when no record states anything else without it. Keys of rows in lists count as one (`pricing.tiers[].from`). Unread keys
are named with a reason in `syncers/sources/unread.toml`, of which the page is made; those without a name are listed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import django

ROOT: Final = Path(__file__).resolve().parent.parent
NAMED: Final = ROOT / "syncers" / "sources" / "unread.toml"
DEEPEST: Final = 3
Path_ = tuple[str, ...]
EXAMPLES: Final = 20
"""In how many records a key is tried."""
EACH: Final = "[]"
"""Step into all elements of a list."""


@dataclass(frozen=True)
class Unread:
    """The keys of the records of one source."""

    source: str
    records: int
    keys: tuple[str, ...]
    unread: tuple[str, ...]


def paths(data: Any, above: Path_ = (), *, filled: bool = False) -> Iterator[Path_]:
    """The paths of all keys of a record, down to DEEPEST keys; with `filled` of those that hold something."""
    if sum(step != EACH for step in above) >= DEEPEST:
        return
    for key, value in data.items() if isinstance(data, dict) else ():
        if filled and value in (None, "", [], {}):
            continue
        yield (*above, key)
        yield from paths(value, (*above, key), filled=filled)
    for item in data if isinstance(data, list) else ():
        yield from paths(item, (*above, EACH), filled=filled)


def without(data: Any, path: Path_) -> Any:
    """A copy of a record without the values at a path."""
    step, *further = path
    if step == EACH:
        return [without(item, tuple(further)) for item in data] if isinstance(data, list) else data
    if not isinstance(data, dict) or step not in data:
        return data
    if not further:
        return {key: value for key, value in data.items() if key != step}
    return {**data, step: without(data[step], tuple(further))}


def unread_of(slug: str, body: bytes) -> Unread | None:
    """The unread keys of one source; None where its payload has no records with keys. Raises a SourceError."""
    from syncers.registry import load

    source = load(slug)()
    document = source.read(body)
    records = [record for record in source.records(document) if isinstance(record.data, dict)]
    if not records:
        return None
    counted, keys = len(records), sorted({path for record in records for path in paths(record.data)})
    kept = {id(record.data) for record in _telling(records, keys)}
    document = _thinned(document, kept, {id(record.data) for record in records} - kept)
    records = [record for record in records if id(record.data) in kept]
    in_document = _objects(document)
    # A record that a source composes of several objects is not in the document: the key is removed from the record.
    is_in_place = all(id(record.data) in in_document for record in records)
    whole = {id(record.data) for record in records}

    def stated(path: Path_ | None) -> list[str]:
        if path is None:
            return _stated(source, source.records(document))
        if is_in_place:
            return _stated(source, source.records(_changed(document, whole, path)))
        return _stated(source, [replace(record, data=without(record.data, path)) for record in records])

    before = stated(None) if is_in_place else _stated(source, records)
    unread: list[Path_] = []
    for path in keys:
        if any(path[:end] in unread for end in range(1, len(path))):
            continue
        if stated(path) == before:
            unread.append(path)
    return Unread(slug, counted, tuple(map(_written, keys)), tuple(map(_written, unread)))


def _stated(source: Any, records: Iterable[Any]) -> list[str]:
    """Digests of the claims of records; what cannot be read counts as stated."""
    from syncers.errors import BadPayload
    from syncers.kinds.attempts import FAILURES

    digests = []
    try:
        for record in records:
            try:
                digests += [claim.digest() for claim in source.claims(record)]
            except FAILURES:
                digests.append("unreadable")
    except BadPayload:
        digests.append("unreadable")
    return digests


def _telling(records: list[Any], keys: list[Path_]) -> list[Any]:
    """Records in which each key occurs EXAMPLES times, as far as it does: large payloads have thousands of a kind."""
    wanted, telling = Counter(dict.fromkeys(keys, EXAMPLES)), []
    for record in records:
        its_keys = [path for path in set(paths(record.data, filled=True)) if wanted[path] > 0]
        if its_keys:
            wanted.subtract(its_keys)
            telling.append(record)
    return telling


def _thinned(data: Any, kept: set[int], dropped: set[int]) -> Any:
    """A document without some of its records; the others are the same objects."""
    if id(data) in kept:
        return data
    if isinstance(data, dict):
        return {key: _thinned(value, kept, dropped) for key, value in data.items() if id(value) not in dropped}
    if isinstance(data, list | tuple):
        return type(data)(_thinned(value, kept, dropped) for value in data if id(value) not in dropped)
    return data


def _objects(data: Any) -> set[int]:
    """The identities of all objects in a document."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list | tuple) else ()
    return {id(data)}.union(*map(_objects, inner)) if isinstance(data, dict | list | tuple) else set()


def _changed(data: Any, whole: set[int], path: Path_) -> Any:
    """A copy of a document whose records lack the values at a path."""
    if id(data) in whole:
        return without(data, path)
    if isinstance(data, dict):
        return {key: _changed(value, whole, path) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return type(data)(_changed(value, whole, path) for value in data)
    return data


def _written(path: Path_) -> str:
    return ".".join(path).replace(f".{EACH}", EACH)


@dataclass(frozen=True)
class Names:
    """The keys that `unread.toml` names: with a reason, and as read though a sample does not show it."""

    reasons: Mapping[str, Mapping[str, str]]
    """Source → key → reason; those of `*` are of every source."""
    read: Mapping[str, frozenset[str]]

    def of(self, slug: str) -> Mapping[str, str]:
        """Key → reason, of one source."""
        return {**self.reasons.get("*", {}), **self.reasons.get(slug, {})}

    def unnamed(self, report: Unread) -> list[str]:
        """Unread keys that neither themselves nor within a named key have a reason."""
        named = {*self.of(report.source), *self.read.get(report.source, ())}
        return [key for key in report.unread if not any(_is_within(key, name) for name in named)]

    def outdated(self, report: Unread) -> list[str]:
        """Keys that are named as unread and are read."""
        return [
            name
            for name in self.reasons.get(report.source, {})
            if name in report.keys and not any(_is_within(key, name) or _is_within(name, key) for key in report.unread)
        ]


def named() -> Names:
    """What `unread.toml` names."""
    tables = tomllib.loads(NAMED.read_text(encoding="utf-8"))
    read = {slug: frozenset(keys) for slug, keys in tables.pop("read").items()}
    reasons = {
        slug: {key: reason for reason, keys in by_reason.items() for key in keys} for slug, by_reason in tables.items()
    }
    return Names(reasons, read)


def _is_within(key: str, other: str) -> bool:
    return key == other or key.startswith((f"{other}.", f"{other}{EACH}"))


def page() -> str:
    """docs/unread-fields.md."""
    rows = [
        f"| `{slug}` | {', '.join(f'`{key}`' for key in sorted(keys))} | {reason} |"
        for slug, by_key in named().reasons.items()
        for reason, keys in _by_reason(by_key).items()
    ]
    return _PAGE + "\n".join(rows) + "\n"


def _by_reason(by_key: Mapping[str, str]) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for key, reason in by_key.items():
        keys.setdefault(reason, []).append(key)
    return keys


_PAGE: Final = """\
# Unread fields

Keys that the records of a source have and that the registry does not read, with the reason. A key is unread when
removing it from every record changes no claim. The keys are named in `syncers/sources/unread.toml`; this page is made
of it:

```
.venv/bin/python scripts/unread_fields.py --page > docs/unread-fields.md
```

`tests/syncers/test_unread_fields.py` compares the names with the samples of all sources: every key of a sample is read
or named, and no key that is read is named. With recorded payloads, `scripts/unread_fields.py FOLDER` counts their
unread keys and lists those without a name. Keys of `*` are of every source.

| source | keys | why they are not read |
|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="Which keys of recorded payloads are not read.")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--page", action="store_true", help="print docs/unread-fields.md")
    arguments = parser.parse_args()
    if arguments.page:
        print(page(), end="")
        return 0
    if arguments.folder is None:
        parser.error("a folder of recorded payloads is needed")

    from scripts.replay_recordings import find
    from syncers.errors import SourceError
    from syncers.registry import SOURCES

    names = named()
    newest = {recording.source: recording for recording in find(arguments.folder) if recording.source in SOURCES}
    print("| source | records | keys | not read | without a name |\n|---|--:|--:|--:|---|")
    for slug, recording in sorted(newest.items()):
        try:
            report = unread_of(slug, recording.body())
        except SourceError as error:
            print(f"{slug}: {error}", file=sys.stderr)
            continue
        if report:
            unnamed = ", ".join(f"`{key}`" for key in names.unnamed(report)) or "–"
            cells = (f"`{slug}`", report.records, len(report.keys), len(report.unread), unnamed)
            print(f"| {' | '.join(map(str, cells))} |")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(main())
