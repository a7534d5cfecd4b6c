"""What `scripts/draw_samples.py` draws, and what it tells of each change."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from curation.policies.installed import ensure_defaults
from scripts import draw_samples
from syncers.registry import load
from syncers.sync.engine import sync
from tests.builders import NOW, claim, source, state, usd

pytestmark = pytest.mark.django_db

KEYS = [f"acme/rocket-{number}" for number in range(8)]


@pytest.fixture(autouse=True)
def _three_days(db: None) -> None:
    """A list of eight offerings: on the second day half of them move a little, on the third all outputs move far."""
    ensure_defaults()
    for day, (cheap, dear, output) in enumerate((("5", "5", "25"), ("4.5", "5", "25"), ("4.5", "5", "2.4"))):
        listed = [
            claim(key, price_input=usd(cheap if number % 2 else dear), price_output=usd(output))
            for number, key in enumerate(KEYS)
        ]
        state(source(), *listed, at=NOW + timedelta(days=day))


def test_the_token_prices_of_an_offering_are_one_change():
    assert {drawn.offering for drawn in draw_samples.applied(100, 1)} == set(KEYS[1::2])
    assert {(drawn.offering, drawn.unit) for drawn in draw_samples.held(100, 1)} == {
        (key, draw_samples.PRICE_LIST) for key in KEYS
    }


def test_the_same_seed_draws_the_same(tmp_path: Path):
    for folder in ("one", "two"):
        draw_samples.write(tmp_path / folder, size=3, seed=5)

    for name in ("applied.txt", "held.txt"):
        first = (tmp_path / "one" / name).read_text(encoding="utf-8")
        assert first == (tmp_path / "two" / name).read_text(encoding="utf-8")
        assert first.count("token prices") == 3
    assert draw_samples.held(3, 5) != draw_samples.held(3, 6)


def test_an_applied_change_tells_what_moved_what_waits_and_who_says_what(tmp_path: Path):
    state(source("other"), claim(KEYS[1], price_input=usd("5")), at=NOW)
    draw_samples.write(tmp_path, size=100, seed=1)
    sample = (tmp_path / "applied.txt").read_text(encoding="utf-8")
    about = next(part for part in sample.split("\n\n") if KEYS[1] in part)

    assert "price.input: $5 / 1M tokens → $4.5 / 1M tokens" in about
    assert "on 2026-01-06, source: list, policy: everything else" in about
    assert "waits for a person now:\n  price.output: $25 / 1M tokens → $2.4 / 1M tokens" in about
    assert "published now:\n  price.input: $4.5 / 1M tokens\n  price.output: $25 / 1M tokens" in about
    assert "  list (catalogue)\n    price.input: $4.5 / 1M tokens (since 2026-01-06)" in about
    assert "  other (catalogue)\n    price.input: $5 / 1M tokens (since 2026-01-05)" in about


def test_it_tells_what_a_source_said_in_the_payload_before(tmp_path: Path):
    declared = load("venice")
    recorded = json.loads((Path(settings.BASE_DIR) / "tests/recordings/venice.json").read_text(encoding="utf-8"))
    sync(declared, body=json.dumps(recorded).encode(), at=NOW, accept=True)
    for record in recorded["data"]:
        for price in (record["model_spec"].get("pricing") or {}).values():
            if isinstance(price, dict) and "usd" in price:
                price["usd"] *= 40
    sync(declared, body=json.dumps(recorded).encode(), at=NOW + timedelta(days=1), accept=True)
    draw_samples.write(tmp_path, size=100, seed=1)

    assert "before, read 2026-01-05: price.input: $" in (tmp_path / "held.txt").read_text(encoding="utf-8")
