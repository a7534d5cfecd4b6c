from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.TextChoices):
    """The events that a subscription can be about."""

    QUARANTINE = "quarantine", _("A run was quarantined")
    FAILING = "failing", _("A source fails or is out of date")
    PIN = "pin", _("A pin is contradicted by an official source")
    HELD = "held", _("Changes wait for review")
    CONFLICT = "conflict", _("Conflicts are open for too long")
    RETIREMENT = "retirement", _("Something will be retired")
    PRICE = "price", _("A price will change or end, or an announced one was withdrawn")


def _nonce() -> str:
    return secrets.token_hex(16)


class Subscription(models.Model):
    """The notifications of one person: about which events, where to, and how soon."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("mail")
        WEBHOOK = "webhook", _("webhook")

    class Pace(models.TextChoices):
        IMMEDIATE = "immediate", _("at once")
        DAILY = "daily", _("once a day")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="subscriptions"
    )
    channel = models.CharField(_("by"), max_length=8, choices=Channel, default=Channel.MAIL)
    address = models.CharField(_("address"), max_length=500, help_text=_("A mail address, or https://… of a webhook."))
    events = models.JSONField(_("about"), default=list)
    pace = models.CharField(_("how soon"), max_length=10, choices=Pace, default=Pace.DAILY)
    hour = models.PositiveSmallIntegerField(
        _("at which hour (UTC)"), default=7, validators=(MaxValueValidator(23),), help_text=_("Of the daily message.")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    stopped_because = models.CharField(_("why it was stopped"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    nonce = models.CharField(max_length=32, default=_nonce, editable=False)
    """The webhook's secret is derived from this and SECRET_KEY; the secret itself is not stored."""

    class Meta:
        verbose_name = _("notification setting")
        verbose_name_plural = _("notification settings")
        ordering = ("person", "id")

    def __str__(self) -> str:
        """Without the path of a webhook, which may be a secret."""
        where = self.address if self.channel == self.Channel.MAIL else urlsplit(self.address).netloc.rpartition("@")[2]
        return f"{self.get_channel_display()}: {where}"
