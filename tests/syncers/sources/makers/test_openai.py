from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from syncers.sources.makers.openai import OpenAI
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole, unreadable, values

SAMPLE = "openai.json"


def test_it_tells_the_day_of_a_shutdown_and_nothing_else() -> None:
    by_offering = claims(OpenAI, SAMPLE)

    assert {name: values(claim) for name, claim in by_offering.items()} == {
        "openai/gpt-9": {},
        "openai/gpt-8-2025-01-01": {"retires_on": date(2026, 10, 23)},
        "openai/text-embedding-9": {},
    }


@pytest.mark.parametrize("shutdown", ["soon", "2026-02-30", 1_790_000_000])
def test_a_shutdown_on_no_day_costs_that_day_only(shutdown: object) -> None:
    document = {"data": [{"id": "gpt-9"}, {"id": "gpt-8", "shutdown_date": shutdown}]}

    assert unreadable(OpenAI, document) == [("data[1].shutdown_date", "retires_on")]


@pytest.mark.parametrize("path", real_payloads("openai"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(OpenAI, path)
