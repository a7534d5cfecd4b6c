"""Azure's schedule of retirements. Models and days are made up; the shapes are those of its real copy."""

from __future__ import annotations

import pytest

from syncers.kinds.record import Parsed
from tests.syncers.sources.pages.samples import copy_of, parse, replaced, source, values

SLUG = "azure-deprecations"


def said(parsed: Parsed, ident: str) -> dict[str, str]:
    return {name: str(value) for name, value in values(parsed, f"azure/{ident}").items()}


@pytest.mark.parametrize(
    ("ident", "expected"),
    [
        ("gpt-8-2025-05-13", {"status": "deprecated", "retires_on": "2027-10-01"}),
        ("gpt-9-2026-11-13", {"status": "active", "retires_on": "2028-05-15"}),
        (
            "nimbus-2-2026-10-06",
            {"status": "preview", "retires_on": "2027-07-15", "successor": "azure/nimbus-2-2026-12-08"},
        ),
        ("nimbus-2-2026-12-08", {"status": "preview"}),
        ("text-vector-7", {"status": "active", "retires_on": "2028-04-15"}),
        ("murmur", {"status": "active", "retires_on": "2027-12-15"}),
        ("Cohort-rank-v7.0", {"status": "active"}),
        ("cohort-reply-a", {"status": "legacy", "retires_on": "2027-08-13"}),
        ("claude-verse-6", {"status": "preview", "retires_on": "2027-08-05"}),
        ("claude-ode-preview", {"status": "preview", "retires_on": "2028-04-02"}),
        (
            "Cohort-rank-v6.5",
            {"status": "retired", "retires_on": "2027-01-14", "successor": "azure/Cohort-rank-v7.0"},
        ),
    ],
)
def test_reads_every_form_of_a_row(ident: str, expected: dict[str, str]) -> None:
    assert said(parse(SLUG), ident) == expected


def test_what_is_no_one_id_of_the_page_is_no_successor() -> None:
    """`gpt-9` is no id: its version is a part of it."""
    notices = parse(SLUG).notices
    assert notices["successor: not listed on the page"] == 3
    assert notices["successor: not one id"] == 1
    assert notices["retires_on: the earliest possible day only"] == 1


def test_a_version_that_is_no_day_and_no_number_is_about_no_id_that_is_known() -> None:
    parsed = parse(SLUG)
    assert [item.reason for item in parsed.rejected] == [
        "gpt-8: it is not known whether 2025-08-06-ev3 is a part of its id"
    ]
    assert not any(claim.leaves_open("released_on") for claim in parsed.claims)
    assert "azure/gpt-8" not in {claim.offering for claim in parsed.claims}


def test_versions_of_one_id_that_differ_are_held() -> None:
    parsed = replaced(SLUG, "| text-vector-7 | 2 | GA |", "| text-vector-7 | 2 | Deprecated |")
    assert said(parsed, "text-vector-7") == {"retires_on": "2028-04-15"}
    assert [item.field for item in parsed.unreadable] == ["status"]


def test_fine_tuned_models_are_left_out() -> None:
    assert said(parse(SLUG), "gpt-8-2025-08-06") == {"status": "deprecated", "retires_on": "2027-11-01"}
    assert parse(SLUG).absent == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| murmur | 001 |", "| murmur (legacy) | 001 |"),
        ("| murmur | 001 |", "| murmur | 001<sup>1</sup> |"),
        ("| murmur | 001 |", "| murmur | latest |"),
        ("| murmur | 001 |", "| murmur | 2026-02-31 |"),
    ],
)
def test_a_row_that_is_not_understood_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert len(parsed.rejected) == 2
    assert not said(parsed, "murmur")
    assert all(claim.leaves_open("released_on") for claim in parsed.claims)


def test_a_table_of_another_shape_is_held() -> None:
    parsed = replaced(SLUG, "| Retirement date | Replacement |", "| Training retirement date | Replacement |")
    assert parsed.absent == ("table: Foundry Models sold by Azure > Azure OpenAI",)
    assert not said(parsed, "murmur")
    assert said(parsed, "claude-verse-6")["retires_on"] == "2027-08-05"


def test_the_copy_of_2026_07_07() -> None:
    text = copy_of("azure", "deprecations-2026-07-07.md")
    parsed, reading = parse(SLUG, {"": text}), source(SLUG).reading({"": source(SLUG).page(text)})
    assert (reading.rows, len(parsed.claims)) == (156, 154)
    assert (parsed.absent, parsed.unreadable) == ((), [])
    assert parsed.notices == {"successor: not one id": 3, "successor: not listed on the page": 20}
    assert [item.where for item in parsed.rejected] == [
        "Foundry Models sold by Azure > Azure OpenAI > gpt-4o | 2024-08-06-ev3"
    ]
    by_eye = {
        "gpt-4o-2024-05-13": ("deprecated", "2026-10-01", None),
        "gpt-4o-2024-08-06": ("deprecated", "2026-10-01", None),
        "gpt-4.1-2025-04-14": ("deprecated", "2026-10-14", None),
        "gpt-5-2025-08-07": ("active", "2027-02-06", None),
        "gpt-5-chat-2025-10-03": ("retired", "2026-05-13", None),
        "gpt-chat-latest-2026-05-05": ("preview", "2026-11-05", None),
        "sora-2-2025-10-06": ("preview", "2026-07-15", "azure/sora-2-2025-12-08"),
        "text-embedding-ada-002": ("active", "2027-04-15", None),
        "tts": ("preview", "2026-12-15", None),
        "FLUX.2-pro": ("active", None, None),
        "DeepSeek-R1": ("legacy", "2026-08-13", None),
        "MAI-Image-2-2026-02-20": ("preview", "2026-08-15", None),
        "grok-3-mini": ("retired", "2026-05-01", "azure/grok-4-1-fast-reasoning"),
        "grok-4-fast-non-reasoning": ("retired", "2026-05-01", "azure/grok-4-1-fast-non-reasoning"),
        "claude-opus-4-1": ("preview", "2026-08-05", None),
        "claude-mythos-preview": ("preview", "2027-04-02", None),
        "Cohere-rerank-v3.5": ("deprecated", "2026-05-14", None),
        "Meta-Llama-3.1-8B": ("deprecated", "2026-06-13", None),
        "tsuzumi-7b": ("legacy", "2026-08-31", None),
    }
    names = ("status", "retires_on", "successor")
    assert {ident: tuple(said(parsed, ident).get(name) for name in names) for ident in by_eye} == by_eye
