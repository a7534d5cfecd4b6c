from __future__ import annotations

from syncers.kinds.model_list import ModelList
from syncers.sources.regional.zhipu import Zai, Zhipu
from tests.syncers.conformance import SourceConformance


class TestZai(SourceConformance):
    source, sample = Zai, "zhipu.json"
    price, name_key = (), ""


class TestZhipu(SourceConformance):
    source, sample = Zhipu, "zhipu.json"
    price, name_key = (), ""


def said(source: type[ModelList]) -> dict[str, object]:
    body = TestZai().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_keeps_the_two_hosts_apart() -> None:
    assert said(Zai) == {"zai/glm-9.2": {}, "zai/glm-9-flash": {}}
    assert said(Zhipu) == {"zhipu/glm-9.2": {}, "zhipu/glm-9-flash": {}}
