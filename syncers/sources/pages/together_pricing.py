"""Together's list of serverless models with their prices, as Markdown: the table of chat models.

Ids stand in a column of their own. Not read: images, audio, embeddings and other tables, whose units differ; context
and quantization, which are not prices. A newer address of the page is reported to be `/docs/serverless/models`.
"""

from __future__ import annotations

import re
from typing import Final

from curation.core.claim import InvalidClaim
from registry.domain.rates import RateKey
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.document import Table
from syncers.kinds.page.shapes import LABEL, NOT_READ, Labelled, Price, Shape
from syncers.kinds.page.source import PageSource, Parts

_DOLLARS: Final = Amount()
_IDENT: Final = re.compile(r"[A-Za-z0-9_-]+/[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*")


class TogetherPricing(PageSource):
    slug, label, speaks_for = "together-pricing", "Together AI price page", "together"
    url = "https://docs.together.ai/docs/serverless-models.md"
    homepage = "https://docs.together.ai/docs/serverless-models"
    expected = (5, 200)
    confidence = "high"
    prices_in = "USD per 1M tokens"
    shapes = (
        Shape(
            ("Chat models",),
            {
                "Organization": NOT_READ,
                "Model Name": NOT_READ,
                "API Model String": LABEL,
                "Context length": NOT_READ,
                "Input pricing (per 1M tokens)": Price(RateKey("input"), _DOLLARS),
                "Cached input pricing (per 1M tokens)": Price(RateKey("cache_read"), _DOLLARS),
                "Output pricing (per 1M tokens)": Price(RateKey("output"), _DOLLARS),
                "Quantization": NOT_READ,
                "Function Calling": NOT_READ,
                "Structured Outputs": NOT_READ,
            },
        ),
    )
    not_read = frozenset({"image models"})

    def labelled(self, label: str, table: Table, pages: Parts) -> list[Labelled]:
        if not _IDENT.fullmatch(label):
            raise InvalidClaim(f"an id such as `maker/model` expected, not {label[:120]!r}")
        return [Labelled(label)]
