from __future__ import annotations

import json

from syncers.sources.hosts.replicate import Replicate
from tests.syncers.sources.samples import SAMPLES


def test_it_states_public_ids_and_their_descriptions() -> None:
    claims = {claim.offering: dict(claim.values) for claim in Replicate().parse(SAMPLES["replicate"].body()).claims}

    assert claims == {
        "replicate/meta/meta-llama-9-70b-instruct": {"description": "A model."},
        "replicate/black-forest-labs/flux-9-pro": {"description": "A model."},
    }


def test_it_rejects_a_row_whose_id_would_be_ambiguous() -> None:
    document = SAMPLES["replicate"].document()
    document["models"][0]["owner"] = "a/b"

    assert [record.where for record in Replicate().parse(json.dumps(document).encode()).rejected] == ["models[0]"]
