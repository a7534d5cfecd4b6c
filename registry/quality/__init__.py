"""Plausibility rules over published values, each with a code, a sentence and a severity. Pure.

    sheet, context = fact_sheet(offering, facts, on=today), Context(today, others=sheets_of_the_same_model)
    findings = list(check(sheet, context))

Adding a rule is one small class, and one line in `registry.quality.rules`.
"""

from __future__ import annotations

from registry.quality.base import Context, Finding, Rule, Severity
from registry.quality.rules import RULES, check
from registry.quality.sheets import FactSheet, claim_sheet, fact_sheet
from registry.quality.survey import Subject, survey

__all__ = [
    "RULES",
    "Context",
    "FactSheet",
    "Finding",
    "Rule",
    "Severity",
    "Subject",
    "check",
    "claim_sheet",
    "fact_sheet",
    "survey",
]  # fmt: skip
