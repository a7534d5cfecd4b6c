"""What CI runs is what `make` runs, on the Pythons that the project names."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
WORKFLOWS: dict[str, Any] = {
    path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (ROOT / ".github/workflows").glob("*.yml")
}
JOBS = [job for workflow in WORKFLOWS.values() for job in workflow["jobs"].values()]
AT_HAND = {"help", "run", "format", "bench", "lock", "clean", "runtime", "dev"}
"""Targets that people run, or other targets; `soak` runs `mutation`."""


def test_it_runs_every_target_that_checks_something():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[0].split())
    run = {target for job in JOBS for step in job["steps"] for target in re.findall(r"make (\w+)", step.get("run", ""))}

    assert run | AT_HAND | {"mutation"} == targets
    assert "$(MAKE) mutation" in makefile.partition("\nsoak:")[2].partition("\n\n")[0]


def test_it_tests_on_every_python_that_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = [match[1] for word in project["classifiers"] if (match := re.search(r"Python :: (3\.\d+)$", word))]

    assert WORKFLOWS["ci.yml"]["jobs"]["test"]["strategy"]["matrix"]["python"] == pythons
    assert project["requires-python"] == f">={pythons[0]}"
