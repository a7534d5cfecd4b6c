"""The examples of docs/cost.md, run."""

from __future__ import annotations

import io
import json
import re
import shlex
from pathlib import Path

import pytest
from django.core.management import call_command

from registry.pricing import Why
from tests.registry.builders import make_offering, make_revision, priced

pytestmark = pytest.mark.django_db

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "cost.md").read_text()
CONSOLE = re.findall(r"```console\n\$ python manage\.py cost (.*)\n((?:.*\n)*?)```", PAGE)
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
    }  # fmt: skip
    for key, stated in prices.items():
        make_offering(key, {f"price.{rate}": priced(amount) for rate, amount in stated.items()})


@pytest.mark.parametrize(("arguments", "expected"), CONSOLE)
def test_it_prints_what_the_page_shows(arguments, expected):
    out = io.StringIO()

    call_command("cost", *shlex.split(arguments), stdout=out)

    assert out.getvalue() == expected


@pytest.mark.parametrize("body", BODIES)
def test_it_answers_what_the_page_sends(client, body):
    answer = client.post("/api/v1/cost/", json.dumps(json.loads(body)), content_type="application/json")

    assert (answer.status_code, answer.json()["total"]) == (200, "0.116")


def test_the_page_has_examples_and_explains_every_reason():
    assert (len(CONSOLE), len(BODIES)) == (4, 1)
    assert [why for why in Why if f"`{why}`" not in PAGE] == []
