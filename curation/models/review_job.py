from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewJob(models.Model):
    """A decision about many changes that runs in the background: what was shown, who decided it, and its progress.

    A draft is a preview that nobody has confirmed yet. The number is the batch of all that the job publishes.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("shown, not confirmed")
        QUEUED = "queued", _("waits for a worker")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    batch = models.UUIDField(_("batch"), primary_key=True, default=uuid4, editable=False)
    verdict = models.CharField(_("verdict"), max_length=12)
    shown = models.JSONField(_("shown"), default=dict, help_text=_("Change → fingerprint of the values as shown."))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_jobs", verbose_name=_("by")
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    position = models.PositiveIntegerField(_("looked at"), default=0)
    done = models.PositiveIntegerField(_("decided"), default=0)
    waiting = models.PositiveIntegerField(_("wait for a second person"), default=0)
    refused = models.JSONField(_("refused"), default=list, help_text=_("Change and reason, as a sentence."))
    error = models.CharField(_("error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("made"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("review job")
        verbose_name_plural = _("review jobs")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.verdict} {len(self.shown)}"
