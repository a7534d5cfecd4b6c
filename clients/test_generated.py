"""Clients that are generated from our OpenAPI document, in Python and TypeScript: they are made without a complaint,
and read real answers.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TYPESCRIPT = Path(__file__).resolve().parent / "typescript"
GENERATOR = Path(sys.executable).with_name("openapi-python-client")
PACKAGE = "registry_client"


@pytest.fixture(scope="session")
def generated(site: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A function that calls an operation of the generated Python client."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.yml").write_text(f"package_name_override: {PACKAGE}\npost_hooks: []\n")
    command = [
        str(GENERATOR), "generate", "--url", f"{site}/api/v1/schema/", "--config", str(folder / "config.yml"),
        "--meta", "setup", "--output-path", str(folder / "out"), "--fail-on-warning",
    ]  # fmt: skip
    subprocess.run(command, check=True)
    sys.path.insert(0, str(folder / "out"))
    client = importlib.import_module(PACKAGE).Client(base_url=site, raise_on_unexpected_status=True)

    def call(operation: str, *path: str, **asked: Any) -> Any:
        return importlib.import_module(f"{PACKAGE}.api.{operation}").sync(*path, client=client, **asked)

    return call


def test_the_python_client_reads_lists_and_details(generated):
    page = generated("offerings.list_offerings", provider="openai", page_size=50)
    assert page.count >= len(page.results) > 10
    assert {row.provider for row in page.results} == {"openai"}

    assert generated("offerings.get_offering", "openai/gpt-4.1").id == "openai/gpt-4.1"
    assert generated("models.list_models", page_size=5).results
    assert generated("providers.list_providers").results
    assert generated("sources.list_sources").results
    assert generated("history.list_changes", since=0, limit=5).results


def test_the_python_client_asks_for_a_cost(generated, ask):
    request = importlib.import_module(f"{PACKAGE}.models").CostRequest
    asked = {"id": "openai/gpt-4.1", "usage": {"input_tokens": 1000}}

    assert generated("cost.cost", body=request.from_dict(asked)).total == ask("/api/v1/cost/", asked)["total"]


def test_the_typescript_client_is_checked_and_runs(site, ask, tmp_path):
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    folder = tmp_path / "typescript"
    shutil.copytree(TYPESCRIPT, folder, ignore=shutil.ignore_patterns("node_modules"))
    subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    done = subprocess.run(
        [npm, "start", "--silent"], cwd=folder, env={**os.environ, "SITE": site}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["count"] == ask("/api/v1/offerings/?provider=openai&page_size=1")["count"]
    assert told["total"] == ask("/api/v1/cost/", {"id": "openai/gpt-4.1", "usage": {"input_tokens": 1000}})["total"]
