from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from decimal import Decimal

import pytest

from registry.models import Benchmark
from syncers.errors import BadPayload
from syncers.sources.benchmarks.epoch import Epoch
from syncers.sync.engine import sync
from tests.builders import NOW
from tests.registry.builders import make_model

GPQA = """\ufeffModel version,mean_score,Release date,Organization,Name
gpt-9.5_high,0.881,2027-04-01,OpenAI,GPT-9.5 (high)
claude-opus-9-20270101_32K,0.8512345678901,2027-01-01,Anthropic,Claude Opus 9 (32K)
gpt-9.5_low,,2027-04-01,OpenAI,GPT-9.5 (low)
gpt-9.5_medium,88.1,2027-04-01,OpenAI,GPT-9.5 (medium)
gemini-9-pro,0.9,2027-04-01,Google DeepMind,Gemini 9 Pro
"""
OTHERS = "Model version,Score\ngpt-9.5,0.5\n"


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(f"benchmark_data/{name}.csv", text)
    return out.getvalue()


BODY = archive(gpqa_diamond=GPQA, gso_external=OTHERS)


def test_it_reads_what_epoch_ran_and_not_what_others_did() -> None:
    scores = [(score.named, score.benchmark, score.score, score.scale) for score in Epoch().parse(BODY).scores]

    assert scores == [
        ("gpt-9.5_high", "epoch_gpqa_diamond", Decimal("0.881"), "share"),
        ("claude-opus-9-20270101_32K", "epoch_gpqa_diamond", Decimal("0.851235"), "share"),
        ("gemini-9-pro", "epoch_gpqa_diamond", Decimal("0.9"), "share"),
    ]


def test_it_refuses_a_score_on_another_scale_and_passes_over_an_unfinished_run() -> None:
    assert [(record.where, record.reason) for record in Epoch().parse(BODY).rejected] == [
        ("gpqa_diamond.csv:5", "score: 88.1 is not on the scale 'share'")
    ]


def test_it_does_not_take_the_day_of_the_model_for_that_of_the_run() -> None:
    assert {score.measured_on for score in Epoch().parse(BODY).scores} == {None}


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04", b"<html>", BODY[:-200], archive(other="a,b\n"), b"\x00" * 500])
def test_another_answer_changes_nothing(body: bytes) -> None:
    with pytest.raises(BadPayload):
        Epoch().parse(body)


@pytest.mark.parametrize("place", range(60, 360, 20))
def test_a_damaged_archive_is_said_to_be_damaged(place: int) -> None:
    damaged = BODY[:place] + bytes([BODY[place] ^ 0xFF]) + BODY[place + 1 :]

    with suppress(BadPayload):
        Epoch().parse(damaged)


@pytest.mark.django_db
def test_it_finds_the_model_with_the_effort_as_variant() -> None:
    make_model("openai/gpt-9.5")
    make_model("google/gemini-9-pro")

    report = sync(Epoch, body=BODY, accept=True, at=NOW)

    assert (report.status, report.new) == ("ok", 2)
    assert set(Benchmark.objects.values_list("named", "variant")) == {("gpt-9.5_high", "high"), ("gemini-9-pro", "")}
