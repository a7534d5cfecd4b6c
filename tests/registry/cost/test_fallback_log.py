from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import OperationalError

from registry.cost import costing, fallback_log
from registry.cost.costing import CostResult, Question
from registry.models import FallbackUse
from registry.pricing import Conditions, Usage
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db

ASKED = Conditions(datetime(2026, 11, 20, 12, tzinfo=UTC))
API, COMMAND = FallbackUse.Origin.API, FallbackUse.Origin.COMMAND


@pytest.fixture(autouse=True)
def published(settings):
    settings.COST_FALLBACK_PER_1M = Decimal("0.1")
    make_revision()
    make_offering("openai/gpt-4o", {"price.input": priced("3")})


def estimates(*ids: str, tokens: int = 1_000_000) -> list[CostResult]:
    return costing.costs([Question(id, Usage(input_tokens=tokens), ASKED) for id in ids], fallback=True)


def listed() -> dict[str, tuple[int, int, Decimal]]:
    return {row.text: (row.times, int(row.tokens), row.estimated) for row in FallbackUse.objects.all()}


def test_it_sums_up_by_what_was_asked_for():
    fallback_log.note(estimates("one", "two", "one"), API)
    assert fallback_log.note(estimates("one", tokens=7), COMMAND) == 1

    assert listed() == {"one": (3, 2_000_007, Decimal("0.2000007")), "two": (1, 1_000_000, Decimal("0.1"))}
    row = FallbackUse.objects.get(text="one")
    assert row.origin == "command"
    assert row.first_at < row.last_at


def test_sums_stay_exact():
    for _ in range(3):
        fallback_log.note(estimates("one", tokens=1), API)

    assert listed()["one"][2] == Decimal("0.0000003")


def test_what_has_a_price_is_not_listed():
    assert fallback_log.note(estimates("openai/gpt-4o"), API) == 0
    assert not FallbackUse.objects.exists()


def test_without_an_operator_s_price_nothing_is_listed(settings, django_assert_num_queries):
    settings.COST_FALLBACK_PER_1M = None
    uses = estimates("one")

    with django_assert_num_queries(0):
        assert fallback_log.note(uses, API) == 0


def test_when_the_list_is_full_new_ids_are_counted_together(monkeypatch):
    monkeypatch.setattr(fallback_log, "MOST", 2)
    fallback_log.note(estimates("a", "b"), API)

    fallback_log.note(estimates("a", "c", "d", "d"), API)

    assert {text: times for text, (times, _, _) in listed().items()} == {"a": 2, "b": 1, fallback_log.OTHERS: 3}


def test_it_never_fails_the_answer(monkeypatch, caplog):
    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(fallback_log, "_count", busy)

    assert fallback_log.note(estimates("one"), API) == 0
    assert "OperationalError" in caplog.text
