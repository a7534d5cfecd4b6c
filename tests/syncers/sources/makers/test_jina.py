from __future__ import annotations

from syncers.sources.makers.jina import Jina
from tests.syncers.sources.samples import SAMPLES


def test_it_strips_the_prefix_that_calls_do_not_take_and_keeps_it_as_a_name() -> None:
    by_offering = {claim.offering: claim for claim in Jina().parse(SAMPLES["jina"].body()).claims}

    assert by_offering["jina/jina-embeddings-v9"].aliases == ("jina-ai/jina-embeddings-v9",)
    assert by_offering["jina/jina-clip-v9"].aliases == ()


def test_it_states_the_task_where_the_list_shows_it() -> None:
    by_offering = {claim.offering: dict(claim.values) for claim in Jina().parse(SAMPLES["jina"].body()).claims}

    assert by_offering["jina/jina-embeddings-v9"] == {"task": "embedding"}
    assert by_offering["jina/jina-reranker-v9"] == {"task": "rerank"}
    assert by_offering["jina/jina-vlm-v9"] == {}


def test_it_reports_price_keys_whose_unit_is_not_known() -> None:
    assert Jina().parse(SAMPLES["jina"].body()).notices == {"price key moon": 1}
