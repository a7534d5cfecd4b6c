from __future__ import annotations

from typing import Any

from syncers.sources.regional.bytedance import Volcengine
from tests.syncers.sources.samples import SAMPLES


def said() -> dict[str, Any]:
    return {claim.offering: dict(claim.values) for claim in Volcengine().parse(SAMPLES["bytedance"].body()).claims}


def test_it_reads_limits_and_modalities() -> None:
    assert said()["bytedance/doubao-seed-9-0-pro-260328"] == {
        "task": "chat",
        "context_window": 262_144,
        "max_input_tokens": 229_376,
        "max_output_tokens": 131_072,
        "max_reasoning_tokens": 65_536,
        "input_modalities": ("image", "text", "video"),
        "output_modalities": ("text",),
        "supports_vision": True,
        "supports_video_input": True,
    }


def test_it_reads_the_states_that_are_written_and_has_no_opinion_without() -> None:
    assert said()["bytedance/doubao-old-230101"]["status"] == "deprecated"
    assert said()["bytedance/doubao-odd-260101"]["status"] == "retired"
    assert "status" not in said()["bytedance/doubao-seedance-9-260101"]


def test_it_states_no_task_when_there_are_several() -> None:
    assert "task" not in said()["bytedance/doubao-odd-260101"]
    assert said()["bytedance/doubao-seedance-9-260101"]["task"] == "video"
