from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class OfferingCounter(models.Model):
    """Counts the writes that decisions about an offering depend on, and stores the count at its last decision.

    A decision is computed without a lock. Before it is written, the count says whether it is stale. See
    `curation.apply.counters`.
    """

    offering_key = models.CharField(_("offering"), max_length=320, primary_key=True)
    written = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    """`written` at the last decision. The offering is due while the two differ."""

    class Meta:
        verbose_name = _("counter of an offering")
        verbose_name_plural = _("counters of offerings")
        indexes = (
            models.Index(
                fields=("offering_key",), condition=~models.Q(written=models.F("decided")), name="due_offerings"
            ),
        )

    def __str__(self) -> str:
        return f"{self.offering_key}: written {self.written}, decided at {self.decided}"
