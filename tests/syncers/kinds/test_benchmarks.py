from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError

from curation.core.claim import InvalidClaim
from registry.catalogue.publish import sole_writer
from registry.catalogue.publish.scores import Score, publish_scores
from registry.models import Benchmark, LedgerEntry, Revision
from syncers.kinds.benchmarks import BenchmarkList, ReportedScore
from syncers.kinds.record import Record
from syncers.models import RejectedRecord, Run
from syncers.sync.engine import sync
from syncers.sync.record import Report
from syncers.sync.run import SyncRun
from tests.builders import NOW
from tests.registry.builders import make_model


class Board(BenchmarkList):
    """A board that lives in this test."""

    slug, label, licence = "board", "Board", "CC-BY-4.0"
    url = "https://board.example/scores.json"
    evidence = "https://board.example"
    expected = (1, 50)

    def scores(self, record: Record) -> Iterator[ReportedScore]:
        day = record.get("date")
        yield ReportedScore(
            record.text("model"),
            "board",
            record.get("score"),
            record.get("scale") or "percent",
            measured_on=date.fromisoformat(day) if day else None,
            author=record.get("org"),
        )


def row(model: str = "gpt-9.5", score: Any = 71, **more: Any) -> dict[str, Any]:
    return {"model": model, "score": score, **more}


def read(*rows: Any, hours: int = 0, **how: Any) -> Report:
    return sync(Board, body=json.dumps(rows).encode(), at=NOW + timedelta(hours=hours), **how)


def published() -> list[tuple[str | None, str, str]]:
    benchmarks = Benchmark.objects.order_by("model", "variant", "name")
    return [(benchmark.model_id, benchmark.variant, f"{benchmark.score.normalize():f}") for benchmark in benchmarks]


@pytest.fixture
def models(db: None) -> None:
    for slug in ("openai/gpt-9.5", "anthropic/claude-opus-9", "moonshotai/kimi-k9"):
        make_model(slug)


# -- what can be stated ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"score": 0.5}, "exact number"),
        ({"score": None}, "number expected"),
        ({"score": 101}, "not on the scale 'percent'"),
        ({"score": "1.2", "scale": "share"}, "not on the scale 'share'"),
        ({"score": 1400, "scale": "rating"}, "needs the day"),
        ({"scale": "stars"}, "not on the scale"),
        ({"named": " "}, "no name"),
        ({"named": "nul\x00"}, "named: text"),
        ({"variant": "x" * 121}, "variant: text"),
        ({"benchmark": "<b>"}, "cannot be the name of a benchmark"),
    ],
)
def test_it_refuses_what_is_no_score(wrong: dict[str, Any], words: str) -> None:
    sound: dict[str, Any] = {"named": "gpt-9.5", "benchmark": "board", "score": 71, "scale": "percent"}

    with pytest.raises(InvalidClaim, match=words):
        ReportedScore(**sound | wrong)


def test_it_keeps_six_digits_behind_the_point() -> None:
    assert ReportedScore("a", "board", Decimal("70.1234567891"), "percent").score == Decimal("70.123457")


def test_a_source_without_a_licence_is_no_source() -> None:
    with pytest.raises(TypeError, match="must declare its `licence`"):
        type("Bad", (BenchmarkList,), {"slug": "bad", "label": "Bad", "expected": (1, 2)})


# -- matching --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "model", "variant"),
    [
        ("gpt-9.5", "openai/gpt-9.5", ""),
        ("GPT-9.5 (High)", "openai/gpt-9.5", "high"),
        ("gpt-9.5-high", "openai/gpt-9.5", "high"),
        ("gpt-9-5_xhigh", "openai/gpt-9.5", "xhigh"),
        ("openai/gpt-9.5", "openai/gpt-9.5", ""),
        ("claude-opus-9-thinking-32k", "anthropic/claude-opus-9", "thinking-32k"),
        ("claude-opus-9-medium-effort", "anthropic/claude-opus-9", "medium"),
        ("claude-opus-9_32K", "anthropic/claude-opus-9", "32k"),
    ],
)
def test_it_finds_the_model_and_keeps_the_effort_as_variant(models: None, name: str, model: str, variant: str) -> None:
    report = read(row(name))

    assert (report.status, report.new, report.rejected) == ("ok", 1, 0)
    benchmark = Benchmark.objects.get()
    assert (benchmark.model_id, benchmark.variant, benchmark.named) == (make_model(model).key, variant, name)


@pytest.mark.parametrize(
    "name", ["kimi-k9-thinking", "gpt-9.5-max", "gpt-9.5-mini", "gpt-9", "rocket-1", "gpt-9.5-medium"]
)
def test_it_never_guesses(models: None, name: str) -> None:
    assert read(row(name)).rejected == 1
    assert not Benchmark.objects.exists()
    assert RejectedRecord.objects.get().reason == "unmatched: no published model has this name"


