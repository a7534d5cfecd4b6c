"""Plain-text mail by the EMAIL_… settings; printed to the log where no mail server is set."""

from __future__ import annotations

import smtplib
from uuid import UUID

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage

from curation.models import Subscription
from curation.notifications.digest import Message
from curation.notifications.errors import NotSent


def send(subscription: Subscription, message: UUID, content: Message) -> None:
    """Sends a message to one address. Raises NotSent."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    mail = EmailMessage(
        subject=f"{settings.EMAIL_SUBJECT_PREFIX}{content.subject}",
        body=f"{content.text}\n--\nNotification settings: {settings.SITE_URL}/admin/curation/subscription/\n",
        to=[subscription.address],
        # The same id at every attempt, so that mail programs show it once.
        headers={"Message-ID": f"<{message.hex}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        mail.send()
    except (OSError, smtplib.SMTPException, BadHeaderError) as error:
        raise NotSent(_words(error)) from error


def _words(error: Exception) -> str:
    server = settings.EMAIL_HOST
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"The mail server {server} refuses this address."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"The mail server {server} refuses EMAIL_HOST_USER and its password."
    if isinstance(error, smtplib.SMTPResponseException):
        reply = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"The mail server {server} answers {error.smtp_code}: {reply}"[:500]
    return f"The mail server {server} cannot be used ({type(error).__name__}: {error})."[:500]
