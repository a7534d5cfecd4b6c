"""The typed columns of an offering, which its current row and every version of it have alike."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.domain import fields
from registry.models.choices import Pricing, Quality, Status


def _price(label: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(label, max_digits=24, decimal_places=12, null=True, blank=True)


def _flag(label: Any) -> models.BooleanField[Any, Any]:
    return models.BooleanField(label, null=True, blank=True)


def _tags(label: Any) -> models.CharField[Any, Any]:
    # Written as `|image|text|`, so that one word can be looked for on any database.
    return models.CharField(label, max_length=1000, blank=True)


class OfferingColumns(models.Model):
    """What lists are filtered and ordered by: a projection of the published values. Null, or "", is unknown.

    Has no index of its own, since the two tables are asked in different ways.
    """

    native_id = models.CharField(_("provider's id"), max_length=260)
    source = models.CharField(_("main source"), max_length=60, help_text=_("Source of most of its values."))
    quality = models.CharField(_("quality"), max_length=10, choices=Quality)
    created_at = models.DateTimeField(_("first published"))
    updated_at = models.DateTimeField(_("last changed"))
    missing_since = models.DateTimeField(_("no longer listed since"), null=True, blank=True)
    not_seen_since = models.DateTimeField(_("not seen since"), null=True, blank=True)
    """Since when no source has listed it, while that is too short to call it delisted; see `missing_since`."""

    name = models.CharField(_("name"), max_length=300, blank=True)
    hugging_face_id = models.CharField(_("Hugging Face id"), max_length=200, blank=True)
    task = models.CharField(_("task"), max_length=20, blank=True, choices=[(t, t) for t in fields.TASKS])
    status = models.CharField(_("status"), max_length=12, blank=True, choices=Status)
    released_on = models.DateField(_("released"), null=True, blank=True)
    retires_on = models.DateField(_("retires"), null=True, blank=True)
    deprecated_on = models.DateField(_("deprecated"), null=True, blank=True)
    successor = models.CharField(
        _("successor"), max_length=320, blank=True, help_text=_("Offering that its provider names in its place.")
    )
    knowledge_cutoff = models.CharField(_("knowledge cut-off"), max_length=10, blank=True)
    context_window = models.BigIntegerField(_("context window"), null=True, blank=True)
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

    # The ordinary prices of a day: standard tier, no special condition, USD per 1M tokens.
    pricing = models.CharField(_("price"), max_length=12, choices=Pricing, default=Pricing.UNKNOWN)
    input_price = _price(_("input, USD per 1M tokens"))
    output_price = _price(_("output, USD per 1M tokens"))
    cache_read_price = _price(_("cache read, USD per 1M tokens"))
    cache_write_price = _price(_("cache write, USD per 1M tokens"))

    class Meta:
        abstract = True
