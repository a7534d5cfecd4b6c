"""Every parameter that the schema calls a day or a moment, with forms that Python reads and nobody means."""

from __future__ import annotations

import pytest

from tests.registry.api.test_schema import schema

pytestmark = pytest.mark.django_db

ODD = ["2026-W01", "2026-W01-1", "20260101", "20260101T0800", "2026-01-31x08:00"]
PLACES = {"/api/v1/offerings/{id}/": "offerings/openai/gpt-4o", "/api/v1/models/{id}/": "models/openai/gpt-4o"}


def test_no_parameter_takes_a_week_or_a_day_without_hyphens(get, published):
    tried = 0
    for path, methods in schema()["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", ()):
            kinds = [parameter["schema"], *parameter["schema"].get("anyOf", ())]
            if parameter["in"] != "query" or not {kind.get("format") for kind in kinds} & {"date", "date-time"}:
                continue
            for text in ODD:
                url = PLACES.get(path, path.removeprefix("/api/v1/"))
                answer = get(url, {parameter["name"]: text})
                assert answer.status_code == 400, (path, parameter["name"], text)
                assert answer.json()["errors"][0]["parameter"] == parameter["name"]
                tried += 1
    assert tried > 100
