from __future__ import annotations

from pathlib import Path

import pytest

from curation.core.claim import Claim
from syncers.sources.hosts.fal import Fal
from tests.syncers import sampled
from tests.syncers.real_payloads import real_payloads


def claims() -> dict[str, Claim]:
    return sampled.claims(Fal, "fal.json")


def test_it_reads_task_and_output_from_the_category() -> None:
    assert claims()["fal/fal-ai/kling/v9/image-to-video"].values == {
        "name": "Kling 9",
        "status": "deprecated",
        "task": "video",
        "output_modalities": ("video",),
    }
    assert claims()["fal/fal-ai/wizper-9"].values["task"] == "transcription"
    assert claims()["fal/fal-ai/kokoro-9"].values["output_modalities"] == ("audio",)


def test_it_leaves_out_training() -> None:
    assert "fal/fal-ai/flux-9-trainer" not in claims()


def test_it_has_no_opinion_on_words_it_does_not_know() -> None:
    assert claims()["fal/openrouter/router"].values == {"name": "OpenRouter"}
    assert sampled.parse(Fal, "fal.json").notices == {"status resting": 1}


@pytest.mark.parametrize("path", real_payloads("fal"))
def test_it_reads_every_recording(path: Path) -> None:
    by_offering = {claim.offering: claim for claim in sampled.read_whole(Fal, path).claims}

    assert by_offering["fal/fal-ai/nano-banana-2/edit"].values["task"] == "image"
