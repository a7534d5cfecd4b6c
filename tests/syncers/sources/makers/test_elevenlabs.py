from __future__ import annotations

from typing import Any

from syncers.sources.makers.elevenlabs import ElevenLabs
from tests.syncers.conformance import SourceConformance


class TestElevenLabs(SourceConformance):
    source, sample = ElevenLabs, "elevenlabs.json"
    price = ()

    def rename(self, element: Any, ident: str) -> Any:
        return element | {"model_id": ident}

    def bare(self, element: Any) -> Any:
        return {"model_id": element["model_id"]}


def test_it_states_what_a_voice_model_is_for() -> None:
    found = {one.offering: dict(one.values) for one in ElevenLabs().parse(TestElevenLabs().body()).claims}

    assert found["elevenlabs/eleven_multilingual_v9"] == {
        "name": "Eleven Multilingual v9",
        "description": "Speaks many languages.",
        "task": "speech",
        "supports_fine_tuning": True,
    }
    assert found["elevenlabs/eleven_sts_v9"] == {
        "name": "Eleven Voice Changer v9",
        "status": "preview",
        "supports_fine_tuning": False,
    }


def test_it_shows_the_key_in_its_own_header() -> None:
    assert ElevenLabs.auth.sign("https://x", "key")[1] == {"xi-api-key": "key"}
