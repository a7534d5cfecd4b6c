"""docs/policies.md, made from the default policies and the conditions, so that it stays true."""

# ruff: noqa: E501 (rows of tables cannot be wrapped)

from __future__ import annotations

from typing import Final

from curation.core.policy.conditions import CONDITIONS, Kinds
from curation.core.policy.defaults import DEFAULT_POLICIES

_HEAD: Final = """# Policies

Made from `defaults.py` and `conditions.py` of `curation/core/policy/`. Do not edit, but run
`.venv/bin/python manage.py policies --markdown > docs/policies.md`; a test keeps it true.

A policy says what becomes of a change of a published value. Policies are rows in the admin (*Curation → Policies*), asked
in their order; **the first that matches decides**, and the ledger, the queue and the API name it. A change that none
matches is held. What a curator pinned, and the end of a pin, needs no policy.

Each field is judged by itself. The token prices of an offering are decided together by the strictest verdict on any of them
(hold the run, hold, reject, apply, in this order): all are published or none, and they are rejected only where
each of them is. A rate that its source dropped when it moved its list is judged as that list is.

## Verdicts

| verdict | what becomes of the change |
|---|---|
| apply | It is published, unless a [rule of quality](quality.md) stands against it: the gate looks at whatever policies let through. |
| apply after hours | It waits in the queue with its time, and is published then if it still stands. Rejecting it, pinning the field or postponing it is an objection; whoever postpones it takes it over. When its time comes it is judged again, by the policies of that day and by the gate. |
| hold | It waits in the review queue for a person. |
| hold the run | The whole run is put in quarantine and changes nothing, like one in which too much moves at once. Release or discard it on the page of the run. Outside of a run, and in one that people accept all the same, the change is held. |
| reject | It is not published, and remembered like a person's No, with the policy's explanation as the reason. It stands in the list of rejected changes and can be taken back there. |

## Conditions

All that are given must hold; one that is empty matches anything. What is not known meets no condition: a price that
becomes *dynamic* moves by no factor.

"""

_TAIL: Final = """
## Before you save one

* **Backtest** on the form shows what the policy would have decided over the last 90 days: counts then, by the present
  policies and with this one, and the decisions that would differ. Nothing is saved. *Always apply* and *Always reject* in
  the review queue lead to the same form, filled in and backtested.
* **Which policy decides?** takes a made-up statement, or a change that waits (*why?* in the queue), and shows every
  policy in order with what it asks and what the change has to say, and whether the gate would hold it.
* **Backtest** above the list re-evaluates the decisions of the last 90 days by the present policies.

Editing a policy changes no earlier decision. Pending changes are re-evaluated when their source is next read, or by
*Re-evaluate pending changes*, which shows the result first.

History does not know everything: the ledger does not keep the independent sources behind a correction, knows the quality
of the value before only where it changed within the time, and the type of a source is today's. Where a policy asks about
that and the answer would decide, the case counts as *unclear*. What the gate held is taken to be held again. A run that
was not accepted left nothing to judge. At most the newest 10,000 entries of the ledger and 10,000 held changes are looked
at, and what is left out is counted. Held changes keep what policies may ask about, so that they can be judged exactly.

## Updates

A default policy has a key that never changes. An update adds those that an installation was never offered, each just
before the next default one that is there (so that what people put in between is asked first), and brings a policy that
nobody has edited to its newer form. What was edited, switched off or deleted stays so; a new policy that comes to an
installation without any default one is switched off. The list says for 30 days what came with an update, and the
audit trail keeps it.
"""


def markdown() -> str:
    """The whole document."""
    lines = [_HEAD, "| condition | |\n|---|---|\n"]
    lines += [f"| {condition.title} | {condition.meaning} |\n" for condition in CONDITIONS]
    lines += ["\nKinds of change:\n\n| kind | |\n|---|---|\n"]
    lines += ["| `{}` | {} |\n".format(*words.split(": ", 1)) for words in Kinds.choices.values()]
    lines += ["\n## Default policies\n"]
    for number, default in enumerate(DEFAULT_POLICIES, start=1):
        rule = default.rule
        lines += [f"\n{number}. **{rule.name}** — {rule.verdict.value}. When: {rule.in_words}.\n"]
        lines += [f"   {rule.explanation} {default.why}\n"]
    return "".join([*lines, _TAIL])
