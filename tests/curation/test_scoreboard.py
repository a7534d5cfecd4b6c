"""What `compare` prints, from stored claims."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from curation.models import Source, StoredClaim

pytestmark = pytest.mark.django_db


def state(slug: str, amount: str, *, speaks_for: str = "", moved: dict[str, Any] | None = None) -> None:
    """A source states the input price of one offering."""
    source, _ = Source.objects.get_or_create(
        slug=slug, defaults={"label": slug, "source_type": "catalogue", "authority": ["*"], "speaks_for": speaks_for}
    )
    now = timezone.now()
    values = {"price.input": [{"amount": amount, "currency": "USD"}]}
    StoredClaim.objects.create(
        source=source, offering_key="acme/one", digest=slug, values=values, since={"price.input": "2026-08-01"},
        moved=moved or {}, first_seen_at=now, changed_at=now,
    )  # fmt: skip


def compared(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    call_command("compare", "--json", *arguments)
    return json.loads(capsys.readouterr().out)


def test_catalogues_are_compared_with_the_provider(capsys: pytest.CaptureFixture[str]) -> None:
    earlier = [{"amount": "4", "currency": "USD"}]
    state("acme-pricing", "3", speaks_for="acme", moved={"price.input": [{"from": earlier, "on": "2026-08-01"}]})
    state("late", "4")
    state("right", "3")
    answer = compared(capsys, "--rows")
    assert {slug: table["share_equal"] for slug, table in answer["catalogues"].items()} == {
        "late": 0.0, "published": None, "right": 1.0,
    }  # fmt: skip
    assert [(row["catalogue"], row["verdict"]) for row in answer["rows"]] == [
        ("published", "not listed"), ("late", "stale"),
    ]  # fmt: skip
    assert answer["rows"][1]["stated"]["since"] == "2026-08-01"
    assert compared(capsys, "--field", "price.output") == {"catalogues": {}}


def test_numbers_are_split_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    state("acme-pricing", "3", speaks_for="acme")
    state("late", "4")
    split = compared(capsys, "--by", "field")["by_field"]
    assert [(row["catalogue"], row["field"], row["other"]) for row in split] == [
        ("late", "price.input", 1), ("published", "price.input", 0),
    ]  # fmt: skip
    call_command("compare", "--by", "provider")
    assert "late  acme " in capsys.readouterr().out


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(CommandError, match="unknown field"):
        call_command("compare", "--field", "nonsense")


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(CommandError, match="no provider is called nobody"):
        call_command("compare", "--provider", "nobody")
