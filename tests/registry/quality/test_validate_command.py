from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from curation.pins import pinning
from registry.quality import RULES
from tests.builders import OFFERING, claim, curator, source, state, usd

PAGE = Path(__file__).resolve().parents[3] / "docs" / "quality.md"
RENEW = ".venv/bin/python manage.py validate --rules > docs/quality.md"


def validate(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    out = StringIO()
    try:
        call_command("validate", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


@pytest.mark.django_db
def test_it_lists_findings_with_their_values_and_counts_them():
    state(source(), claim(task="chat", context_window=512))

    text, code = validate()

    assert "warning context-too-small: The context window of a chat model is below 1,024 tokens. (1)" in text
    assert f"  {OFFERING}  context_window  tokens 512" in text
    assert text.endswith("0 errors and 1 warnings in 1 offerings at revision 1\n")
    assert code == 0


@pytest.mark.django_db
def test_it_fails_when_there_is_an_error():
    state(source(), claim(price_input=usd("3")))
    pinning.pin(offering=OFFERING, field="price.input", value=usd("3000"), actor=curator(), reason="no, really")

    text, code = validate("--json")

    answer = json.loads(text)
    assert code == 1
    assert (answer["errors"], answer["warnings"], answer["counts"]) == (1, 0, {"price-absurd": 1})
    assert answer["findings"][0]["offering"] == OFFERING


@pytest.mark.django_db
def test_it_fails_for_an_error_also_when_only_warnings_are_shown():
    state(source(), claim(price_input=usd("3")))
    pinning.pin(offering=OFFERING, field="price.input", value=usd("3000"), actor=curator(), reason="no, really")

    assert validate("--severity", "warning")[1] == 1


@pytest.mark.django_db
def test_it_reports_on_one_provider_and_one_severity():
    state(source(), claim(task="chat", context_window=512), claim("other/rocket-1"))

    assert validate("--provider", "other")[0].startswith("0 errors and 0 warnings")
    assert validate("--severity", "error")[0].startswith("0 errors and 0 warnings")


@pytest.mark.django_db
def test_a_provider_that_is_not_published_is_a_mistake():
    with pytest.raises(CommandError, match="nothing is published of nobody"):
        validate("--provider", "nobody")


def test_the_page_of_rules_is_true():
    page = validate("--rules")[0]

    assert all(f"`{rule.code}`" in page for rule in RULES)
    if PAGE.read_text(encoding="utf-8") != page:
        pytest.fail(f"docs/quality.md is not up to date; renew it with: {RENEW}")
