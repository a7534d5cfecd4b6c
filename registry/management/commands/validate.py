from __future__ import annotations

import json
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from registry.catalogue import cache
from registry.quality import RULES, Finding, Severity, survey


class Command(BaseCommand):
    help = (
        "Checks the published catalogue: prints every value that breaks a quality rule, grouped by rule, with what it "
        "was compared with. Exits with 1 when there is an error, and with 0 when there are only warnings. The rules "
        "are listed in docs/quality.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--provider", action="append", default=[], help="report on this provider; may be repeated")
        parser.add_argument("--severity", choices=[s.value for s in Severity], help="report findings of this severity")
        parser.add_argument("--rules", action="store_true", help="print the rules, as docs/quality.md, and stop")

    def handle(self, *, json: bool, provider: list[str], severity: str | None, rules: bool, **options: Any) -> None:
        if rules:
            self.stdout.write(markdown(), ending="")
            return
        current = cache.current()
        unknown = set(provider) - {entry.provider for entry in current.entries.values()}
        if unknown:
            raise CommandError(f"nothing is published of {', '.join(sorted(unknown))}; `stats` counts what is")
        all_findings = list(survey(current.entries.values(), on=timezone.now().date(), providers=provider))
        findings = sorted(
            (f for f in all_findings if severity in (None, f.rule.severity)),
            key=lambda f: (not f.is_error, f.rule.code, f.offering, f.field),
        )
        self.stdout.write(_object(current, findings) if json else "\n".join(_lines(current, findings)))
        if any(finding.is_error for finding in all_findings):  # also when only warnings were asked for
            raise SystemExit(1)


def markdown() -> str:
    """The list of rules, as docs/quality.md."""
    rows = "\n".join(f"| `{rule.code}` | {rule.severity} | {rule.sentence} |" for rule in RULES)
    return _PAGE.format(count=len(RULES), rows=rows)


def _object(current: cache.Catalogue, findings: Sequence[Finding]) -> str:
    errors = sum(finding.is_error for finding in findings)
    return json.dumps(
        {
            "revision": current.revision,
            "offerings": len(current.entries),
            "errors": errors,
            "warnings": len(findings) - errors,
            "counts": dict(Counter(finding.rule.code for finding in findings).most_common()),
            "findings": [finding.as_json() for finding in findings],
        },
        indent=2,
    )


def _lines(current: cache.Catalogue, findings: Sequence[Finding]) -> Iterator[str]:
    for rule, group in groupby(findings, key=attrgetter("rule")):
        listed = list(group)
        yield f"{rule.severity} {rule.code}: {rule.sentence} ({len(listed):,})"
        for finding in listed:
            values = ", ".join(f"{name} {value}" for name, value in finding.values.items())
            yield f"  {finding.offering}  {finding.field}  {values}"
        yield ""
    for (severity, code), count in Counter((f.rule.severity, f.rule.code) for f in findings).most_common():
        yield f"{count:>7,}  {severity:<8} {code}"
    errors = sum(finding.is_error for finding in findings)
    yield (
        f"{errors:,} errors and {len(findings) - errors:,} warnings in {len(current.entries):,} offerings "
        f"at revision {current.revision}"
    )


_PAGE = """\
# Quality rules

Generated from the classes in `registry/quality/`. Do not edit; run
`.venv/bin/python manage.py validate --rules > docs/quality.md`. A test checks that this page is up to date.

`.venv/bin/python manage.py validate` lists every published value that breaks a rule. The same rules are applied before
publishing (*quality gate*):

- An **error** is certainly wrong. A value that causes one waits for approval, also in a new offering; the rest of the
  offering is published, and a known value stays.
- A **warning** is probably wrong. A change that causes a new one waits for approval; a value that is stated for the
  first time is published, and listed by `validate`.
- A pin is a person's decision and is published. Findings that existed before a change do not hold the change.
- Held values are found under *Review queue* in the admin, with the policy `rule: <code>`.

Prices are compared with other offerings of the same model: with the median over at least two other providers, each
counted once, including what other sources state of the same offering; with at least two other offerings of the model at
the same provider; and, for a change, with the published price. `validate` never lists rules that compare with the
published price.

{count} rules.

| code | severity | problem |
|---|---|---|
{rows}
"""
