from __future__ import annotations

from typing import Any

from syncers.sources.makers.deepgram import Deepgram
from tests.syncers.conformance import SourceConformance


class TestDeepgram(SourceConformance):
    source, sample = Deepgram, "deepgram.json"
    price, name_key = (), ""

    def container(self, document: Any) -> Any:
        return document["tts"]

    def rename(self, element: Any, ident: str) -> Any:
        return element | {"canonical_name": ident}

    def bare(self, element: Any) -> Any:
        return {"canonical_name": element["canonical_name"]}

    def test_it_claims_nothing_for_records_stripped_of_all_but_their_id(self) -> None:
        """Here the list that a row stands in says what it is for."""
        document = self.document()
        self.put(document, {"canonical_name": "bare"})

        found = {one.offering: dict(one.values) for one in self.parse(document).claims}
        assert found["deepgram/bare"] == {"task": "speech"}


def test_it_lets_the_newest_version_speak() -> None:
    found = {one.offering: dict(one.values) for one in Deepgram().parse(TestDeepgram().body()).claims}

    assert found == {
        "deepgram/nova-9-general": {"task": "transcription", "supports_streaming": True},
        "deepgram/whisper-large": {"task": "transcription", "supports_streaming": False},
        "deepgram/aura-9-thalia-en": {"task": "speech"},
    }


def test_it_shows_the_key_after_its_own_word() -> None:
    assert Deepgram.auth.sign("https://x", "key")[1] == {"Authorization": "Token key"}
