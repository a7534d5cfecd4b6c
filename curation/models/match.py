from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Match(models.Model):
    """A candidate model of an unlinked offering, for a person to accept or refuse."""

    class State(models.TextChoices):
        OPEN = "open", _("waiting")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")

    offering_key = models.CharField(_("offering"), max_length=320, db_index=True)
    native_id = models.CharField(_("provider's id"), max_length=260, db_index=True)
    candidate = models.CharField(_("perhaps"), max_length=200)
    score = models.DecimalField(_("score"), max_digits=4, decimal_places=3)
    evidence = models.JSONField(_("evidence"), default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN, db_index=True)
    found_at = models.DateTimeField(_("found"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("match")
        verbose_name_plural = _("matches")
        ordering = ("-score", "offering_key")
        constraints = (models.UniqueConstraint(fields=("offering_key", "candidate"), name="match_once_per_candidate"),)

    def __str__(self) -> str:
        return f"{self.offering_key} = {self.candidate}?"
