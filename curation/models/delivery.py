from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from curation.models.notice import Notice
from curation.models.subscription import Subscription


class Delivery(models.Model):
    """One notice on its way to one subscription. Those that were due together went in one message."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        SETTLED = "settled", _("settled before it was sent")
        FAILED = "failed", _("given up")

    subscription = models.ForeignKey(
        Subscription, verbose_name=_("to"), on_delete=models.CASCADE, related_name="deliveries"
    )
    notice = models.ForeignKey(Notice, verbose_name=_("notice"), on_delete=models.CASCADE, related_name="deliveries")
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("due"))
    message = models.UUIDField(_("message"), null=True, blank=True)
    """The id of its message; the same at every attempt, so that the receiver can recognise repeats."""
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    tried_at = models.DateTimeField(_("last tried"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("message sent")
        verbose_name_plural = _("messages sent")
        ordering = ("-id",)
        default_permissions = ("view",)
        indexes = (models.Index(fields=("state", "due_at"), name="deliveries_due"),)
        constraints = (models.UniqueConstraint(fields=("subscription", "notice"), name="notice_once_per_subscription"),)

    def __str__(self) -> str:
        return f"{self.notice} → {self.subscription}"
