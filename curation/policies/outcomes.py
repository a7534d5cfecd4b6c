"""What becomes of a change, as simulation, backtest and re-evaluation name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy, ngettext

from curation.core.policy import Judgement, Rule, Verdict

APPLY: Final = Verdict.APPLY.value
HOLD: Final = Verdict.HOLD.value
REJECT: Final = Verdict.REJECT.value
WAIT: Final = "wait"
"""Applied after the time of its policy, unless somebody objects."""
UNCLEAR: Final = "unclear"
LABELS: Final[Mapping[str, Any]] = {
    APPLY: gettext_lazy("applied"),
    WAIT: gettext_lazy("applied after a time"),
    HOLD: gettext_lazy("held for review"),
    Verdict.QUARANTINE.value: gettext_lazy("run held"),
    REJECT: gettext_lazy("rejected"),
    UNCLEAR: gettext_lazy("unclear: not recorded"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a change, and who decides it."""

    name: str
    """A key of `LABELS`."""
    policy: str
    """The policy that decides, or the rule that holds what a policy lets through."""

    @classmethod
    def of(cls, judgement: Judgement, gate: str = "") -> Outcome:
        """The outcome of a judgement. `gate` is the rule that holds what policies apply at once; "" for none."""
        if judgement.grace_hours:
            return cls(WAIT, judgement.policy)
        if gate and judgement.verdict is Verdict.APPLY:
            return cls(HOLD, gate)
        return cls(judgement.verdict.value, judgement.policy)


def in_words(decision: Judgement | Rule) -> str:
    """What a policy decides, in words, with the time that it leaves to object."""
    if hours := decision.grace_hours:
        words = ngettext("applied after %(hours)s hour", "applied after %(hours)s hours", hours)
        return words % {"hours": f"{hours:,}"}
    return str(LABELS[decision.verdict.value])
