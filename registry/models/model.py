from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Model(models.Model):
    """A model, independent of who serves it: `anthropic/claude-opus-4-5`.

    `key` is the identity, with normalised version numbers (`4.5` and `4-5` are equal); `slug` is the display spelling.
    """

    key = models.CharField(_("key"), primary_key=True, max_length=200)
    slug = models.CharField(_("id"), max_length=200, unique=True)
    author = models.CharField(_("author"), max_length=80, db_index=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("first published"))

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.slug
