from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from syncers import http
from syncers.errors import NotConfigured
from syncers.payload.fetch import envelope, fetch
from syncers.sources.clouds.bedrock import Bedrock
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sources.samples import SAMPLES


def said(body: bytes = b"") -> dict[str, Any]:
    return {claim.offering: dict(claim.values) for claim in Bedrock().parse(body or SAMPLES["bedrock"].body()).claims}


def test_it_keeps_ids_exactly() -> None:
    assert {"bedrock/amazon.nova-pro-v1:0", "bedrock/amazon.nova-pro-v1:0:24k"} < set(said())


def test_it_gathers_the_regions_of_a_model_from_its_arns() -> None:
    by_offering = said()

    assert by_offering["bedrock/anthropic.claude-sonnet-9-20260101-v1:0"]["regions"] == ("eu-west-2", "us-east-1")
    assert "regions" not in by_offering["bedrock/amazon.nova-pro-v1:0"]


def test_it_says_nothing_where_regions_differ() -> None:
    values = said()["bedrock/anthropic.claude-sonnet-9-20260101-v1:0"]

    assert "supports_streaming" not in values
    assert values["supports_prompt_caching"] is True


def test_it_takes_profiles_as_offerings_of_their_own() -> None:
    values = said()["bedrock/us.anthropic.claude-sonnet-9-20260101-v1:0"]

    assert values == {"name": "US Claude Sonnet 9", "regions": ("us-east-1", "us-west-2"), "status": "active"}


def test_it_leaves_open_where_a_profile_without_all_its_regions_is_served() -> None:
    assert "regions" not in said()["bedrock/global.anthropic.claude-sonnet-9-20260101-v1:0"]


def test_it_reads_the_days_from_which_a_model_is_legacy_and_costs_more() -> None:
    values = said()["bedrock/amazon.nova-pro-v1:0"]

    assert (values["deprecated_on"], values["extended_access_on"]) == (date(2026, 9, 1), date(2026, 12, 1))


def test_it_reads_the_short_description() -> None:
    document = SAMPLES["bedrock"].document()
    document["modelSummaries"][5]["description"] = {"shortDescription": "Text in, vectors out.", "version": "v2"}

    values = said(json.dumps(document).encode())["bedrock/amazon.titan-embed-text-v2:0"]

    assert values["description"] == "Text in, vectors out."


def test_it_reads_names_and_the_ways_to_call_a_model() -> None:
    values = said()["bedrock/amazon.nova-pro-v1:0:24k"]

    assert (values["name"], values["inference_types"]) == ("Nova Pro", ("provisioned",))


def test_it_says_yes_to_reasoning_and_documents_but_never_no() -> None:
    document = SAMPLES["bedrock"].document()
    document["modelSummaries"] = [row for row in document["modelSummaries"] if "eu-west-2" not in row["modelArn"]]
    by_offering = said(json.dumps(document).encode())
    sonnet = by_offering["bedrock/anthropic.claude-sonnet-9-20260101-v1:0"]

    assert (sonnet["supports_reasoning"], sonnet["supports_pdf_input"]) == (True, True)
    assert sonnet["input_modalities"] == ("image", "pdf", "text")
    assert not {"supports_reasoning", "supports_pdf_input"} & set(by_offering["bedrock/amazon.nova-pro-v1:0"])


def test_it_does_not_take_the_longest_answer_of_one_api_for_a_limit() -> None:
    assert not {"max_output_tokens", "context_window"} & set(said()["bedrock/amazon.nova-pro-v1:0"])


def test_it_reads_the_end_of_life_but_not_its_start() -> None:
    values = said()["bedrock/amazon.nova-pro-v1:0"]

    assert (values["status"], values["retires_on"]) == ("legacy", date(2027, 3, 1))
    assert "released_on" not in said()["bedrock/anthropic.claude-sonnet-9-20260101-v1:0"]


def test_it_says_yes_to_what_one_region_offers_but_never_no() -> None:
    by_offering = said()

    assert by_offering["bedrock/amazon.nova-pro-v1:0"]["supports_fine_tuning"] is True
    assert "supports_fine_tuning" not in by_offering["bedrock/mistral.voxtral-small-24b-2507"]


def test_it_calls_speech_audio() -> None:
    values = said()["bedrock/mistral.voxtral-small-24b-2507"]

    assert values["input_modalities"] == ("audio", "text")
    assert (values["supports_audio_input"], values["supports_vision"]) == (True, False)


def test_it_asks_each_configured_region_for_models_and_profiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_BEDROCK_REGIONS", "us-east-1, eu-west-2")

    parts = {f"{what} {place}" for what in ("models", "profiles") for place in ("us-east-1", "eu-west-2")}
    assert set(Bedrock().urls()) == parts
    assert Bedrock().urls()["models eu-west-2"] == "https://bedrock.eu-west-2.amazonaws.com/foundation-models"


def test_it_refuses_a_region_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_BEDROCK_REGIONS", "evil.example.com/")

    with pytest.raises(NotConfigured, match="evil"):
        Bedrock().urls()


def test_it_puts_the_answers_of_all_regions_together() -> None:
    document = SAMPLES["bedrock"].document()
    models = json.dumps({"modelSummaries": document["modelSummaries"]}).encode()
    profiles = json.dumps({"inferenceProfileSummaries": document["inferenceProfileSummaries"]}).encode()

    assert said(envelope({"models us-east-1": [models], "profiles us-east-1": [profiles]})) == said()


def test_it_fetches_models_and_profiles_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    document, requests = SAMPLES["bedrock"].document(), []

    def answer(url: str, *, headers: dict[str, str], **_: Any) -> http.Response:
        requests.append((url, headers["Authorization"]))
        name = "inferenceProfileSummaries" if "profiles" in url else "modelSummaries"
        return http.Response(json.dumps({name: document[name]}).encode())

    monkeypatch.setattr(http, "fetch", answer)
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "secret")

    assert said(fetch(Bedrock()).body) == said()
    assert requests[0] == ("https://bedrock.us-east-1.amazonaws.com/foundation-models", "Bearer secret")


@pytest.mark.parametrize("path", real_payloads("bedrock"))
def test_it_reads_every_real_payload(path: Path) -> None:
    parsed = Bedrock().parse(path.read_bytes())

    assert parsed.rejected == []
    assert Bedrock.expected[0] <= len(parsed.claims) == parsed.seen
