from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.models.model import Model
from registry.models.offering import Offering


class Benchmark(models.Model):
    """One score of an offering or a model, as one source states it. Scores of different publishers stay separate."""

    offering = models.ForeignKey(Offering, null=True, blank=True, on_delete=models.PROTECT, related_name="benchmarks")
    model = models.ForeignKey(Model, null=True, blank=True, on_delete=models.PROTECT, related_name="benchmarks")
    name = models.CharField(_("benchmark"), max_length=60)
    variant = models.CharField(
        _("variant"),
        max_length=120,
        blank=True,
        help_text=_("Effort, budget or harness: another score of the same model."),
    )
    score = models.DecimalField(_("score"), max_digits=14, decimal_places=6)
    scale = models.CharField(_("scale"), max_length=20, blank=True)
    named = models.CharField(
        _("named there"), max_length=200, blank=True, help_text=_("The model as its source calls it.")
    )
    source = models.CharField(_("source"), max_length=60)
    measured_on = models.DateField(_("measured"), null=True, blank=True)
    evidence = models.URLField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("benchmark")
        verbose_name_plural = _("benchmarks")
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(offering__isnull=True) ^ models.Q(model__isnull=True), name="benchmark_of_one_thing"
            ),
            models.UniqueConstraint(
                fields=("offering", "name", "source"), name="benchmark_once_per_offering_and_source"
            ),
            models.UniqueConstraint(
                fields=("model", "name", "variant", "source"), name="benchmark_once_per_model_variant_and_source"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.score}"
