from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry import fields
from registry.choices import Pricing, Quality, Status
from registry.models.model import Model
from registry.models.provider import Provider


def _price(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=24, decimal_places=12, null=True, blank=True)


def _flag(label: Any) -> models.BooleanField[Any, Any]:
    return models.BooleanField(label, null=True, blank=True)


def _tags(label: Any) -> models.CharField[Any, Any]:
    # Written as `|image|text|`, so that one word can be looked for on any database.
    return models.CharField(label, max_length=1000, blank=True)


class Offering(models.Model):
    """One model at one provider: the unit that is priced and called. Written by `registry.publish` alone.

    `facts` holds every published value in its canonical JSON form, and `provenance` says for each who states it, how
    sure that is and why it won. The typed columns are a projection of `facts`, for filtering and ordering; null means
    unknown.
    """

    key = models.CharField(_("id"), max_length=320, unique=True, help_text=_("provider/the provider's own id"))
    provider = models.ForeignKey(
        Provider, verbose_name=_("provider"), on_delete=models.PROTECT, related_name="offerings"
    )
    native_id = models.CharField(_("provider's id"), max_length=260)
    model = models.ForeignKey(
        Model, verbose_name=_("model"), null=True, blank=True, on_delete=models.PROTECT, related_name="offerings"
    )

    facts = models.JSONField(_("published values"), default=dict)
    provenance = models.JSONField(_("provenance"), default=dict)
    source = models.CharField(
        _("main source"), max_length=60, db_index=True, help_text=_("Source of most of its values.")
    )
    quality = models.CharField(_("quality"), max_length=10, choices=Quality, db_index=True)
    pinned_fields = models.PositiveSmallIntegerField(_("pins"), default=0)
    disputed_fields = models.PositiveSmallIntegerField(_("conflicts"), default=0)
    created_at = models.DateTimeField(_("first published"))
    updated_at = models.DateTimeField(_("last changed"), db_index=True)
    missing_since = models.DateTimeField(_("no longer listed since"), null=True, blank=True)
    not_seen_since = models.DateTimeField(_("not seen since"), null=True, blank=True)
    """Since when no source has listed it, while that is too short to call it delisted; see `missing_since`."""
    revision = models.PositiveIntegerField(_("last revision"), default=0)

    name = models.CharField(_("name"), max_length=300, blank=True)
    description = models.TextField(_("description"), blank=True)
    hugging_face_id = models.CharField(_("Hugging Face id"), max_length=200, blank=True)
    task = models.CharField(_("task"), max_length=20, blank=True, choices=[(t, t) for t in fields.TASKS])
    status = models.CharField(_("status"), max_length=12, blank=True, choices=Status, db_index=True)
    released_on = models.DateField(_("released"), null=True, blank=True)
    retires_on = models.DateField(_("retires"), null=True, blank=True, db_index=True)
    deprecated_on = models.DateField(_("deprecated"), null=True, blank=True)
    successor = models.CharField(
        _("successor"), max_length=320, blank=True, help_text=_("Offering that its provider names in its place.")
    )
    knowledge_cutoff = models.CharField(_("knowledge cut-off"), max_length=10, blank=True)
    context_window = models.BigIntegerField(_("context window"), null=True, blank=True, db_index=True)
    max_input_tokens = models.BigIntegerField(_("max input tokens"), null=True, blank=True)
    max_output_tokens = models.BigIntegerField(_("max output tokens"), null=True, blank=True)
    input_modalities = _tags(_("input modalities"))
    output_modalities = _tags(_("output modalities"))
    supports_vision = _flag(_("vision"))
    supports_tools = _flag(_("tools"))
    supports_parallel_tools = _flag(_("parallel tools"))
    supports_json_mode = _flag(_("JSON mode"))
    supports_structured_output = _flag(_("structured output"))
    supports_reasoning = _flag(_("reasoning"))
    supports_prompt_caching = _flag(_("prompt caching"))
    supports_batch = _flag(_("batch"))
    supports_streaming = _flag(_("streaming"))
    supports_fine_tuning = _flag(_("fine-tuning"))
    supports_web_search = _flag(_("search grounding"))
    supports_code_execution = _flag(_("code execution"))
    supports_computer_use = _flag(_("computer use"))
    supports_pdf_input = _flag(_("PDF input"))
    supports_audio_input = _flag(_("audio input"))
    supports_audio_output = _flag(_("audio output"))
    supports_video_input = _flag(_("video input"))
    supports_image_output = _flag(_("image output"))
    supports_video_output = _flag(_("video output"))
    supports_vision_fine_tuning = _flag(_("vision fine-tuning"))
    can_classify = _flag(_("can classify"))
    reasoning_efforts = _tags(_("reasoning efforts"))
    open_weights = _flag(_("open weights"))
    license = models.CharField(_("licence"), max_length=100, blank=True)
    quantization = models.CharField(_("quantisation"), max_length=40, blank=True)
    regions = _tags(_("regions"))
    variants = _tags(_("variants"))
    ttft_ms = models.DecimalField(_("time to first token, ms"), max_digits=14, decimal_places=3, null=True, blank=True)
    tokens_per_second = models.DecimalField(
        _("tokens per second"), max_digits=14, decimal_places=3, null=True, blank=True
    )

    # The ordinary prices on the day of the last publication: standard tier, no special condition, USD per 1M tokens.
    pricing = models.CharField(_("price"), max_length=12, choices=Pricing, default=Pricing.UNKNOWN, db_index=True)
    input_price = _price(_("input, USD per 1M tokens"))
    output_price = _price(_("output, USD per 1M tokens"))
    cache_read_price = _price(_("cache read, USD per 1M tokens"))
    cache_write_price = _price(_("cache write, USD per 1M tokens"))

    class Meta:
        verbose_name = _("offering")
        verbose_name_plural = _("offerings")
        ordering = ("key",)
        indexes = (
            models.Index(fields=("provider", "key"), name="offering_provider_key"),
            models.Index(fields=("model", "key"), name="offering_model_key"),
            models.Index(fields=("input_price",), name="offering_input_price"),
            models.Index(fields=("output_price",), name="offering_output_price"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(input_price__isnull=True) | models.Q(input_price__gte=0),
                name="input_price_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(output_price__isnull=True) | models.Q(output_price__gte=0),
                name="output_price_not_negative",
            ),
        )

    def __str__(self) -> str:
        return self.key
