"""Rules about limits, dates and benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from registry.domain import fields
from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.sheets import FactSheet

#: Scores that are no percentage: ratings, amounts of money, positions.
_NOT_PERCENT: Final = (
    "elo", "arena", "rating", "rank", "cost", "usd", "index", "score", "vending", "minutes", "horizon",
)  # fmt: skip


class ContextTooSmall(Rule):
    code = "context-too-small"
    sentence = "The context window of a chat model is below 1,024 tokens."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        size = sheet.facts.get("context_window")
        if size is not None and size < 1024 and sheet.facts.get("task") in ("chat", "completion"):
            yield self.finding(sheet, "context_window", "task", tokens=size)


class ContextTooLarge(Rule):
    code = "context-too-large"
    sentence = "A context window above 10,000,000 tokens: larger than any model has."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name in ("context_window", "max_input_tokens", "max_output_tokens"):
            size = sheet.facts.get(name)
            # Llama 4 Scout has 10M, which some write as 10 × 1,048,576.
            if size is not None and size > 10 * 1024 * 1024:
                yield self.finding(sheet, name, tokens=size)


class OutputAboveContext(Rule):
    code = "output-above-context"
    sentence = "The maximum output exceeds the context window."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        window, output = sheet.facts.get("context_window"), sheet.facts.get("max_output_tokens")
        if window is not None and output is not None and output > window:
            yield self.finding(sheet, "max_output_tokens", "context_window", max_output=output, context=window)


class BenchmarkRange(Rule):
    code = "benchmark-range"
    sentence = "A benchmark counted in per cent is above 100."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, score in _percentages(sheet):
            if score > 100:
                yield self.finding(sheet, name, score=score)


class BenchmarkFraction(Rule):
    code = "benchmark-fraction"
    sentence = "A benchmark counted in per cent is between 0 and 1: it may be a fraction."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        for name, score in _percentages(sheet):
            if 0 < score < 1:
                yield self.finding(sheet, name, score=score)


def _percentages(sheet: FactSheet) -> Iterator[tuple[str, Decimal]]:
    for name, data in sheet.facts.items():
        if data is not None and name.startswith(fields.BENCHMARK_PREFIX) and not any(w in name for w in _NOT_PERCENT):
            yield name, Decimal(data)


class RetiresBeforeRelease(Rule):
    code = "retires-before-release"
    sentence = "The retirement date is before the release date."
    severity = Severity.ERROR

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        # Dates in ISO form are in the order of their text.
        released, retires = sheet.facts.get("released_on"), sheet.facts.get("retires_on")
        if released and retires and retires < released:
            yield self.finding(sheet, "retires_on", "released_on", retires=retires, released=released)


class CutoffAfterRelease(Rule):
    code = "cutoff-after-release"
    sentence = "The knowledge cutoff is after the release date."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        released, cutoff = sheet.facts.get("released_on"), sheet.facts.get("knowledge_cutoff")
        if released and cutoff and cutoff > released[: len(cutoff)]:
            yield self.finding(sheet, "knowledge_cutoff", "released_on", cutoff=cutoff, released=released)


class RetiredButActive(Rule):
    code = "retired-but-active"
    sentence = "The retirement date has passed, but the status is active or preview."
    severity = Severity.WARNING

    def check(self, sheet: FactSheet, context: Context) -> Iterator[Finding]:
        retires, status = sheet.facts.get("retires_on"), sheet.facts.get("status")
        if retires and retires < context.on.isoformat() and status in ("active", "preview"):
            yield self.finding(sheet, "status", "retires_on", status=status, retires=retires)
