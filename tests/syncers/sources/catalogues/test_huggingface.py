from __future__ import annotations

from pathlib import Path

import pytest

from syncers.errors import NotConfigured
from syncers.sources.catalogues.huggingface import HuggingFace
from tests.syncers.real_payloads import real_payloads
from tests.syncers.sampled import claims, parse, values

SAMPLE = "huggingface.json"


def test_it_takes_only_models_whose_licence_allows_commercial_use() -> None:
    assert {claim.partition("/")[2] for claim in claims(HuggingFace, SAMPLE)} == {
        "Acme/Acme-9-Instruct",
        "Acme/Acme-9-VL",
        "Acme/Acme-9-Base",
        "Acme/embed-9",
    }


def test_it_tells_licence_kind_and_weights() -> None:
    assert values(claims(HuggingFace, SAMPLE)["huggingface/Acme/Acme-9-VL"]) == {
        "hugging_face_id": "Acme/Acme-9-VL",
        "license": "llama3.3",
        "task": "chat",
        "input_modalities": ("image", "text"),
        "output_modalities": ("text",),
        "supports_vision": True,
        "open_weights": True,
    }


def test_it_calls_no_base_model_a_chat_model() -> None:
    assert "task" not in values(claims(HuggingFace, SAMPLE)["huggingface/Acme/Acme-9-Base"])


def test_it_takes_as_many_as_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUGGINGFACE_TOP", "2")

    assert list(claims(HuggingFace, SAMPLE)) == ["huggingface/Acme/Acme-9-Instruct", "huggingface/Acme/Acme-9-VL"]


@pytest.mark.parametrize("setting", ["0", "-1", "many", "1.5"])
def test_it_says_when_the_number_is_none(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUGGINGFACE_TOP", setting)

    with pytest.raises(NotConfigured, match="HUGGINGFACE_TOP must be a whole number"):
        parse(HuggingFace, SAMPLE)


@pytest.mark.parametrize("path", real_payloads("huggingface"))
def test_it_reads_real_payloads(path: Path) -> None:
    parsed = HuggingFace().parse(path.read_bytes())

    assert (len(parsed.claims), parsed.rejected) == (2, [])  # three models, one of them under `other`
