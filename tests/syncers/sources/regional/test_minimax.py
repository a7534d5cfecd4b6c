from __future__ import annotations

import pytest

from syncers.errors import Refused
from syncers.kinds.model_list import ModelList
from syncers.sources.regional.minimax import MiniMax, MiniMaxChina
from tests.syncers.conformance import SourceConformance


class TestMiniMax(SourceConformance):
    source, sample = MiniMax, "minimax.json"
    price, name_key = (), ""


class TestMiniMaxChina(SourceConformance):
    source, sample = MiniMaxChina, "minimax.json"
    price, name_key = (), ""


def said(source: type[ModelList]) -> dict[str, object]:
    body = TestMiniMax().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_keeps_the_two_hosts_apart() -> None:
    assert said(MiniMax) == {"minimax/MiniMax-M9": {}, "minimax/MiniMax-M9-highspeed": {}}
    assert "minimax-cn/MiniMax-M9" in said(MiniMaxChina)


def test_it_sees_an_error_that_comes_with_status_200() -> None:
    body = b'{"base_resp": {"status_code": 1004, "status_msg": "login fail"}}'

    with pytest.raises(Refused, match="login fail"):
        MiniMax().parse(body)
