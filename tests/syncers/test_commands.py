from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django_celery_beat.models import PeriodicTask

from curation.models import Source as SourceRow
from registry.models import Offering, Provider
from syncers.errors import NotConfigured, Unreachable
from syncers.management.commands import sync as sync_command
from syncers.models import Run
from syncers.payload import fetch as fetching
from syncers.registry import all_sources
from syncers.sync import locks
from tests.syncers.sync.test_engine import Fake, body, one

SAMPLE = Path(__file__).parent.parent / "recordings" / "openrouter.json"
KEYS = {
    "source", "status", "seen", "new", "changed", "applied", "held", "rejected", "unreadable", "missing",
    "rows_written", "seconds", "error",
}  # fmt: skip

pytestmark = pytest.mark.django_db


def run(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command(*args, stdout=out, **options)
    return out.getvalue()


def replay(path: Path, *flags: str) -> dict[str, object]:
    report: dict[str, object] = json.loads(
        run("sync", "openrouter", "--from-file", str(path), "--accept", "--json", *flags)
    )
    return report


def test_it_replays_a_payload_and_reports_it_as_json() -> None:
    report = replay(SAMPLE)

    assert set(report) == KEYS
    assert (report["status"], report["missing"]) == ("ok", 0)
    assert Offering.objects.filter(provider="openrouter").count() == report["new"]


def test_it_writes_nothing_the_second_time() -> None:
    replay(SAMPLE)

    assert replay(SAMPLE)["rows_written"] == 0


def test_a_dry_run_counts_and_keeps_nothing() -> None:
    dry = replay(SAMPLE, "--dry-run")

    assert Offering.objects.count() == Run.objects.count() == 0
    assert dry["new"] == replay(SAMPLE)["new"]


def test_a_bad_file_changes_nothing_says_why_and_fails(tmp_path: Path) -> None:
    replay(SAMPLE)
    bad = tmp_path / "bad.json"
    bad.write_bytes(SAMPLE.read_bytes()[:300])
    out = StringIO()

    with pytest.raises(SystemExit) as stopped:
        call_command("sync", "openrouter", from_file=[str(bad)], json=True, stdout=out)

    report = json.loads(out.getvalue())
    assert stopped.value.code == 1
    assert report["status"] == "failed"
    assert "cut off" in report["error"] or "not valid JSON" in report["error"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sync", "openruter"], "openrouter"),
        (["sync", "openrouter", "--all"], "not both"),
        (["sync", "--all", "--from-file", "x.json"], "name it"),
        (["sync", "openrouter", "--from-file", "/no/such/file"], "cannot be read"),
    ],
)
def test_it_refuses_what_makes_no_sense_in_words(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)


def test_sources_lists_every_source_before_and_after_a_run() -> None:
    before = {source["source"]: source for source in json.loads(run("sources", "--json"))}
    replay(SAMPLE)
    after = {source["source"]: source for source in json.loads(run("sources", "--json"))}

    assert set(before) == {source.slug for source in all_sources()}
    assert before["openrouter"]["state"] == "never run"
    assert after["openrouter"]["state"] == "ok"
    assert after["openrouter"]["offerings"] == Offering.objects.count()
    assert "openrouter" in run("sources")


def test_up_prepares_a_new_installation_and_does_nothing_the_second_time() -> None:
    first = run("up", "--prepare", "--no-sync")
    second = run("up", "--prepare", "--no-sync")

    assert "password" in first
    assert "password" not in second
    assert get_user_model().objects.get().check_password(first.partition("password ")[2].split()[0])
    assert Provider.objects.get(slug="openai").kind == "direct"
    assert PeriodicTask.objects.filter(name="sync: openrouter").exists()


class Listed(Fake):
    slug = "listed"


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Three sources: one that answers, one that is out of reach, one without its key. What each was asked counts."""
    answers: dict[str, Any] = {"fake": body(one("a")), "listed": Unreachable("listed.example: no answer in time")}
    requests: dict[str, int] = {"fake": 0, "listed": 0, "keyless": 0}

    class Keyless(Fake):
        slug, key_variable, key_required = "keyless", "KEYLESS_API_KEY", True

    def fetch(source: Fake, **how: Any) -> fetching.FetchedPayload:
        requests[source.slug] += 1
        if source.slug == "keyless":
            raise NotConfigured("Keyless needs a key: set KEYLESS_API_KEY")
        if isinstance(answers[source.slug], Exception):
            raise answers[source.slug]
        return fetching.FetchedPayload(answers[source.slug])

    monkeypatch.setattr(fetching, "fetch", fetch)
    monkeypatch.setattr(sync_command, "all_sources", lambda: iter([Fake, Listed, Keyless]))
    return requests


def test_all_ends_with_a_line_that_says_what_came_of_it(three: dict[str, Any]) -> None:
    lines = run("sync", "--all").splitlines()

    assert [line.split()[:2] for line in lines[1:3]] == [["fake", "ok"], ["listed", "failed"]]
    assert lines[2].endswith("listed.example: no answer in time")
    assert lines[3].startswith("1 not read")
    assert lines[3].endswith(": keyless")
    assert re.match(r"3 sources in \d+ s: 1 ok, 1 skipped, 1 failed\. 3 changes applied", lines[4])
    assert len(lines) == 5


def test_cached_asks_only_for_what_was_not_fetched_today(three: dict[str, Any]) -> None:
    run("sync", "--all")
    lines = run("sync", "--all", cached=True).splitlines()

    assert three == {"fake": 1, "listed": 2, "keyless": 2}
    assert lines[1].endswith("(cache, fetched 0 minutes ago)")
    assert "1 unchanged, 1 skipped, 1 failed; 1 of them from the cache, without the network." in lines[-1]


def test_all_leaves_a_paused_source_alone_and_its_name_reads_it(three: dict[str, Any], monkeypatch: Any) -> None:
    SourceRow.objects.create(slug="fake", label="Fake", source_type="catalogue", enabled=False)
    monkeypatch.setattr(sync_command, "load", lambda slug: Fake)

    assert "paused" in run("sync", "--all").splitlines()[2]
    assert three["fake"] == 0
    run("sync", "fake")
    assert three["fake"] == 1


def test_one_source_that_breaks_everything_stops_no_other(three: dict[str, Any], monkeypatch: Any) -> None:
    def give_up(self: Any, record: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(Fake, "claims", give_up)
    lines = run("sync", "--all").splitlines()

    assert lines[1].split()[:2] == ["fake", "failed"]
    assert "MemoryError" in lines[1] + lines[2]
    assert three["listed"] == 1


def exit_code(*arguments: str) -> int:
    try:
        run(*arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_a_named_source_without_its_key_was_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)

    assert exit_code("sync", "openai") == 1


def test_a_named_source_of_which_nothing_is_fetched_was_not_read() -> None:
    assert exit_code("sync", next(source.slug for source in all_sources() if source.nothing_fetched)) == 1


def test_a_named_source_that_is_being_read_already_was_not_read() -> None:
    with locks.only_one("sync:openrouter"):
        assert exit_code("sync", "openrouter", "--from-file", str(SAMPLE)) == 1
    assert exit_code("sync", "openrouter", "--from-file", str(SAMPLE), "--accept") == 0


def test_sources_without_their_keys_are_no_failure_of_a_reading_of_all(three: dict[str, Any]) -> None:
    assert exit_code("sync", "--all") == 0


def test_up_goes_on_when_a_source_is_held(three: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Fake, "expected", (500, 900))

    assert exit_code("sync", "--all") == 1
    assert "First account" in run("up", "--prepare")
