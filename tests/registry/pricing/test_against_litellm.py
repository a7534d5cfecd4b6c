"""Our calculator against litellm's own, on rows of its map with the answers that it gave.

The answers are kept in `litellm_golden.json`, so that litellm need not be installed; `scripts/differential_litellm.py`
asks many thousand anew and writes that file. Every disagreement is explained to the last digit: either both agree once
a gap is filled in litellm's way, or its own generic calculator agrees with us and its code for one provider does not.
"""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.registry.pricing import litellm_reading as reading

GOLDEN = json.loads(Path(__file__).with_name("litellm_golden.json").read_bytes(), parse_float=Decimal)
QUESTIONS: list[dict[str, Any]] = [
    {**question, "cost": float(question["cost"]), "generic": float(question["generic"])}
    for question in GOLDEN["questions"]
]


def classes_of(question: dict[str, Any]) -> list[str]:
    row = GOLDEN["rows"][question["key"]]
    prices = reading.prices_of(question["key"], row)
    assert prices is not None
    return list(reading.compare(row, prices, question, question))


def test_it_agrees_with_litellm_or_says_why_not():
    by_question = {number: classes_of(question) for number, question in enumerate(QUESTIONS)}

    assert {number: QUESTIONS[number] for number, classes in by_question.items() if not classes} == {}
    counts = Counter(word for classes in by_question.values() for word in classes)
    print(f"litellm {GOLDEN['litellm']}: {dict(counts)}")  # shown by pytest -s
    assert counts[reading.EQUAL] >= 100
    assert {reading.NO_TIER, reading.NO_BATCH, reading.NO_CACHE, reading.NO_MODALITY, reading.NO_PRICE} <= set(counts)


def test_the_classes_of_difference_are_those_that_were_found_with_the_answers():
    assert [classes_of(question) for question in QUESTIONS] == [question["classes"] for question in QUESTIONS]


@pytest.mark.parametrize("off", ["1.001", "0.999", "2"])
def test_a_wrong_answer_is_not_explained_away(off):
    equal = [question for question in QUESTIONS if question["classes"] == [reading.EQUAL] and question["cost"]]
    wrong = [question | {name: question[name] * float(off) for name in ("cost", "generic")} for question in equal]

    assert equal
    assert not any(classes_of(question) for question in wrong)
