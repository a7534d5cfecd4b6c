from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

from syncers.near_names import check_environment, known_names, near_names

KNOWN = known_names()
FOREIGN = """
PATH HOME LANG LC_ALL SHELL TERM USER HTTP_PROXY HTTPS_PROXY NO_PROXY https_proxy DISPLAY EDITOR PAGER
HOSTNAME PORT HOST URL KEY TOKEN API_KEY DEBUGINFOD_URLS DEBIAN_FRONTEND DJANGO_SETTINGS_MODULE PYTHONPATH
PIP_INDEX_URL OPENAI_BASE_URL OPENAI_API_BASE OPENAI_ORG_ID OPENAI_ADMIN_KEY ANTHROPIC_AUTH_TOKEN
ANTHROPIC_BASE_URL GROK_API_KEY GOOGLE_API_KEY GITHUB_TOKEN GH_TOKEN HF_HOME HF_HUB_CACHE AWS_REGION
AWS_PROFILE AWS_DEFAULT_REGION AZURE_API_KEY CLOUDFLARE_API_KEY CLOUDFLARE_EMAIL REDIS_URL PGHOST PGPASSWORD
POSTGRES_USER POSTGRES_DB LOGLEVEL LOG_FORMAT SSH_AUTH_SOCK XDG_RUNTIME_DIR VIRTUAL_ENV CI MAKEFLAGS MAKELEVEL
NPM_TOKEN SENTRY_DSN
"""


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("OPENAI_API_TOKEN", "OPENAI_API_KEY"),
        ("OPENAIAPIKEY", "OPENAI_API_KEY"),
        ("OPENROUTER_APIKEY", "OPENROUTER_API_KEY"),
        ("ANTROPIC_API_KEY", "ANTHROPIC_API_KEY"),
        ("REPLICATE_API_KEY", "REPLICATE_API_TOKEN"),
        ("DATABSE_URL", "DATABASE_URL"),
        ("DJANGO_SECRET_KEY", "SECRET_KEY"),
        ("ALLOWED_HOST", "ALLOWED_HOSTS"),
        ("CELERY_BORKER_URL", "CELERY_BROKER_URL"),
        ("AZURE_SUBSCRIPTON_ID", "AZURE_SUBSCRIPTION_ID"),
    ],
)
def test_a_slip_is_told_with_the_name_that_was_meant(name, near):
    assert list(near_names([name], KNOWN)) == [(name, near)]


@pytest.mark.parametrize("name", FOREIGN.split())
def test_what_other_programs_read_is_no_slip(name):
    assert list(near_names([name], KNOWN)) == []


def test_a_name_beside_the_right_one_is_there_for_something_else():
    assert list(near_names(["OPENAI_KEY", "OPENAI_API_KEY"], KNOWN)) == []


def test_no_variable_of_ours_is_a_slip():
    assert list(near_names(KNOWN, KNOWN)) == []
    assert [pairs for name in KNOWN if (pairs := list(near_names([name], KNOWN)))] == []


def test_every_documented_variable_is_known():
    page = (Path(settings.BASE_DIR) / "docs" / "settings.md").read_text()
    rows = re.findall(r"^\|.*$", page, flags=re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]{3,})`", row)}

    assert documented - {"DEBUG", "INFO", "WARNING", "ERROR"} - KNOWN == set()


def test_commands_warn_of_it(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("OPENAI_KEY", "sk-sekret")

    [warning] = [message for message in check_environment() if "OPENAI_KEY" in message.msg]

    assert warning.hint == "Did you mean OPENAI_API_KEY?"
    assert "sekret" not in str(warning)