def test_a_model_whose_name_ends_like_an_effort_is_that_model(models: None) -> None:
    key = make_model("openai/gpt-9.5-high").key

    read(row("gpt-9.5-high"))

    assert published() == [(key, "", "71")]


def test_the_author_decides_when_it_is_stated(models: None) -> None:
    key = make_model("somebody/rocket-1").key

    read(row("rocket-1", org="Somebody"))

    assert published() == [(key, "", "71")]


def test_of_two_days_the_later_holds_and_of_two_scores_of_one_day_neither() -> None:
    twice = Board().parse(
        json.dumps(
            [
                row(score=70, date="2027-01-02"),
                row(score=60, date="2027-01-01"),
                row("claude-opus-9", 50),
                row("claude-opus-9", 51),
            ]
        ).encode()
    )

    scores = Board().match(twice, {"openai/gpt-9-5", "anthropic/claude-opus-9", "openai/gpt-9.5"})

    assert [(score.name, score.score) for score in scores] == [("board", Decimal(70))]
    assert [record.reason for record in twice.rejected] == ["two scores of one day; neither is taken"]


# -- publishing ------------------------------------------------------------------------------------


def test_it_publishes_a_revision_that_says_how_many(models: None) -> None:
    report = read(row(), row("claude-opus-9", "66.5"), origin="file scores.json")

    revision = Revision.objects.latest()
    assert (report.new, report.applied, report.rows_written) == (2, 2, 3)
    assert (revision.actor, revision.reason, revision.entries_count) == (
        "sync:board", "benchmarks of board from file scores.json", 2,
    )  # fmt: skip
    assert not LedgerEntry.objects.exists()


def test_the_same_again_writes_nothing(models: None) -> None:
    read(row(), row("claude-opus-9", "66.5"))
    before = Revision.objects.count()

    again = read(row(), row("claude-opus-9", "66.50"), hours=1)

    assert (again.status, again.rows_written, Revision.objects.count()) == ("ok", 0, before)


def test_it_writes_only_what_moved(models: None) -> None:
    read(row(), row("claude-opus-9", 66))

    second = read(row(score=72), row("claude-opus-9", 66), row("kimi-k9", 50), hours=1)

    assert (second.new, second.changed, second.missing, second.rows_written) == (1, 1, 0, 3)


def test_what_is_not_listed_any_more_is_not_published_any_more(models: None) -> None:
    read(row(), row("claude-opus-9", 66))

    assert read(row(), hours=1).missing == 1
    assert [variant for _, variant, _ in published()] == [""]


def test_a_list_that_lost_most_of_its_scores_is_held(models: None) -> None:
    read(row(), row("gpt-9.5-high"), row("gpt-9.5-low"), row("claude-opus-9"))

    assert read(row(), hours=1).status == Run.Status.QUARANTINED
    assert Benchmark.objects.count() == 4
    assert read(row(), hours=2, accept=True).missing == 3


def test_a_model_that_is_published_later_gets_its_scores_though_the_payload_is_the_same(models: None) -> None:
    assert read(row(), row("rocket-1", org="Somebody")).rejected == 1
    key = make_model("somebody/rocket-1").key

    again = read(row(), row("rocket-1", org="Somebody"), hours=1)

    assert (again.status, again.new, again.rejected) == ("unchanged", 1, 0)
    assert (key, "", "71") in published()


def test_a_dry_run_keeps_nothing(models: None) -> None:
    assert read(row(), dry_run=True).new == 1
    assert not Benchmark.objects.exists()


def test_publishers_stay_apart(models: None) -> None:
    read(row())
    key = make_model("openai/gpt-9.5").key
    other = Score(key, "board", Decimal(12), measured_on=date(2027, 1, 1))

    with sole_writer():
        publish_scores("other", [other], actor="ada", reason="test", batch=uuid4(), at=NOW)

    benchmarks = Benchmark.objects.order_by("source").values_list("source", "score", "scale", "evidence")
    assert list(benchmarks) == [
        ("board", Decimal(71), "percent", "https://board.example"),
        ("other", Decimal(12), "", ""),
    ]


def test_the_scores_of_models_do_not_touch_those_of_offerings(models: None) -> None:
    with sole_writer():
        assert publish_scores("board", [], actor="ada", reason="test", batch=uuid4(), at=NOW).revision is None


def test_a_run_that_fails_after_its_scores_were_published_says_how_many_were(models: None, monkeypatch: Any) -> None:
    def fail(run: SyncRun) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(SyncRun, "_close", fail)
    report = read(row(), row("claude-opus-9", "66.5"))

    assert (report.status, report.applied, report.rows_written) == ("failed", 2, 3)
    assert Benchmark.objects.count() == 2
