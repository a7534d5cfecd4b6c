"""Replays releases of genai-prices in order, and compares the catalogue as of each release's day with the release.

    VAR_DIR=replay .venv/bin/python manage.py migrate
    VAR_DIR=replay .venv/bin/python scripts/replay_releases.py FOLDER [--approve] [--json]

FOLDER holds `releases.csv` with the columns `day,version`, and for each version its wheel
(`pip download genai-prices==VERSION --no-deps`) or its data as `VERSION.json`. A wheel does not tell its day: its files
carry a fixed date. The package index does: a version is the newest that `uv pip compile --exclude-newer DAY` finds, so
that `day` reads "the newest release at the end of this day".

Without `--approve` the default policies decide, and what they hold stays held: of those prices the release's word is
not known, and they are counted by what holds them. With it everything held is approved, as a person would who agrees
with each release; then every answer must be what the release said. Meant for an empty database of its own. `--extract
OUT PROVIDER…` writes the data of some providers as JSON instead, for tests. Exit code 1 when an answer differs that
nothing holds.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import django

if TYPE_CHECKING:
    from curation.core.claim import Claim
    from registry.domain.rates import PricePoint

ROOT: Final = Path(__file__).resolve().parent.parent
_NOON: Final = time(12, tzinfo=UTC)

#: Runs in a process of its own, since each release brings modules of the same names. Old releases import an HTTP client
#: on loading, which reading data does not need, and have no variants and no mark of deprecation.
_READ_WHEEL: Final = """
import sys
from unittest.mock import MagicMock
sys.modules["httpx"] = MagicMock()
sys.path[:0] = [sys.argv[1], sys.argv[2]]
from genai_prices import types
for name in ("price_variants", "deprecated"):
    if not hasattr(types.ModelInfo, name):
        setattr(types.ModelInfo, name, None)
