from __future__ import annotations

import json
from pathlib import Path

import pytest

from syncers.payload.fetch import envelope
from syncers.payload.paging import Page
from syncers.sources.makers.google import Google
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, values
from tests.syncers.sources.samples import RECORDINGS, SAMPLES

SAMPLE = "google.json"


def test_it_takes_the_id_without_the_folder() -> None:
    assert values(claims(Google, SAMPLE)["google/gemini-9-flash"]) == {
        "name": "Gemini 9 Flash",
        "description": "A model.",
        "context_window": 1_048_576,
        "max_input_tokens": 1_048_576,
        "max_output_tokens": 65_536,
        "supports_reasoning": True,
        "supports_prompt_caching": True,
        "supports_batch": True,
    }


def test_it_tells_a_kind_only_where_the_methods_do() -> None:
    tasks = {name: claim.values.get("task") for name, claim in claims(Google, SAMPLE).items()}

    assert tasks == {
        "google/gemini-9-flash": None,
        "google/gemini-9-image": None,
        "google/embedding-9": "embedding",
        "google/imagen-9": "image",
        "google/veo-9": "video",
        "google/gemini-9-native-audio": "realtime",
        "google/gemma-9-it": None,
    }


def test_it_takes_one_output_token_of_an_embedding_for_none() -> None:
    assert "max_output_tokens" not in claims(Google, SAMPLE)["google/embedding-9"].values


def test_it_calls_no_prompt_of_an_image_or_video_a_window_and_nothing_their_output_tokens() -> None:
    for name in ("imagen-9", "veo-9"):
        stated_values = claims(Google, SAMPLE)[f"google/{name}"].values
        assert {field for field in stated_values if field.endswith(("window", "tokens"))} == {"max_input_tokens"}


def test_a_limit_of_what_goes_in_is_no_window_where_more_may_come_out() -> None:
    document = SAMPLES["google"].document()
    document["models"] = [document["models"][0] | {"inputTokenLimit": 8_192, "outputTokenLimit": 16_384}]
    stated_values = Google().parse(json.dumps(document).encode()).claims[0].values

    assert "context_window" not in stated_values
    assert (stated_values["max_input_tokens"], stated_values["max_output_tokens"]) == (8_192, 16_384)


def test_it_asks_for_the_next_page_until_there_is_none() -> None:
    first, document = Google.paging.first(Google.url), SAMPLES["google"].document()

    assert first.endswith("/v1beta/models?pageSize=1000")
    assert Google.paging.after(Page(first, document, 7)) == f"{first}&pageToken=Ch9tb2RlbHM"
    assert Google.paging.after(Page(first, {"models": []}, 0)) is None


def test_it_joins_the_pages() -> None:
    second = b'{"models": [{"name": "models/gemini-10"}]}'

    parsed = Google().parse(envelope({"": [(RECORDINGS / SAMPLE).read_bytes(), second]}))

    assert [claim.offering for claim in parsed.claims][-1] == "google/gemini-10"
    assert len(parsed.claims) == 8


@pytest.mark.parametrize("path", real_payloads("gemini"))
def test_it_reads_real_payloads(path: Path) -> None:
    parsed = Google().parse(path.read_bytes())

    assert parsed.rejected == []
    assert len(parsed.claims) == parsed.seen >= 4  # a second page has four
