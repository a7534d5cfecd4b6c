from __future__ import annotations

from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from curation.core.authority import SourceType
from registry.domain.rates import PREFIX
from registry.reference.providers import read_providers
from syncers.kinds import units
from syncers.kinds.source import Source
from syncers.monitoring import coverage
from syncers.registry import SOURCES, load
from tests.syncers.real_payloads import RECORDINGS
from tests.syncers.sources.samples import SAMPLES

PAGE = Path(settings.BASE_DIR) / "docs" / "sources.md"
RENEW = ".venv/bin/python manage.py sources --markdown > docs/sources.md"


def row(slug: str, page: str = "") -> dict[str, str]:
    line = next(line for line in (page or coverage.markdown()).splitlines() if line.startswith(f"| `{slug}` "))
    return dict(zip(coverage.COLUMNS, (cell.strip() for cell in line.strip("|").split(" | ")), strict=True))


def test_the_page_is_what_the_command_makes() -> None:
    out = StringIO()
    call_command("sources", markdown=True, stdout=out)

    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != out.getvalue():
        pytest.fail(f"docs/sources.md is not up to date; renew it with: {RENEW}")


def test_it_has_a_row_for_every_source() -> None:
    page = coverage.markdown()

    assert [slug for slug in SOURCES if f"| `{slug}` " not in page] == []


def test_it_says_of_a_provider_of_its_own_what_it_declares() -> None:
    assert row("deepinfra") == {
        "source": "`deepinfra` DeepInfra",
        "source type": "official",
        "speaks for": "deepinfra",
        "kind": "inference",
        "key": "`DEEPINFRA_API_KEY` (optional)",
        "prices": "yes: US cents per token",
        "expected": "40–2,000",
        "recorded": "103 on 2025-07-25",
        "confidence": "high",
        "authority": "description, price, limit, capability, lifecycle, task, quantization",
        "read every": "6 h",
        "fetched from": "`api.deepinfra.com`",
    }


def test_it_says_of_a_benchmark_source_under_which_licence_it_may_be_shown() -> None:
    assert row("lmarena")["authority"] == "benchmarks of models (CC-BY-4.0)"


def test_it_says_why_nothing_is_fetched() -> None:
    assert "2024-10-31" in row("octoai")["fetched from"]
    assert row("octoai")["prices"] == row("octoai")["expected"] == "–"


def test_it_says_yes_to_prices_where_the_sample_has_them_and_only_there() -> None:
    page = coverage.markdown()
    for sample in SAMPLES.values():
        claims = sample.parse(sample.body()).claims

        has_prices = any(name.startswith(PREFIX) for claim in claims for name in claim.values)
        assert row(sample.source.slug, page)["prices"].startswith("yes" if has_prices else "no"), sample.source.slug


def test_every_provider_that_a_source_speaks_for_has_a_kind() -> None:
    kinds = {provider.slug: provider.kind for provider in read_providers()}

    assert [slug for slug in SOURCES if (spoken := load(slug).speaks_for) and not kinds.get(spoken)] == []


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ({"confidence": "sure"}, "one of high, medium, low, not 'sure'"),
        ({"unit": units.USD_PER_1M, "prices_in": "USD"}, "only one is allowed"),
    ],
)
def test_a_wrong_declaration_fails_when_the_class_is_made(declared: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        type(
            "Wrong",
            (Source,),
            {"slug": "wrong", "label": "W", "source_type": SourceType.CATALOGUE, "expected": (1, 2)} | declared,
        )


def test_it_says_how_many_the_newest_recording_lists_and_a_dash_where_there_is_none() -> None:
    assert row("cerebras")["recorded"] == "4 on 2026-04-08"
    assert row("akash")["recorded"] == "–"


def test_recorded_counts_are_of_sources_that_there_are() -> None:
    assert set(coverage.recorded_counts()) <= set(SOURCES)
    assert all(counted.offerings > 0 for counted in coverage.recorded_counts().values())


@pytest.mark.recordings
@pytest.mark.parametrize("slug", ["anthropic", "cerebras", "cohere", "groq", "heroku", "xai"])
def test_the_recorded_counts_are_what_the_recordings_hold(slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not (RECORDINGS / slug).is_dir():
        pytest.skip(f"no recordings of {slug}; set REGISTRY_RECORDINGS")
    monkeypatch.syspath_prepend(str(Path(settings.BASE_DIR) / "scripts"))
    replay = import_module("replay_recordings")
    recordings = [recording for recording in replay.find(RECORDINGS) if recording.folder == slug]

    counted = coverage.recorded_counts()[slug]
    assert replay.count(recordings) == [(slug, counted.on, counted.offerings)]
