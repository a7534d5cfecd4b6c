from __future__ import annotations

from syncers.sources.hosts.clarifai import Clarifai
from tests.syncers.sampled import claims, values

SAMPLE = "clarifai.json"


def test_it_takes_the_path_for_the_id() -> None:
    by_offering = claims(Clarifai, SAMPLE)

    assert values(by_offering["clarifai/openai/chat-completion/models/gpt-oss-9"]) == {"name": "GPT OSS 9"}
    assert by_offering["clarifai/acme/main/models/acme-9"].aliases == ("https://clarifai.com/acme/main/models/acme-9",)


def test_it_shows_its_key_after_a_word_of_its_own() -> None:
    assert Clarifai.auth.sign(Clarifai.url, "k") == (Clarifai.url, {"Authorization": "Key k"})
