from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExchangeRate(models.Model):
    """The value of one unit of a currency in another on a day, as a publisher stated it. Written by
    `registry.cost.exchange`. Prices are never stored converted: they are converted on request.
    """

    day = models.DateField(_("day"), db_index=True)
    base = models.CharField(_("base"), max_length=3, help_text=_("One unit of this currency is…"))
    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=24, decimal_places=10, help_text=_("…so many of that one."))
    source = models.CharField(_("source"), max_length=60)
    stated_at = models.DateTimeField(_("read"), help_text=_("When we read this value first."))

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ("-day", "currency")
        constraints = (
            models.UniqueConstraint(fields=("source", "base", "currency", "day"), name="exchange_rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_positive"),
        )

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.currency} ({self.day})"
