"""A flag that repeats a modality is heard beside the list that says the same."""

from __future__ import annotations

from datetime import date

import pytest

from curation.core.merge import merge
from curation.core.modality_flags import is_beside, repeats
from tests.builders import source_facts, statement

ON = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("own", "decided", "heard"),
    [
        (("text", "pdf"), ("text", "pdf"), True),
        (("text", "pdf"), ("text",), False),
        (("text",), ("text", "pdf"), False),
        (("text", "image", "pdf"), ("text", "pdf"), True),  # of another modality it may say what it will
        (None, ("text",), True),
        (("text", "pdf"), None, True),
    ],
)
def test_a_source_is_heard_about_a_flag_where_its_list_says_the_same_of_that_modality(own, decided, heard):
    lists = [{"input_modalities": modalities} if modalities is not None else {} for modalities in (own, decided)]

    assert is_beside("supports_pdf_input", *lists) is heard
    assert is_beside("supports_tools", *lists)


def test_only_flags_that_repeat_a_modality_do():
    assert [name for name in ("supports_vision", "supports_tools", "input_modalities") if repeats(name)] == [
        "supports_vision"
    ]


def test_a_flag_that_no_source_with_the_decided_list_states_is_unknown():
    """Else it would deny the list beside it."""
    lead = statement(
        source_facts("acme", speaks_for="acme"), values={"input_modalities": ("text",), "context_window": 1}
    )
    other = statement(values={"input_modalities": ("text", "pdf"), "supports_pdf_input": True, "supports_tools": True})
    merged = merge("acme", [lead, other], on=ON)

    assert merged.decided["input_modalities"].value == ("text",)
    assert "supports_pdf_input" not in merged.decided
    assert merged.elsewhere == {"supports_pdf_input": ("list",)}
    assert merged.decided["supports_tools"].value is True
