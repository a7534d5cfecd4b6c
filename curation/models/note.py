from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Note(models.Model):
    """A note of a curator about an offering, a model, a provider or a source, for other curators.

    Notes are never edited or deleted. A closed note stays readable, with who closed it and when.
    """

    class About(models.TextChoices):
        OFFERING = "offering", _("offering")
        MODEL = "model", _("model")
        PROVIDER = "provider", _("provider")
        SOURCE = "source", _("source")

    class Kind(models.TextChoices):
        INFO = "info", _("info")
        WARNING = "warning", _("warning")

    about = models.CharField(_("about"), max_length=10, choices=About)
    key = models.CharField(_("which"), max_length=320)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.INFO)
    text = models.CharField(_("note"), max_length=1000)
    author = models.CharField(_("by"), max_length=150)
    written_at = models.DateTimeField(_("written"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("-id",)
        indexes = (models.Index(fields=("about", "key", "-id"), name="notes_of_object"),)

    def __str__(self) -> str:
        return f"{self.key}: {self.text[:60]}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("a note is closed, never deleted")
