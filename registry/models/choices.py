"""Choices of model fields: value, label and badge colour. The words are those of `registry.domain`."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.domain import columns, provenance
from registry.json_schema import enumeration


class Quality(models.TextChoices):
    """Quality of a published value. Computed by the merge, never typed in."""

    VERIFIED = provenance.Quality.VERIFIED.value, _("verified")
    PARTIAL = provenance.Quality.PARTIAL.value, _("partial")
    ESTIMATED = provenance.Quality.ESTIMATED.value, _("estimated")
    UNKNOWN = provenance.Quality.UNKNOWN.value, _("unknown")


class Status(models.TextChoices):
    PREVIEW = "preview", _("preview")
    ACTIVE = "active", _("active")
    LEGACY = "legacy", _("legacy")
    DEPRECATED = "deprecated", _("deprecated")
    RETIRED = "retired", _("retired")


class Pricing(models.TextChoices):
    """State of an offering's price."""

    PRICED = columns.Pricing.PRICED.value, _("priced")
    FREE = columns.Pricing.FREE.value, _("free")
    DYNAMIC = columns.Pricing.DYNAMIC.value, _("dynamic")
    INCLUDED = columns.Pricing.INCLUDED.value, _("included in a plan")
    NOT_OFFERED = columns.Pricing.NOT_OFFERED.value, _("not offered")
    UNKNOWN = columns.Pricing.UNKNOWN.value, _("unknown")


class ProviderKind(models.TextChoices):
    DIRECT = "direct", _("direct")
    CLOUD = "cloud", _("cloud")
    AGGREGATOR = "aggregator", _("aggregator")
    INFERENCE = "inference", _("inference")
    REGIONAL = "regional", _("regional")
    SPECIALISED = "specialised", _("specialised")
    COMMUNITY = "community", _("community")
    SELF_HOSTED = "self-hosted", _("self-hosted")


QUALITY: Final = enumeration("QualityEnum", Quality.values)
PRICING: Final = enumeration("PricingEnum", Pricing.values)
PROVIDER_KIND: Final = enumeration("ProviderKindEnum", ProviderKind.values)

#: Value → name of a badge colour (the admin and the public pages share them).
COLOURS: Final = {
    Quality.VERIFIED: "success",
    Quality.PARTIAL: "info",
    Quality.ESTIMATED: "warning",
    Quality.UNKNOWN: "",
    Status.PREVIEW: "info",
    Status.ACTIVE: "success",
    Status.LEGACY: "warning",
    Status.DEPRECATED: "warning",
    Status.RETIRED: "danger",
}
