"""Programs that take our files and lists as docs/clients.md says, and bill or find what the registry itself does."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from genai_prices import UpdatePrices, Usage, calc_price
from openai import NotFoundError, OpenAI

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "clients.md").read_text(encoding="utf-8")
USAGE = {"input_tokens": 100_000, "output_tokens": 4_000}
LITELLM_BILLS = {
    "gpt-4.1": "openai/gpt-4.1",
    "claude-sonnet-4-5": "anthropic/claude-sonnet-4-5",
    "gemini/gemini-2.5-pro": "google/gemini-2.5-pro",
    "groq/openai/gpt-oss-120b": "groq/openai/gpt-oss-120b",
}


def test_litellm_takes_the_map_and_bills_the_registrys_price(site, ask):
    """In a process of its own: litellm reads its map when it is imported."""
    script = "import litellm, sys; print(*(sum(litellm.cost_per_token(m, 100_000, 4_000)) for m in sys.argv[1:]))"
    environment = os.environ | {"LITELLM_MODEL_COST_MAP_URL": f"{site}/exports/litellm.json"}
    done = subprocess.run(
        [sys.executable, "-c", script, *LITELLM_BILLS], env=environment, capture_output=True, text=True, check=True
    )

    assert "Falling back" not in done.stderr
    ours = [ask("/api/v1/cost/", {"id": key, "usage": USAGE})["total"] for key in LITELLM_BILLS.values()]
    assert [float(billed) for billed in done.stdout.split()] == pytest.approx([float(total) for total in ours])


@pytest.mark.parametrize(
    ("command", "shown"), re.findall(r"^\$ (LITELLM_MODEL_COST_MAP_URL=.*)\n(.*)$", PAGE, re.MULTILINE)
)
def test_litellm_prints_what_the_page_shows(site, command, shown):
    command = command.replace("http://localhost:8000", site).replace(" python ", f" {sys.executable} ")

    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)

    assert (done.stdout.strip(), "Falling back" in done.stderr) == (shown, False)


def test_litellm_takes_a_map_of_three_providers_with_the_limits_of_the_page(site, ask):
    path = "/exports/litellm.json?provider=openai,anthropic,mistral"
    limits = dict(re.findall(r"(MODEL_COST_MAP_\w+)=(\S+)", PAGE))
    environment = os.environ | {"LITELLM_MODEL_COST_MAP_URL": site + path} | limits
    script = "import json, litellm; print(json.dumps(sorted(litellm.model_cost)))"

    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)

    assert "Falling back" not in done.stderr
    assert set(json.loads(done.stdout)) == set(ask(path))


def test_genai_prices_takes_its_file_and_bills_the_registrys_price(site, ask):
    with UpdatePrices(url=f"{site}/exports/genai-prices/data.json") as update:
        update.wait()
        for key in ("openai/gpt-4.1", "anthropic/claude-sonnet-4-5", "groq/openai/gpt-oss-120b"):
            provider, _, model = key.partition("/")
            billed = calc_price(Usage(**USAGE), model, provider_id=provider).total_price
            assert billed == Decimal(ask("/api/v1/cost/", {"id": key, "usage": USAGE})["total"]), key


@pytest.mark.parametrize("program", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_the_programs_of_the_page_print_what_it_shows(site, token, program):
    done = subprocess.run(
        [sys.executable, "-c", program.replace("http://localhost:8000", site)],
        env=os.environ | {"REGISTRY_TOKEN": token}, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.splitlines() == re.findall(r"print\(.*\)  # (.*)", program)


def test_the_openai_client_lists_and_finds_models(site, token, ask):
    client = OpenAI(base_url=f"{site}/v1", api_key=token)

    listed = {model.id for model in client.models.list()}

    assert len(listed) == ask("/api/v1/offerings/?page_size=1")["count"]
    assert client.models.retrieve("openai/gpt-4.1").id == "openai/gpt-4.1"
    with pytest.raises(NotFoundError):
        client.models.retrieve("nobody/nothing")
