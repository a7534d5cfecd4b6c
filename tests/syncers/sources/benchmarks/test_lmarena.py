from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from registry.models import Benchmark
from syncers.errors import BadPayload
from syncers.payload.paging import Page
from syncers.sources.benchmarks.lmarena import LMArena
from syncers.sync.engine import sync
from tests.builders import NOW
from tests.registry.builders import make_model
from tests.syncers.sources.samples import RECORDINGS

BODY = (RECORDINGS / "lmarena.json").read_bytes()


def test_it_reads_ratings_with_their_day() -> None:
    first = LMArena().parse(BODY).scores[0]

    assert (first.named, first.benchmark, first.score, first.scale, first.measured_on) == (
        "claude-opus-9-20270101-thinking-32k", "lmarena_text", Decimal("1470.312346"), "rating", date(2027, 8, 1),
    )  # fmt: skip


def test_it_keeps_categories_apart_and_tells_of_those_it_does_not_take() -> None:
    parsed = LMArena().parse(BODY)

    assert {score.benchmark for score in parsed.scores} == {"lmarena_text", "lmarena_text_coding"}
    assert parsed.notices == {"category creative_writing": 1}


def test_it_takes_no_rating_without_a_day() -> None:
    assert [(record.where, record.reason) for record in LMArena().parse(BODY).rejected] == [
        ("rows[4]", "a rating needs the day on which it was measured")
    ]


def test_it_asks_for_page_after_page() -> None:
    first = LMArena.paging.first(LMArena.url)
    assert first.endswith("split=latest&offset=0&length=100")

    second = LMArena.paging.after(Page(first, {}, 100))
    assert second is not None
    assert second.endswith("offset=100&length=100")
    assert LMArena.paging.after(Page(second, {}, 7)) is None


@pytest.mark.parametrize("body", [b"", b"[]", b'{"error": "no such split"}', b'{"rows": []}', b'{"rows": {}}'])
def test_another_answer_changes_nothing(body: bytes) -> None:
    with pytest.raises(BadPayload):
        LMArena().parse(body)


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, {"row": None}, {"row": []}, {"row": {"category": "overall"}}])
def test_one_bad_row_does_not_lose_the_others(odd: Any) -> None:
    document = json.loads(BODY)
    document["rows"].append(odd)

    parsed = LMArena().parse(json.dumps(document).encode())

    assert (len(parsed.scores), len(parsed.rejected)) == (4, 2)


@pytest.mark.django_db
def test_it_publishes_what_it_can_match() -> None:
    for slug in ("anthropic/claude-opus-9-20270101", "openai/gpt-9.5"):
        make_model(slug)

    report = sync(LMArena, body=BODY, accept=True, at=NOW)

    benchmarks = Benchmark.objects.order_by("-score").values_list("named", "name", "variant")
    assert (report.status, report.new, report.rejected) == ("ok", 3, 2)
    assert list(benchmarks) == [
        ("claude-opus-9-20270101-thinking-32k", "lmarena_text", "thinking-32k"),
        ("claude-opus-9-20270101", "lmarena_text", ""),
        ("gpt-9.5-high", "lmarena_text_coding", "high"),
    ]
