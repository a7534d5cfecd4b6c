from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.core.policy import Rule
from curation.core.policy import Verdict as VerdictWord
from curation.core.policy.conditions import as_json, from_json


class Policy(models.Model):
    """A rule that decides changes. Policies are evaluated in order; the first that matches decides."""

    class Verdict(models.TextChoices):
        APPLY = "apply", _("apply")
        HOLD = "hold", _("hold for review")
        QUARANTINE = "quarantine", _("hold the run")
        REJECT = "reject", _("reject, for the reason that the explanation gives")

    name = models.CharField(_("name"), max_length=80, unique=True)
    explanation = models.CharField(_("explanation"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    enabled = models.BooleanField(_("enabled"), default=True)
    verdict = models.CharField(_("verdict"), max_length=10, choices=Verdict)
    grace_hours = models.PositiveSmallIntegerField(
        _("applies after hours"), null=True, blank=True, validators=[MinValueValidator(1)],
        help_text=_("With “apply”: it waits so long in the queue, and is applied then unless somebody objects."),
    )  # fmt: skip
    conditions = models.JSONField(_("conditions"), default=dict, blank=True)
    """Name → stored form, see `curation.core.policy.conditions`. One column for all: no query selects policies by their
    conditions, and a new condition needs no migration.
    """
    default_key = models.CharField(max_length=40, blank=True, editable=False, db_index=True)
    """Key of the default policy it is, edited or not (`curation.core.policy.defaults`); "" for curators' own."""
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
        """A new row of a rule, not saved."""
        row = cls(**more)
        row.take(rule)
        return row

    def take(self, rule: Rule) -> None:
        """Copies a rule into this row, without saving."""
        self.name, self.explanation, self.verdict = rule.name, rule.explanation, rule.verdict.value
        self.grace_hours, self.conditions = rule.grace_hours, as_json(rule.conditions)

    def rule(self) -> Rule:
        """The policy as a rule of `curation.core.policy`."""
        conditions = from_json(self.conditions)
        return Rule(self.name, VerdictWord(self.verdict), conditions, self.explanation, self.grace_hours)


class OfferedPolicy(models.Model):
    """A default policy that this installation was offered. What curators deleted since is not offered again."""

    key = models.CharField(_("key"), max_length=40, primary_key=True)
    version = models.PositiveSmallIntegerField(_("version"))

    class Meta:
        verbose_name = _("offered policy")
        verbose_name_plural = _("offered policies")

    def __str__(self) -> str:
        return self.key
