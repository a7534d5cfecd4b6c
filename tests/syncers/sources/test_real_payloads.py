"""Every real payload at hand, of every year: nothing breaks, little is rejected, and the count is plausible."""

from __future__ import annotations

from pathlib import Path

import pytest

from syncers.kinds.source import Source
from syncers.registry import load
from tests.syncers.real_payloads import real_payloads

MOST_REJECTED = 0.02


def check(source: Source, body: bytes) -> None:
    parsed = source.parse(body)

    counts = (
        f"{parsed.seen} seen, {len(parsed.claims)} claims, {len(parsed.rejected)} rejected, notices {parsed.notices}"
    )
    least, most = source.expected
    assert least <= len(parsed.claims) <= most, counts
    assert len(parsed.rejected) < MOST_REJECTED * parsed.seen, f"{counts}: {parsed.rejected[:5]}"
    assert sum(bool(claim.values) for claim in parsed.claims) > 0.9 * len(parsed.claims), counts


@pytest.mark.parametrize("path", real_payloads("genai-prices"))
def test_it_reads_genai_prices(path: Path) -> None:
    check(load("genai-prices")(), path.read_bytes())


@pytest.mark.parametrize("path", real_payloads("openrouter", "openrouter-all-modalities"))
def test_it_reads_openrouter(path: Path) -> None:
    check(load("openrouter")(), path.read_bytes())


@pytest.mark.parametrize("path", real_payloads("models.dev"))
def test_it_reads_models_dev(path: Path) -> None:
    check(load("models-dev")(), path.read_bytes())


@pytest.mark.parametrize("path", real_payloads("litellm"))
def test_it_reads_litellm(path: Path) -> None:
    check(load("litellm")(), path.read_bytes())
