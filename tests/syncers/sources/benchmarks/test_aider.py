from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from registry.models import Benchmark
from syncers.errors import BadPayload
from syncers.sources.benchmarks.aider import Aider
from syncers.sync.engine import sync
from tests.builders import NOW
from tests.registry.builders import make_model
from tests.syncers.sources.samples import RECORDINGS

BODY = (RECORDINGS / "aider.yml").read_bytes()


def test_it_reads_the_second_try_exactly() -> None:
    first, second, *_ = Aider().parse(BODY).scores

    assert (first.score, first.scale, first.measured_on) == (Decimal("88.0"), "percent", date(2027, 1, 1))
    assert second.score == Decimal("70.7")


def test_it_takes_the_model_from_the_command_and_the_effort_from_the_run() -> None:
    scores = [(score.provider, score.ident, score.variant) for score in Aider().parse(BODY).scores]

    assert scores == [
        ("openai", "gpt-9.5", "high, diff"),
        ("anthropic", "claude-opus-9-20270101", "32000 thinking tokens, diff"),
        ("", "gpt-9.5", "high, diff"),
    ]


def test_it_leaves_out_runs_of_two_models_and_rejects_what_names_none() -> None:
    parsed = Aider().parse(BODY)

    assert parsed.notices == {"run with two models": 1}
    assert [(record.where, record.reason) for record in parsed.rejected] == [
        ("[4]", "command: no --model in 'python run.py'")
    ]


@pytest.mark.parametrize("body", [b"- a: [", b"a: 1", b"<html></html>", b"[]", b""])
def test_another_document_changes_nothing(body: bytes) -> None:
    with pytest.raises(BadPayload):
        Aider().parse(body)


def test_it_makes_nothing_but_texts() -> None:
    assert Aider().parse(b"- !!python/object/apply:os.system [x]").scores == []


def test_it_follows_no_aliases() -> None:
    bomb = b"- &a [x, x, x, x]\n- &b [*a, *a, *a, *a]\n- [*b, *b, *b, *b]\n"

    with pytest.raises(BadPayload, match="aliases are not read"):
        Aider().parse(bomb)


@pytest.mark.django_db
def test_of_the_same_run_on_two_days_the_later_is_published() -> None:
    make_model("openai/gpt-9.5")

    sync(Aider, body=BODY, accept=True, at=NOW)

    benchmark = Benchmark.objects.get()
    assert (benchmark.score, benchmark.variant, benchmark.measured_on, benchmark.named) == (
        Decimal("88.4"), "high, diff", date(2027, 1, 3), "gpt-9.5 (high)",
    )  # fmt: skip
