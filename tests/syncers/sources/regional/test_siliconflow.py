from __future__ import annotations

import json

import pytest

from syncers import http
from syncers.payload.fetch import envelope, fetch
from syncers.registry import load
from syncers.sources.regional.siliconflow import SiliconFlow
from tests.syncers.sources.samples import SAMPLES


def test_it_keeps_ids_exactly() -> None:
    offerings = {claim.offering for claim in load("siliconflow-cn")().parse(SAMPLES["siliconflow"].body()).claims}

    assert {"siliconflow-cn/deepseek-ai/DeepSeek-V9", "siliconflow-cn/Pro/deepseek-ai/DeepSeek-V9"} < offerings


def test_it_learns_the_task_from_the_question_asked() -> None:
    assert SiliconFlow().urls()["reranker"] == "https://api.siliconflow.com/v1/models?sub_type=reranker"
    rows = {"chat": ["zai-org/GLM-9"], "reranker": ["BAAI/bge-reranker-v9"], "text-to-video": []}
    parts = {kind: [json.dumps({"data": [{"id": id_} for id_ in ids]}).encode()] for kind, ids in rows.items()}

    by_offering = {claim.offering: dict(claim.values) for claim in SiliconFlow().parse(envelope(parts)).claims}

    assert by_offering == {
        "siliconflow/zai-org/GLM-9": {"task": "chat"},
        "siliconflow/BAAI/bge-reranker-v9": {"task": "rerank"},
    }


def test_it_has_no_opinion_on_a_row_of_unknown_kind() -> None:
    by_offering = {
        claim.offering: dict(claim.values) for claim in SiliconFlow().parse(SAMPLES["siliconflow"].body()).claims
    }

    assert by_offering["siliconflow/zai-org/GLM-9"] == {}


def test_it_fetches_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = []

    def answer(url: str, **_: object) -> http.Response:
        kinds.append(url.partition("sub_type=")[2])
        return http.Response(json.dumps({"data": [{"id": f"one/{kinds[-1]}"}]}).encode())

    monkeypatch.setattr(http, "fetch", answer)
    monkeypatch.setenv("SILICONFLOW_API_KEY", "secret")
    claims = {claim.offering: dict(claim.values) for claim in SiliconFlow().parse(fetch(SiliconFlow()).body).claims}

    assert len(claims) == len(kinds) == 7
    assert claims["siliconflow/one/speech-to-text"] == {"task": "transcription"}
