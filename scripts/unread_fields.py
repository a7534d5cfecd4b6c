"""Which keys of a source's records are not read: remove a key from every record, map them again, compare the claims.

    python scripts/unread_fields.py FOLDER [--records N] [--markdown]

FOLDER holds recorded payloads (see `scripts/replay_recordings.py`); the newest of each source is used. A key is unread
when no record states anything else without it. Keys of rows in lists count as one (`pricing.tiers[].from`). Sources
that combine several records into one claim are left out: what they read cannot be seen record by record.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import django

DEEPEST: Final = 3
Path_ = tuple[str, ...]
EACH: Final = "[]"
"""Step into all elements of a list."""


@dataclass(frozen=True)
class Unread:
    """The keys of the records of one source."""

    source: str
    records: int
    keys: int
    unread: tuple[str, ...]


def paths(data: Any, above: Path_ = ()) -> Iterator[Path_]:
    """The paths of all keys of a record, down to DEEPEST keys."""
    if sum(step != EACH for step in above) >= DEEPEST:
        return
    for key, value in data.items() if isinstance(data, dict) else ():
        yield (*above, key)
        yield from paths(value, (*above, key))
    for item in data if isinstance(data, list) else ():
        yield from paths(item, (*above, EACH))


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
    keys = sorted({path for record in records for path in paths(record.data)})
    unread: list[Path_] = []
    for path in keys:
        if any(path[:end] in unread for end in range(1, len(path))):
            continue
        if stated(path) == before:
            unread.append(path)
    return Unread(slug, len(records), len(keys), tuple(map(_written, unread)))


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


def main() -> int:
    parser = argparse.ArgumentParser(description="Which keys of recorded payloads are not read.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, default=150, help="how many records of each payload are tried")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()

    from scripts.replay_recordings import find
    from syncers.errors import SourceError
    from syncers.registry import SOURCES

    newest = {recording.source: recording for recording in find(arguments.folder) if recording.source in SOURCES}
    if arguments.markdown:
        print("| source | records tried | keys | not read |\n|---|--:|--:|---|")
    for slug, recording in sorted(newest.items()):
        try:
            found = unread_of(slug, recording.body())
        except SourceError as error:
            print(f"{slug}: {error}", file=sys.stderr)
            continue
        if found is None:
            print(f"{slug}: combines records, left out", file=sys.stderr)
        elif arguments.markdown:
            cells = ", ".join(f"`{key}`" for key in found.unread) or "–"
            print(f"| `{slug}` | {found.records} | {found.keys} | {cells} |")
        else:
            print(f"{slug}: {len(found.unread)} of {found.keys} keys not read: {', '.join(found.unread)}")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(main())
