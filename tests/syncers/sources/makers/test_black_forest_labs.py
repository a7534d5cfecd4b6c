from __future__ import annotations

from syncers.sources.makers.black_forest_labs import BlackForestLabs
from tests.syncers.sources.samples import SAMPLES


def test_it_finds_models_among_the_paths() -> None:
    by_offering = {
        claim.offering: dict(claim.values)
        for claim in BlackForestLabs().parse(SAMPLES["black-forest-labs"].body()).claims
    }

    assert by_offering == {"black-forest-labs/flux-9-pro": {}, "black-forest-labs/flux-pro-9.1-ultra": {}}