from syncers.sources.catalogues.genai_package import payload
sys.stdout.buffer.write(payload())
"""


@dataclass(frozen=True, slots=True)
class Release:
    """One release: its version, the day on which it was the newest, and where its data is."""

    version: str
    day: date
    path: Path

    def body(self) -> bytes:
        """Its data as JSON, in the shape which the source reads."""
        if self.path.suffix == ".json":
            return self.path.read_bytes()
        with tempfile.TemporaryDirectory() as unpacked, zipfile.ZipFile(self.path) as wheel:
            wheel.extractall(unpacked)
            command = [sys.executable, "-c", _READ_WHEEL, unpacked, str(ROOT)]
            return subprocess.run(command, check=True, capture_output=True).stdout


@dataclass(slots=True)
class Result:
    """The result of one release."""

    release: str
    day: str
    status: str = ""
    offerings: int = 0
    prices: int = 0
    """Prices that the release states for its day."""
    equal: int = 0
    different: dict[str, int] = field(default_factory=dict)
    """Reason of a difference → count."""
    examples: list[str] = field(default_factory=list)
    changes: int = 0
    """Changes to known offerings by the release, applied or held."""
    held: dict[str, int] = field(default_factory=dict)
    """Policy or rule → changes that it held."""


def find(folder: Path) -> list[Release]:
    """The releases of a folder, oldest first. Raises ValueError for one that has a day and no data."""
    releases = []
    with (folder / "releases.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            version = row["version"]
            path = next(iter([*folder.glob(f"{version}.json"), *folder.glob(f"genai_prices-{version}-*.whl")]), None)
            if path is None:
                raise ValueError(f"{folder}: no wheel and no data of {version}")
            releases.append(Release(version, date.fromisoformat(row["day"]), path))
    return sorted(releases, key=lambda release: release.day)


def replay(releases: list[Release], *, approve: bool) -> Iterator[Result]:
    """Reads each release at noon of its day, and then compares the state at the end of each of the days."""
    from syncers.sources.catalogues.genai_prices import GenaiPrices
    from syncers.sync.engine import sync

    results, claims_of = {}, {}
    for release in releases:
        at, body = datetime.combine(release.day, _NOON), release.body()
        origin, result = f"genai-prices {release.version}", Result(release.version, release.day.isoformat())
        before = _known()
        report = sync(GenaiPrices, body=body, origin=origin, at=at, accept=approve)
        result.status = report.status
        if report.status == "quarantined":
            report = sync(GenaiPrices, body=body, origin=origin, at=at, accept=True)
            result.status = f"quarantined ({report.status} when accepted)"
        if report.error:
            result.examples.append(report.error)
        result.held = _held(at)
        result.changes = _changed(at, before) + sum(result.held.values())
        if approve:
            _approve_everything(at + timedelta(hours=1))
        claims = GenaiPrices().parse(body).claims
        results[release.version], claims_of[release.version] = result, claims
    for release in releases:
        _compare(results[release.version], claims_of[release.version], release.day)
        yield results[release.version]


def _known() -> set[str]:
    from registry.models import Offering

    return set(Offering.objects.values_list("key", flat=True))


def _changed(at: datetime, before: set[str]) -> int:
    """Changes that were published at a time, of offerings that were known before."""
    from registry.models import LedgerEntry

    entries = LedgerEntry.objects.filter(revision__created_at=at).values_list("offering_key", flat=True)
    return sum(key in before for key in entries.iterator())


def _held(at: datetime) -> dict[str, int]:
    from curation.models import Change

    fresh = Change.objects.filter(first_seen_at=at).values_list("policy", flat=True)
    return dict(Counter(fresh).most_common())


def _approve_everything(at: datetime) -> None:
    from django.contrib.auth.models import User

    from curation.models import Change
    from curation.review import decisions

    person, _ = User.objects.get_or_create(username="replay")
    fingerprints = dict(Change.objects.awaiting_review().values_list("pk", "fingerprint"))
    outcome = decisions.approve(fingerprints, actor=person, reason="as the release says", at=at)
    if outcome.refused:
        raise RuntimeError(f"{len(outcome.refused)} changes could not be approved: {outcome.refused[0]}")


# -- comparing --------------------------------------------------------------------------------------------------------


def _compare(result: Result, claims: list[Claim], day: date) -> None:
    """Compares each price of the release for its day with the catalogue as of that day."""
    from registry.domain import fields, rates

    as_known = as_of(day)
    held = _held_since(day)
    why: Counter[str] = Counter()
    result.offerings = len(claims)
    for claim in claims:
        facts = as_known.get(claim.offering, {})
        lines = {name: line for name, line in claim.values.items() if name.startswith(rates.PREFIX)}
        published = [name for name in facts if name.startswith(rates.PREFIX)]
        for name in sorted({*lines, *published}):
            theirs = rates.point_on(lines[name], day) if lines.get(name) else None
            line = fields.field(name).decode(facts.get(name))
            ours = rates.point_on(line, day) if line else None
            if theirs is None and ours is None:
                continue
            result.prices += theirs is not None
            if _answer(theirs) == _answer(ours):
                result.equal += 1
                continue
            reason = held.get((claim.offering, name), "unexplained")
            why[reason] += 1
            if len(result.examples) < 5 or reason == "unexplained":
                result.examples.append(f"{claim.offering} {name}: {_answer(theirs)} said, {_answer(ours)} known")
    result.different = dict(why.most_common())


def as_of(day: date) -> Mapping[str, Mapping[str, Any]]:
    """The catalogue as of the end of a day: offering → facts."""
    from registry.catalogue import as_of as as_of_module
    from registry.catalogue import queries as published

    moment = as_of_module.resolve(now=datetime.now(UTC) + timedelta(days=36_500), as_of=day)
    return dict(published.offerings(day, moment.revision).values_list("key", "content__facts"))


def _held_since(day: date) -> dict[tuple[str, str], str]:
    """Changes held at the end of a day, with their policy: proposed by then and decided later."""
    from curation.models import Change
    from registry.catalogue.as_of import end_of

    proposed = Change.objects.filter(first_seen_at__lte=end_of(day)).exclude(decided_at__lte=end_of(day))
    return {(row.offering_key, name): f"held by {row.policy}" for row in proposed for name in row.moved_fields}


def _answer(point: PricePoint | None) -> str:
    if point is None:
        return "nothing"
    return f"{point.amount} {point.currency}" if point.amount is not None else point.state.value


# -- the command ------------------------------------------------------------------------------------------------------


def summary(results: list[Result]) -> dict[str, Any]:
    """The figures of a whole replay."""
    from registry.models import LedgerEntry

    held: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for result in results:
        held.update(result.held)
        different.update(result.different)
    changes = sum(result.changes for result in results)
    by_rule = sum(count for name, count in held.items() if name.startswith("rule: "))
    return {
        "releases": len(results),
        "days": [results[0].day, results[-1].day],
        "prices_compared": sum(result.prices for result in results),
        "equal": sum(result.equal for result in results),
        "different": dict(different.most_common()),
        "changes_of_known_offerings": changes,
        "held": dict(held.most_common()),
        "held_by_rules_per_1000_changes": round(1000 * by_rule / changes, 2) if changes else None,
        "held_per_1000_changes": round(1000 * sum(held.values()) / changes, 2) if changes else None,
        "ledger_rows": LedgerEntry.objects.count(),
    }


def _line(result: Result) -> str:
    different = ", ".join(f"{why} {count:,}" for why, count in result.different.items()) or "–"
    return (
        f"{result.day}  {result.release:<8}{result.status:<12}{result.offerings:>7,}{result.prices:>9,}"
        f"{result.equal:>9,}{result.changes:>9,}{sum(result.held.values()):>7,}  {different}"
    )


def extract(releases: list[Release], out: Path, providers: list[str]) -> None:
    """Writes the data of some providers of each release, in the release's own shape and order."""
    out.mkdir(parents=True, exist_ok=True)
    for release in releases:
        document = [part for part in json.loads(release.body()) if part["id"] in providers]
        for part in document:
            for model in part["models"]:
                model.pop("description", None)
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        (out / f"{release.version}.json").write_text(text + "\n", encoding="utf-8")
    rows = [f"{release.day},{release.version}" for release in releases]
    (out / "releases.csv").write_text("\n".join(["day,version", *rows, ""]), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--approve", action="store_true", help="approve everything that is held, after each release")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--extract", nargs="+", metavar=("OUT", "PROVIDER"), help="write a part of the data as JSON")
    options = parser.parse_args()
    releases = find(options.folder)
    if options.extract:
        extract(releases, Path(options.extract[0]), options.extract[1:])
        return 0
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from curation.policies.installed import ensure_defaults

    ensure_defaults()
    results = list(replay(releases, approve=options.approve))
    if options.json:
        print(json.dumps({"summary": summary(results), "releases": [_fields(result) for result in results]}, indent=2))
    else:
        print("day         release status      offers   prices    equal  changes   held  different")
        for result in results:
            print(_line(result))
            for example in result.examples[:5]:
                print(f"              {example}")
        print(json.dumps(summary(results), indent=2))
    return 1 if any("unexplained" in result.different for result in results) else 0


def _fields(result: Result) -> dict[str, Any]:
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


if __name__ == "__main__":
    sys.exit(main())
