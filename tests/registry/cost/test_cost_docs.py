"""The examples of docs/cost.md, run."""

from __future__ import annotations

import io
import json
import re
import shlex
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import call_command

from registry.domain import schedule
from registry.pricing import UnpricedReason
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cost.md").read_text()
CONSOLE = re.findall(r"```console\n\$ \.venv/bin/python manage\.py cost (.*)\n((?:.*\n)*?)```", PAGE)
SCHEDULES = ["16:30-00:30Z", "Mon-Fri 00:30-16:30Z", "Sat,Sun", "09:00-18:00 Asia/Shanghai"]
BODIES = re.findall(r"```json\n(.*)\n```", PAGE)


@pytest.fixture(autouse=True)
def catalogue(db):
    make_revision()
    prices = {
        "openai/gpt-4.1": {"input": "2", "output": "8", "cache_read": "0.5", "input[tier=batch]": "1",
                           "output[tier=batch]": "4"},
        "anthropic/claude-sonnet-4-5": {"input": "3", "output": "15", "input[above=200000]": "6",
                                        "output[above=200000]": "22.5"},
        "deepseek/deepseek-chat": {"input": "0.27", "input[schedule=16:30-00:30Z]": "0.135"},
        "acme/reader": {"page": "0.01", "page[beyond=1000]": "0.005"},
    }  # fmt: skip
    for key, price in prices.items():
        make_offering(key, {f"price.{rate}": priced(amount) for rate, amount in price.items()})


@pytest.mark.parametrize(("arguments", "expected"), CONSOLE)
def test_it_prints_what_the_page_shows(arguments, expected):
    out = io.StringIO()

    with suppress(SystemExit):  # a price that is not whole is shown, and is no success
        call_command("cost", *shlex.split(arguments), stdout=out)

    assert out.getvalue() == expected


@pytest.mark.parametrize(
    ("body", "path", "value"),
    [
        (body, *answer)
        for body, answer in zip(
            BODIES,
            [("total", "0.116"), ("effective.per_1m_tokens", "3.5"), ("compared.1.effective.per_1m_tokens", "6")],
            strict=True,
        )
    ],
)
def test_it_answers_what_the_page_sends(client, body, path, value):
    answer = client.post("/api/v1/cost/", json.dumps(json.loads(body)), content_type="application/json")

    assert answer.status_code == 200
    at_path = answer.json()
    for step in path.split("."):
        at_path = at_path[int(step) if step.isdigit() else step]
    assert at_path == value


@pytest.mark.parametrize("schedule_text", SCHEDULES)
def test_it_reads_the_schedules_of_the_page(schedule_text):
    assert schedule.canonical(schedule_text) == schedule_text


def test_the_page_has_examples_and_explains_every_reason():
    assert (len(CONSOLE), len(BODIES)) == (7, 3)
    assert [schedule_text for schedule_text in SCHEDULES if f"`{schedule_text}`" not in PAGE] == []
    assert [why for why in UnpricedReason if f"`{why}`" not in PAGE] == []
