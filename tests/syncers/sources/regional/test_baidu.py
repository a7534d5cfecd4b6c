from __future__ import annotations

from decimal import Decimal
from typing import Any

from syncers.sources.regional.baidu import Baidu
from tests.syncers.conformance import SourceConformance


class TestBaidu(SourceConformance):
    source, sample = Baidu, "baidu.json"
    name_key = ""


def said() -> dict[str, Any]:
    return {one.offering: dict(one.values) for one in Baidu().parse(TestBaidu().body()).claims}


def test_it_converts_from_yuan_per_thousand_and_keeps_the_currency() -> None:
    values = said()["baidu/ernie-9-turbo-32k"]

    assert (values["price.input"][0].amount, values["price.input"][0].currency) == (Decimal("0.8"), "CNY")
    assert values["price.output"][0].amount == Decimal("3.2")


def test_it_takes_the_cap_that_includes_reasoning() -> None:
    assert said()["baidu/deepseek-v9-think"]["max_output_tokens"] == 32_768


def test_it_does_not_call_an_embedding_s_answers_free() -> None:
    assert "price.output" not in said()["baidu/embed-9"]
