from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from syncers.errors import BadPayload
from syncers.sources.catalogues.model_eol import ModelEol
from tests.syncers.sources.samples import SAMPLES


def stated() -> dict[str, Any]:
    parsed = ModelEol().parse(SAMPLES["model-eol"].body())
    return {claim.offering: dict(claim.values) for claim in parsed.claims}


def test_model_eol_states_exact_days_of_the_makers_own_api() -> None:
    assert stated() == {
        "openai/gpt-8-2026-08-07": {
            "retires_on": date(2027, 7, 23), "deprecated_on": date(2027, 1, 20), "successor": "openai/gpt-9",
        },
        "openai/gpt-8-pro": {"deprecated_on": date(2027, 1, 20)},
        "google/gemini-8": {"deprecated_on": date(2027, 2, 1)},
        "google/gemini-7": {"retires_on": date(2027, 10, 15), "deprecated_on": date(2027, 2, 1)},
    }  # fmt: skip


def test_what_model_eol_does_not_take_is_counted() -> None:
    assert ModelEol().parse(SAMPLES["model-eol"].body()).notices == {
        "days of other platforms, under the maker's id": 1,
        "model of which no end is announced": 2,
        "fine-tuned model": 1,
        "feed of a publisher whose ids are not those of a provider": 1,
    }


def test_a_precision_that_is_not_known_costs_the_day() -> None:
    document = SAMPLES["model-eol"].document()
    document[0]["models"][0]["date_precision"] = "roughly"
    parsed = SAMPLES["model-eol"].parse(document)

    assert "retires_on" not in parsed.claims[0].values
    assert parsed.unreadable


def test_a_feed_that_is_gone_makes_nothing_of_it_missing() -> None:
    one = SAMPLES["model-eol"].document()[0]
    parsed = ModelEol().parse(json.dumps(one).encode())

    assert {claim.offering for claim in parsed.claims} == {"openai/gpt-8-2026-08-07", "openai/gpt-8-pro"}
    assert ModelEol().really_missing(["google/gemini-7", "openai/gpt-7"], parsed) == ["openai/gpt-7"]


@pytest.mark.parametrize("feed", [{"spec": "model-eol/0.2", "publisher": "openai", "models": []}, {"models": []}])
def test_another_format_is_refused(feed: Any) -> None:
    with pytest.raises(BadPayload, match=r"model-eol/0\.1 expected"):
        ModelEol().parse(json.dumps(feed).encode())


def test_a_copy_of_a_provider_s_page_counts_as_that_provider() -> None:
    claims = ModelEol().parse(SAMPLES["model-eol"].body()).claims

    assert {claim.origin for claim in claims} == {claim.offering.partition("/")[0] for claim in claims}
