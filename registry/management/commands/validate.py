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
        "Tells what is suspicious in the published catalogue: every value that breaks a rule, grouped by rule, with "
        "what it was compared with. Exits with 1 when there is an error, and with 0 when there are only warnings. "
        "The rules are listed in docs/quality.md."
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
        found = list(survey(current.entries.values(), on=timezone.now().date(), providers=provider))
        findings = sorted(
            (f for f in found if severity in (None, f.rule.severity)),
            key=lambda f: (not f.is_error, f.rule.code, f.offering, f.field),
        )
        self.stdout.write(_object(current, findings) if json else "\n".join(_lines(current, findings)))
        if any(finding.is_error for finding in found):  # also when only warnings were asked for
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

Made from the classes in `registry/quality/`. Do not edit, but run
`python manage.py validate --rules > docs/quality.md`; a test keeps it true.

`python manage.py validate` lists every published value that breaks a rule. The same rules stand before publishing:

- An **error** cannot be right. A value that would make one waits for a person, also when its offering is new; the rest
  of the offering is published, and a known value stays as it was.
- A **warning** is seldom right. A change that would make one where none was waits for a person; what is stated for the
  first time is published, and listed by `validate`.
- A pin is a person's decision and is published. What was suspicious before a change is no reason to hold the change.
- Held values are found under *Changes* in the admin, with the policy `rule: <code>`.

Prices are compared with other offerings of the same model: the median over at least two other providers, one voice
each, where what other sources state of the very offering counts as well; with at least two other offerings of the model
at the same provider; and, where a change is judged, with what is published. Rules that compare with what is published
have nothing to say about a catalogue at rest, so that `validate` never lists them.

{count} rules.

| code | severity | what must not be |
|---|---|---|
{rows}
"""
