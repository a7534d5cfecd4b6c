"""Badges of the admin: a word with its colour."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _

from curation.explanation.explain import Verdict
from registry.catalogue.evidence import EvidenceLine, Lines
from registry.models.choices import COLOURS, Quality

register = template.Library()

_BADGE = "unfold/helpers/label.html"
_VERDICTS = {
    Verdict.WON: "success",
    Verdict.AGREES: "success",
    Verdict.DIFFERS: "warning",
    Verdict.NOT_HEARD: "",
    Verdict.OTHER_LIST: "",
}


@register.inclusion_tag(_BADGE)
def quality_label(quality: str, size: str = "md") -> dict[str, Any]:
    """The quality of a value."""
    level = Quality(quality) if quality in Quality.values else Quality.UNKNOWN
    return {"text": level.label, "type": COLOURS[level], "size": size}


@register.inclusion_tag(_BADGE)
def verdict_label(verdict: Verdict) -> dict[str, Any]:
    """The verdict about a source's statement."""
    return {"text": _(verdict.value), "type": _VERDICTS[verdict], "size": "md"}


@register.simple_tag
def lines_of(lines: Lines, source: str, field: str) -> tuple[EvidenceLine, ...]:
    """The lines of a source's page that state a field."""
    return lines.get((source, field), ())


@register.filter
def thousands(number: int) -> str:
    """A whole number with thousands separators."""
    return f"{number:,}"
