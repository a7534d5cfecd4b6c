from __future__ import annotations

from pathlib import Path

import pytest

from curation.core.claim import Claim
from syncers.sources.hosts.groq import Groq
from tests.syncers import sampled
from tests.syncers.conformance import SourceConformance
from tests.syncers.real_payloads import real_payloads


class TestGroq(SourceConformance):
    source, sample = Groq, "groq.json"
    price, name_key = (), ""


def claims() -> dict[str, Claim]:
    return sampled.claims(Groq, "groq.json")


def test_it_states_limits_and_nothing_else() -> None:
    assert claims()["groq/llama-9-70b-versatile"].values == {"context_window": 131_072, "max_output_tokens": 32_768}


def test_it_has_no_opinion_on_limits_that_are_not_there() -> None:
    assert claims()["groq/gemma-7b-it"].values == {"context_window": 8_192}
    assert claims()["groq/playai-tts"].values == {}


@pytest.mark.parametrize("path", real_payloads("groq"))
def test_it_reads_every_recording(path: Path) -> None:
    assert all("context_window" in one.values for one in sampled.read_whole(Groq, path).claims)
