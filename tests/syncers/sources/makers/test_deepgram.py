from __future__ import annotations

from syncers.sources.makers.deepgram import Deepgram
from tests.syncers.sources.samples import SAMPLES


def test_it_lets_the_newest_version_speak() -> None:
    by_offering = {claim.offering: dict(claim.values) for claim in Deepgram().parse(SAMPLES["deepgram"].body()).claims}

    assert by_offering == {
        "deepgram/nova-9-general": {
            "task": "transcription",
            "supports_streaming": True,
            "supports_batch": True,
            "languages": ("en",),
        },
        "deepgram/whisper-large": {
            "task": "transcription",
            "supports_streaming": False,
            "supports_batch": True,
            "languages": ("en",),
        },
        "deepgram/aura-9-thalia-en": {"task": "speech", "languages": ("en",)},
    }


def test_it_shows_the_key_after_its_own_word() -> None:
    assert Deepgram.auth.sign("https://x", "key")[1] == {"Authorization": "Token key"}
