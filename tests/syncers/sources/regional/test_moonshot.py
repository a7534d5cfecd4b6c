from __future__ import annotations

from syncers.kinds.model_list import ModelList
from syncers.sources.regional.moonshot import Moonshot, MoonshotChina
from tests.syncers.conformance import SourceConformance


class TestMoonshot(SourceConformance):
    source, sample = Moonshot, "moonshot.json"
    price, name_key = (), ""


class TestMoonshotChina(SourceConformance):
    source, sample = MoonshotChina, "moonshot.json"
    price, name_key = (), ""


def said(source: type[ModelList]) -> dict[str, object]:
    body = TestMoonshot().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_says_yes_and_no() -> None:
    assert said(Moonshot)["moonshot/kimi-k9"] == {
        "context_window": 262_144,
        "supports_vision": True,
        "supports_video_input": False,
        "supports_reasoning": True,
    }


def test_it_has_no_opinion_without_a_flag() -> None:
    assert said(Moonshot)["moonshot/kimi-old"] == {}


def test_it_keeps_the_two_hosts_apart() -> None:
    assert set(said(MoonshotChina)) == {"moonshot-cn/kimi-k9", "moonshot-cn/moonshot-v9-8k", "moonshot-cn/kimi-old"}
