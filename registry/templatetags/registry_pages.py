"""Icons and marks of the public pages: drawn by this project, never a logo of others, and never without a word."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

HUES: Final = 12
"""Colours of marks, each a class of the stylesheet."""

_MODALITIES: Final = {
    "text": "text", "image": "image", "audio": "audio", "video": "video", "pdf": "pdf", "file": "pdf",
}  # fmt: skip


@register.simple_tag
def icon(name: str, label: object = "") -> SafeString:
    """The icon `#i-<name>` of the sprite; `label` is read to those who do not see it, and shown to a pointer."""
    if not label:
        return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)
    return format_html(
        '<span class="icon-of" title="{}"><svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>'
        '<span class="hidden">{}</span></span>',
        label,
        name,
        label,
    )


@register.simple_tag
def modality(word: str) -> SafeString:
    """The icon of a modality, with its word."""
    return icon(_MODALITIES.get(word, "other"), word)


@register.simple_tag
def mark(slug: str, name: object = "") -> SafeString:
    """The mark of a provider or an author: two letters on a colour that follows from its slug."""
    words = str(name or slug).replace("-", " ").split() or ["?"]
    letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else words[0]
    hue = zlib.crc32(slug.encode()) % HUES
    return format_html('<span class="provider-mark hue-{}" aria-hidden="true">{}</span>', hue, letters[:2].upper())


@register.simple_tag(takes_context=True)
def nav_link(context: Mapping[str, Any], name: str, title: str) -> SafeString:
    """A link of the main navigation; the page that is shown is marked, and so is the list above it."""
    url = reverse(name)
    request = context.get("request")
    path = request.path if request else ""
    is_current = path == url or (url != "/" and path.startswith(f"{url.rstrip('/')}/"))
    current = mark_safe(' aria-current="page"') if is_current else ""
    return format_html('<a href="{}"{}>{}</a>', url, current, title)


@register.filter
def web_address(address: object) -> str:
    """An address that a link may lead to: of the web, and of nothing that a browser would run. "" otherwise."""
    text = str(address or "")
    return text if text.startswith(("https://", "http://")) else ""
