"""Policies: which changes are applied automatically, and which wait for a person. Pure.

A policy (`rule.py`) is a verdict and its conditions. A condition (`conditions.py`) is one class: its test, its words,
its form input, its JSON form, its documentation.
"""

from __future__ import annotations

from curation.core.policy.context import NOTHING_KNOWN, PolicyContext
from curation.core.policy.judge import (
    NO_POLICY,
    PIN_ENDED,
    PINS_APPLY,
    UPGRADED,
    Case,
    Counts,
    Judgement,
    counted,
    judge,
    judge_run,
    possible_judgements,
    verdict_of,
)
from curation.core.policy.rule import Rule, Verdict

__all__ = [
    "NOTHING_KNOWN", "NO_POLICY", "PINS_APPLY", "PIN_ENDED", "UPGRADED", "Case", "Counts", "Judgement", "PolicyContext",
    "Rule", "Verdict", "counted", "judge", "judge_run", "possible_judgements", "verdict_of",
]  # fmt: skip
