from __future__ import annotations

from syncers.sources.regional.xiaomi import Xiaomi
from tests.syncers.conformance import SourceConformance


class TestXiaomi(SourceConformance):
    source, sample = Xiaomi, "xiaomi.json"
    price, name_key = (), ""


def said(source: type[Xiaomi]) -> dict[str, object]:
    body = TestXiaomi().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_nothing_else() -> None:
    assert said(Xiaomi) == {"xiaomi/mimo-v9-pro": {}, "xiaomi/mimo-v9-asr": {}}
