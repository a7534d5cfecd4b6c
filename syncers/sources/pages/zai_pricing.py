"""Z.ai's price page, with the ids of its reference of the API.

What is read: the tables of text and of vision models. The page prints display names; the ids are those that the
reference of chat completions lists, of which exactly one is the name in other case. Models that it does not list are
held. Not read: storage of caches, whose unit is not stated and which is free for a time without an end, and images,
videos, audio, tools and agents, most of them without a unit. The list in CNY is another one, of another site.
"""

from __future__ import annotations

import re
from typing import Final

from registry.domain.rates import RateKey
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.document import Page, Table, Text, plain
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, NOT_READ, Column, Labelled, Price, Shape, UnknownName
from syncers.kinds.page.source import MAIN, PageSource, Parts

_PRICE: Final = Amount(free=frozenset({"free"}))
_UNIT: Final = "prices per 1m tokens."
_MODELS: Final = ("model",)
_ENUM: Final = re.compile(
    r"^(?P<in> +)model:\n(?:(?:(?P=in) +[^\n]*)?\n)*?(?P=in)  enum:\n(?P<idents>(?:(?P=in) {2,4}- [\w.-]+\n)+)",
    re.MULTILINE,
)


def _shape(title: str) -> Shape:
    columns: dict[str, Column] = {
        "Model": LABEL,
        "Input": Price(RateKey("input"), _PRICE),
        "Cached Input": Price(RateKey("cache_read"), _PRICE),
        "Cached Input Storage": NOT_READ,
        "Output": Price(RateKey("output"), _PRICE),
    }
    return Shape(("Models", title), columns)


class ZaiPricing(PageSource):
    slug, label, speaks_for = "zai-pricing", "Z.ai price page", "zai"
    url = "https://docs.z.ai/guides/overview/pricing"
    also = {"models": "https://docs.z.ai/api-reference/llm/chat-completion.md"}
    homepage = "https://docs.z.ai/guides/overview/pricing"
    expected = (5, 100)
    confidence = "medium"
    prices_in = "USD per 1M tokens"
    shapes = (_shape("Text Models"), _shape("Vision Models"))
    not_read = frozenset({
        "built-in tools", "image generation models", "video generation models", "audio models", "agents",
    })  # fmt: skip

    def labelled(self, label: str, table: Table, pages: Parts) -> list[Labelled]:
        reference = pages.get("models")
        if reference is None:
            raise UnknownName(f"{label}: the reference of the API is needed for its id")
        listed = {text.text for text in reference.texts if text.path == _MODELS}
        idents = [ident for ident in listed if ident.lower() == label.lower()]
        if len(idents) != 1:
            raise UnknownName(f"{label}: {len(idents) or 'no'} ids in the reference of the API")
        return [Labelled(idents[0])]

    def read_table(self, table: Table, shape: Shape, pages: Parts, reading: PageReading) -> None:
        units = [text for text in pages[MAIN].texts if text.path == table.path and plain(text.text) == _UNIT]
        if len(units) != 1:
            reading.hold_table(table.path, "the text above it does not say once that its prices are per 1M tokens")
            return
        super().read_table(table, shape, pages, reading)

    def page(self, text: str) -> Page:
        page = super().page(text)
        for match in _ENUM.finditer(text):
            page.texts += [Text(_MODELS, line.strip(" -")) for line in match["idents"].splitlines()]
        return page
