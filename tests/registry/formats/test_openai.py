from __future__ import annotations

from syncers.kinds.model_list import ModelList
from tests.registry.formats.offered import Offered, exported, read


class Gateway(ModelList):
    """Reads our own list as it reads that of any provider."""

    slug, label, speaks_for = "gateway", "Gateway", "gateway"
    url = "https://gateway.example/v1/models"
    homepage = "https://gateway.example"
    authority = ("name",)
    expected = (1, 10)


def test_a_list_of_models_is_read_by_what_reads_such_lists():
    body = exported(
        "openai", Offered("openai/gpt-4o", {"released_on": "2024-05-13"}, "openai/gpt-4o"), Offered("x/y", {})
    )

    assert [claim.offering for claim in Gateway().parse(body).claims] == ["gateway/openai/gpt-4o", "gateway/x/y"]


def test_the_moment_and_the_owner_are_left_out_unless_they_are_known():
    body = exported(
        "openai", Offered("openai/gpt-4o", {"released_on": "2024-05-13"}, "openai/gpt-4o"), Offered("x/y", {})
    )

    assert read(body) == {
        "object": "list",
        "data": [
            {"id": "openai/gpt-4o", "object": "model", "created": 1715558400, "owned_by": "openai"},
            {"id": "x/y", "object": "model"},
        ],
    }
