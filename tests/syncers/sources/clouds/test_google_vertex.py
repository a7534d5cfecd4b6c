from __future__ import annotations

from pathlib import Path

import pytest

from syncers.errors import BadPayload
from syncers.payload.fetch import envelope
from syncers.sources.clouds.google_vertex import GoogleVertex
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, read_whole
from tests.syncers.sources.samples import RECORDINGS

SAMPLE = "google_vertex.json"


def test_it_calls_models_as_vertex_does() -> None:
    assert set(claims(GoogleVertex, SAMPLE)) == {
        "google-vertex/gemini-9-flash",
        "google-vertex/chat-wisent",
        "google-vertex/imagen-9",
        "google-vertex/claude-nonet-9",
        "google-vertex/meta/llama-9-70b-instruct-maas",
        "google-vertex/deepseek-ai/deepseek-v9-maas",
    }


def test_it_knows_the_name_with_its_version() -> None:
    by_offering = claims(GoogleVertex, SAMPLE)

    assert by_offering["google-vertex/chat-wisent"].aliases == ("chat-wisent@002",)
    assert by_offering["google-vertex/claude-nonet-9"].aliases == ("claude-nonet-9@20260901",)


def test_it_tells_the_stage_of_a_launch() -> None:
    statuses = [claim.values.get("status") for claim in claims(GoogleVertex, SAMPLE).values()]

    assert statuses == ["active", "active", "preview", "active", "preview", None]


def test_it_joins_publishers_and_passes_over_one_without_models() -> None:
    whole = envelope({"google": [(RECORDINGS / SAMPLE).read_bytes()], "meta": [b"{}"]})

    assert len(GoogleVertex().parse(whole).claims) == 6
    assert GoogleVertex().count({}) == 0
    with pytest.raises(BadPayload):
        GoogleVertex().parse(envelope({"google": [b"{}"], "meta": [b"{}"]}))


@pytest.mark.parametrize("path", real_payloads("vertex"))
def test_it_reads_real_payloads(path: Path) -> None:
    read_whole(GoogleVertex, path)
