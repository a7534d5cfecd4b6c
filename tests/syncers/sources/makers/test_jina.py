from __future__ import annotations

from syncers.sources.makers.jina import Jina
from tests.syncers.sources.samples import SAMPLES


def test_it_strips_the_prefix_that_calls_do_not_take_and_keeps_it_as_a_name() -> None:
    found = {one.offering: one for one in Jina().parse(SAMPLES["jina"].body()).claims}

    assert found["jina/jina-embeddings-v9"].aliases == ("jina-ai/jina-embeddings-v9",)
    assert found["jina/jina-clip-v9"].aliases == ()


def test_it_states_the_task_where_the_list_shows_it() -> None:
    found = {one.offering: dict(one.values) for one in Jina().parse(SAMPLES["jina"].body()).claims}

    assert found["jina/jina-embeddings-v9"] == {"task": "embedding"}
    assert found["jina/jina-reranker-v9"] == {"task": "rerank"}
    assert found["jina/jina-vlm-v9"] == {}


def test_it_reports_price_keys_whose_unit_is_not_known() -> None:
    assert Jina().parse(SAMPLES["jina"].body()).notices == {"price key moon": 1}
