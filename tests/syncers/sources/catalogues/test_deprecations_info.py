from __future__ import annotations

from datetime import date
from typing import Any

from syncers.sources.catalogues.deprecations_info import DeprecationsInfo
from tests.syncers.sources.samples import SAMPLES


def stated() -> dict[str, Any]:
    parsed = DeprecationsInfo().parse(SAMPLES["deprecations-info"].body())
    return {claim.offering: dict(claim.values) for claim in parsed.claims}


def test_deprecations_info_states_what_is_a_day_for_certain() -> None:
    assert stated() == {
        "groq/acme/rocket-70b": {
            "retires_on": date(2027, 3, 16), "deprecated_on": date(2027, 1, 7), "successor": "groq/acme/rocket-120b",
        },
        # It saw the row first on that day: nobody says when it was announced.
        "groq/rocket-7b-it": {"retires_on": date(2026, 12, 18)},
        "bedrock/acme.rocket-9-v1:0": {"retires_on": date(2027, 5, 26), "deprecated_on": date(2027, 1, 5)},
        "openai/gpt-8-0301": {"deprecated_on": date(2026, 6, 13), "successor": "openai/gpt-9"},
    }  # fmt: skip


def test_what_deprecations_info_does_not_state_for_certain_is_counted() -> None:
    notices = DeprecationsInfo().parse(SAMPLES["deprecations-info"].body()).notices

    assert notices == {"product or fine-tuned model": 1, "rows of Google": 1}


def test_a_copy_of_a_provider_s_page_counts_as_that_provider() -> None:
    claims = DeprecationsInfo().parse(SAMPLES["deprecations-info"].body()).claims

    assert {claim.origin for claim in claims} == {claim.offering.partition("/")[0] for claim in claims}
