from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """Filters of the review queue under a name: for one person, or shared. The API takes the same slug."""

    slug = models.SlugField(_("slug"), max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=80)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="queue_views", verbose_name=_("owner")
    )
    query = models.CharField(
        _("filters"), max_length=2000, blank=True, help_text=_("As in the address of the queue: source=a&kind=free.")
    )
    is_shared = models.BooleanField(_("shared"), default=False, help_text=_("All who see the queue may open it."))
    is_default = models.BooleanField(
        _("default"), default=False, help_text=_("The queue opens with it, for its owner alone.")
    )
    created_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("owner",), condition=Q(is_default=True), name="one_default_queue_view"),
        )

    def __str__(self) -> str:
        return self.name
