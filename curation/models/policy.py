from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.core.rules import Rule
from curation.core.rules import Verdict as VerdictWord

_AT_LEAST_ONE = [MinValueValidator(1)]


def _words(title: Any) -> Any:
    return models.JSONField(title, default=list, blank=True, help_text=_("Empty: any."))


class Policy(models.Model):
    """A rule that decides changes. Policies are asked in order; the first that matches decides."""

    class Verdict(models.TextChoices):
        APPLY = "apply", _("apply")
        HOLD = "hold", _("hold for review")
        QUARANTINE = "quarantine", _("hold the run")
        REJECT = "reject", _("reject, for the reason that the explanation gives")

    class Direction(models.TextChoices):
        UP = "up", _("up: a number grows")
        DOWN = "down", _("down: a number shrinks")

    name = models.CharField(_("name"), max_length=80, unique=True)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    enabled = models.BooleanField(_("enabled"), default=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    grace_hours = models.PositiveSmallIntegerField(
        _("applies after hours"), null=True, blank=True, validators=_AT_LEAST_ONE,
        help_text=_("With “apply”: it waits so long in the queue, and is applied then unless somebody objects."),
    )  # fmt: skip
    kinds = _words(_("kinds of change"))
    groups = _words(_("field groups"))
    fields = _words(_("fields"))
    only_wording = models.BooleanField(
        _("only the wording"), default=False, help_text=_("Descriptions, and nothing but letter case and spaces.")
    )
    one_way = models.BooleanField(
        _("all prices move one way"), default=False,
        help_text=_("All prices of the list that move go up, or all go down, and none becomes free."),
    )  # fmt: skip
    sources = _words(_("sources"))
    standings = _words(_("standing of the source"))
    providers = _words(_("providers"))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction, blank=True)
    factor_at_least = models.DecimalField(
        _("moves by a factor of at least"), max_digits=12, decimal_places=4, null=True, blank=True,
        help_text=_("2 means doubled or halved."),
    )  # fmt: skip
    factor_below = models.DecimalField(
        _("moves by a factor below"), max_digits=12, decimal_places=4, null=True, blank=True,
        help_text=_("1.1 means by less than a tenth."),
    )  # fmt: skip
    voices_at_least = models.PositiveSmallIntegerField(
        _("backed by voices, at least"), null=True, blank=True, validators=_AT_LEAST_ONE,
        help_text=_(
            "Corrections only: so many independent sources state the new value, and at most one still states the old."
        ),
    )  # fmt: skip
    qualities = _words(_("quality of the published value"))
    age_at_least = models.PositiveIntegerField(
        _("offering published for days, at least"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    age_below = models.PositiveIntegerField(
        _("offering published for days, fewer than"), null=True, blank=True, validators=_AT_LEAST_ONE
    )
    count_at_least = models.PositiveIntegerField(
        _("so many in one run, at least"), null=True, blank=True, validators=_AT_LEAST_ONE,
        help_text=_("Changes of the same source in the same run that meet all the other conditions."),
    )  # fmt: skip
    shipped_as = models.CharField(max_length=40, blank=True, editable=False, db_index=True)
    """Key of the default policy it is, edited or not (`curation.core.default_policies`); "" for curators' own."""
    came_at = models.DateTimeField(_("came with an update"), null=True, blank=True, editable=False)
    """When an update added it or brought it to its newer form; empty for what was there from the start."""

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of(cls, rule: Rule, **more: Any) -> Policy:
        """The row, not saved, that a rule would be."""
        row = cls(**more)
        row.take(rule)
        return row

    def take(self, rule: Rule) -> None:
        """Makes this the row of a rule; nothing is saved."""
        self.name, self.explanation, self.verdict = rule.name, rule.explanation, rule.verdict.value
        for name in _SETS:
            setattr(self, name, sorted(getattr(rule, name)))
        for name in _PLAIN:
            setattr(self, name, getattr(rule, name))

    def rule(self) -> Rule:
        """The policy as the judge sees it."""
        conditions: dict[str, Any] = {name: frozenset(getattr(self, name)) for name in _SETS}
        conditions |= {name: getattr(self, name) for name in _PLAIN}
        return Rule(self.name, VerdictWord(self.verdict), explanation=self.explanation, **conditions)


_SETS = ("kinds", "groups", "fields", "sources", "standings", "providers", "qualities")
_PLAIN = (
    "grace_hours", "only_wording", "one_way", "direction", "factor_at_least", "factor_below", "voices_at_least",
    "age_at_least",
    "age_below", "count_at_least",
)  # fmt: skip


class OfferedPolicy(models.Model):
    """A shipped policy that this installation was offered. What curators deleted since is not offered again."""

    key = models.CharField(_("key"), max_length=40, primary_key=True)
    version = models.PositiveSmallIntegerField(_("version"))

    class Meta:
        verbose_name = _("offered policy")
        verbose_name_plural = _("offered policies")

    def __str__(self) -> str:
        return self.key
