"""Policies in words: their conditions, and what a change has to say to each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from curation.core.diff import Change, Kind
from curation.core.rules import Circumstances, Direction, Rule, Verdict, direction, is_only_wording
from registry import display
from registry.domain import fields
from registry.domain.offering_ids import provider_of

KINDS: Final[Mapping[str, Any]] = {
    Kind.NEW: gettext_lazy("new: of an offering that was not published before"),
    Kind.FILL: gettext_lazy("fill: unknown until now"),
    Kind.CHANGE: gettext_lazy("change: another value"),
    Kind.SHRINK: gettext_lazy("shrink: a limit gets smaller"),
    Kind.LOSS: gettext_lazy("loss: a capability or a modality is gone"),
    Kind.CLEAR: gettext_lazy("clear: a source says that there is none"),
    Kind.FREE: gettext_lazy("free: a price becomes zero"),
    Kind.RECAST: gettext_lazy("recast: a price becomes another kind of answer"),
    Kind.WITHDRAWN: gettext_lazy("withdrawn: no source states it any more"),
    Kind.UNLISTED: gettext_lazy("unlisted: stated only in price lists other than the published one"),
    Kind.REWRITES: gettext_lazy("rewrites: the past of a price is told otherwise than it was published"),
}
TITLES: Final[Mapping[str, Any]] = {
    "kinds": gettext_lazy("kind of change"),
    "groups": gettext_lazy("field group"),
    "fields": gettext_lazy("field"),
    "only_wording": gettext_lazy("only the wording"),
    "one_way": gettext_lazy("all prices move one way"),
    "sources": gettext_lazy("source"),
    "standings": gettext_lazy("standing of the source"),
    "providers": gettext_lazy("provider"),
    "direction": gettext_lazy("direction"),
    "factor_at_least": gettext_lazy("moves by at least"),
    "factor_below": gettext_lazy("moves by less than"),
    "voices_at_least": gettext_lazy("independent voices, at least"),
    "qualities": gettext_lazy("quality of the published value"),
    "age_at_least": gettext_lazy("published for days, at least"),
    "age_below": gettext_lazy("published for days, fewer than"),
    "count_at_least": gettext_lazy("such changes in the run, at least"),
}
_SENTENCES: Final[Mapping[str, Any]] = {
    "kinds": gettext_lazy("kind: %s"),
    "groups": gettext_lazy("in: %s"),
    "fields": gettext_lazy("field: %s"),
    "only_wording": gettext_lazy("only the wording"),
    "one_way": gettext_lazy("all prices of the list move one way"),
    "sources": gettext_lazy("from: %s"),
    "standings": gettext_lazy("said by: %s sources"),
    "providers": gettext_lazy("at: %s"),
    "direction": gettext_lazy("goes %s"),
    "factor_at_least": gettext_lazy("moves ×%s or more"),
    "factor_below": gettext_lazy("moves by less than ×%s"),
    "voices_at_least": gettext_lazy("backed by %s voices or more"),
    "qualities": gettext_lazy("published as: %s"),
    "age_at_least": gettext_lazy("published for %s days or more"),
    "age_below": gettext_lazy("published for fewer than %s days"),
    "count_at_least": gettext_lazy("%s such changes or more in the run"),
}
_FLAGS: Final = frozenset({"only_wording", "one_way"})
"""Conditions that ask for no value."""
VERDICTS: Final[Mapping[str, Any]] = {
    Verdict.APPLY: gettext_lazy("applied"),
    Verdict.HOLD: gettext_lazy("held for review"),
    Verdict.QUARANTINE: gettext_lazy("run held"),
    Verdict.REJECT: gettext_lazy("rejected"),
}


def in_words(rule: Rule) -> str:
    """The conditions of a policy as a sentence."""
    said = [
        str(_SENTENCES[name]) if name in _FLAGS else str(_SENTENCES[name]) % _value(name, rule) for name in rule.given
    ]
    return "; ".join(said) or _("any change")


def wanted(name: str, rule: Rule) -> str:
    """What a condition asks for."""
    return _("yes") if name in _FLAGS else _value(name, rule)


def found(name: str, change: Change, about: Circumstances, count: int | None = None) -> str:
    """What a change has to say to a condition; "not known" where nobody can tell."""
    said = _FOUND[name](change, about)
    if name == "count_at_least":
        said = count
    if said is None:
        return _("not known")
    if isinstance(said, Decimal):
        return f"×{_plain(said)}"
    return f"{said:,}" if isinstance(said, int) and not isinstance(said, bool) else str(said)


def decided(verdict: Verdict, grace_hours: int | None = None) -> str:
    """A verdict in words, with the time that it leaves to object."""
    if grace_hours:
        said = ngettext("applied after %(hours)s hour", "applied after %(hours)s hours", grace_hours)
        return said % {"hours": f"{grace_hours:,}"}
    return str(VERDICTS[verdict])


def _yes(known: bool) -> str:
    return _("yes") if known else _("no")


_FOUND: Final[Mapping[str, Callable[[Change, Circumstances], Any]]] = {
    "kinds": lambda change, about: change.kind.value,
    "groups": lambda change, about: display.GROUPS[fields.field(change.field).group],
    "fields": lambda change, about: change.field,
    "only_wording": lambda change, about: _yes(is_only_wording(change)),
    "one_way": lambda change, about: None if about.one_way is None else _yes(about.one_way),
    "sources": lambda change, about: change.decision.source or _("nobody"),
    "standings": lambda change, about: about.standing if about.standing != "" else _("nobody"),
    "providers": lambda change, about: provider_of(change.offering),
    "direction": lambda change, about: direction(change) or _("neither"),
    "factor_at_least": lambda change, about: change.moves_by or _("no number"),
    "factor_below": lambda change, about: change.moves_by or _("no number"),
    "voices_at_least": lambda change, about: change.voices if about.voices_are_known else None,
    "qualities": lambda change, about: about.quality,
    "age_at_least": lambda change, about: about.age_days,
    "age_below": lambda change, about: about.age_days,
    "count_at_least": lambda change, about: None,
}


def _value(name: str, rule: Rule) -> str:
    value = getattr(rule, name)
    if name == "groups":
        return _either(str(title) for group, title in display.GROUPS.items() if group in value)
    if isinstance(value, frozenset):
        return _either(sorted(map(str, value)))
    if isinstance(value, Decimal):
        return _plain(value)
    return {Direction.UP: _("up"), Direction.DOWN: _("down")}.get(value, str(value))


def _plain(number: Decimal) -> str:
    return f"{round(number, 4).normalize():,f}"


def _either(words: Any) -> str:
    listed: Collection[str] = list(words)
    return _(" or ").join(listed)
