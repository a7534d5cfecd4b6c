from __future__ import annotations

import pytest

from syncers.errors import ProviderRefused
from syncers.kinds.source import Source
from syncers.registry import load
from syncers.sources.regional.minimax import MiniMax
from tests.syncers.sources.samples import SAMPLES


def said(source: type[Source]) -> dict[str, object]:
    body = SAMPLES["minimax"].body()
    return {claim.offering: dict(claim.values) for claim in source().parse(body).claims}


def test_it_keeps_the_two_hosts_apart() -> None:
    assert said(MiniMax) == {"minimax/MiniMax-M9": {}, "minimax/MiniMax-M9-highspeed": {}}
    assert "minimax-cn/MiniMax-M9" in said(load("minimax-cn"))


def test_it_sees_an_error_that_comes_with_status_200() -> None:
    body = b'{"base_resp": {"status_code": 1004, "status_msg": "login fail"}}'

    with pytest.raises(ProviderRefused, match="login fail"):
        MiniMax().parse(body)
