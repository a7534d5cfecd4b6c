"""Aider's polyglot board: how many of 225 programming tasks a model solves when aider drives it, in two tries.

Data: https://github.com/Aider-AI/aider (Apache-2.0). Its last entry is of October 2025. The model is taken from the
command that was run, in the form that LiteLLM uses, since the name is free text. Runs with two models (an architect and
an editor) do not measure one model, and are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import yaml

from curation.core.claim import InvalidClaim
from registry.identity import names
from syncers.errors import BadPayload
from syncers.kinds.benchmarks import BenchmarkList, ReportedScore
from syncers.kinds.coerce import full_day
from syncers.kinds.record import Record
from syncers.payload.parse import read_text

_MODEL: Final = re.compile(r"--model[ =]+(\S+)")
_SAID: Final = re.compile(r"\(([^()]+)\)\s*$")


class Aider(BenchmarkList):
    slug, label, licence = "aider", "Aider polyglot leaderboard", "Apache-2.0"
    url = "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml"
    homepage = evidence = "https://github.com/Aider-AI/aider/blob/main/aider/website/_data/polyglot_leaderboard.yml"
    every = timedelta(days=7)
    expected = (30, 1_000)
    confidence = "high"

    def read(self, body: bytes) -> Any:
        try:
            return yaml.load(read_text(body), Loader=_Texts)  # noqa: S506  (creates only texts)
        except (yaml.YAMLError, RecursionError) as error:
            raise BadPayload(f"{self.slug}: not valid YAML: {str(error)[:300]}") from error

    def scores(self, record: Record) -> Iterator[ReportedScore]:
        if record.get("editor_model"):
            return
        name, command = record.text("model"), record.text("command")
        match = _MODEL.search(command)
        if not match:
            raise InvalidClaim(f"command: no --model in {command[:120]!r}")
        provider, separator, ident = match[1].partition("/")
        yield ReportedScore(
            name,
            "aider_polyglot",
            record.text("pass_rate_2"),
            "percent",
            variant=", ".join(filter(None, (_effort(record, name), record.get("edit_format")))),
            measured_on=full_day(record.get("date")),
            ident=ident if separator else match[1],
            provider=names.provider(provider) if separator else "",
        )

    def notices(self, document: Any) -> dict[str, int]:
        pairs = sum(bool(record.get("editor_model")) for record in self.records(document))
        return {"run with two models": pairs} if pairs else {}


def _effort(record: Record, name: str) -> str:
    """The reasoning effort: the suffix of the name, else the settings of the run."""
    if match := _SAID.search(name):
        return match[1].strip().lower()
    budget = record.get("thinking_tokens")
    return str(record.get("reasoning_effort") or (f"{budget} thinking tokens" if budget else ""))


class _Texts(yaml.BaseLoader):
    """Reads every scalar as text, so that numbers stay exact; does not follow aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read")
        return super().compose_node(parent, index)
