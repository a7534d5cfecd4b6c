"""Sixteen releases of genai-prices, read on their days: what is known as of each day is what its release said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from registry.catalogue import as_of as moments
from registry.catalogue import queries
from registry.domain import rates
from scripts.replay_releases import as_of, find, replay, summary

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

RELEASES = find(Path(__file__).resolve().parents[1] / "recordings" / "genai_releases")


def price(facts: Mapping[str, Any], day: date, name: str = "price.input") -> str | None:
    point = rates.point_on(rates.decode(facts[name]), day) if facts.get(name) else None
    return str(point.amount) if point else None


def test_every_answer_is_what_the_release_said_when_a_person_agrees_with_all_of_them():
    results = list(replay(RELEASES, approve=True))

    assert [result.status for result in results] == ["ok"] * 16
    assert {result.release: result.different for result in results if result.different} == {}
    figures = summary(results)
    assert figures["equal"] == figures["prices_compared"] > 3000

    # Written out, from the releases: two moved for everybody, one by a date that was announced and taken back.
    flash = "groq/openai/gpt-oss-120b"
    assert price(as_of(date(2025, 11, 6))[flash], date(2025, 11, 6), "price.output") == "0.75"
    assert price(as_of(date(2025, 12, 1))[flash], date(2025, 12, 1), "price.output") == "0.6"
    assert price(as_of(date(2026, 6, 1))["deepseek/deepseek-v4-pro"], date(2026, 6, 1)) == "1.74"
    assert price(as_of(date(2026, 7, 1))["deepseek/deepseek-v4-pro"], date(2026, 7, 1)) == "0.435"

    sonnet, day = "anthropic/claude-sonnet-5", date(2026, 9, 1)
    now = datetime(2027, 1, 1, tzinfo=UTC)
    before = moments.resolve(now=now, as_of=day, known_at=datetime(2026, 8, 15, tzinfo=UTC))
    assert price(queries.offerings(day, before.revision).get(key=sonnet).facts, day) == "3"
    assert price(as_of(day)[sonnet], day) == "2"


def test_what_differs_without_a_person_is_held_and_names_what_holds_it():
    results = list(replay(RELEASES, approve=False))

    reasons = {why for result in results for why in result.different}
    assert reasons
    assert all(why.startswith("held by ") for why in reasons)
    # What differs is exactly the word of a release that nobody has agreed with yet; nothing else is lost or made up.
    assert results[0].equal == results[0].prices
    assert sum(sum(result.different.values()) for result in results) < sum(result.prices for result in results) / 10


def test_a_release_without_its_data_is_an_error_and_no_gap(tmp_path):
    (tmp_path / "releases.csv").write_text("day,version\n2026-01-01,0.0.49\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"no wheel and no data of 0\.0\.49"):
        find(tmp_path)
