"""All rules, in display order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from registry.quality import compared, limits, modalities, pieces, prices
from registry.quality.base import Context, Finding, Rule
from registry.quality.sheets import FactSheet

RULES: Final[tuple[Rule, ...]] = (
    compared.PriceUnit(),
    compared.PriceMagnitude(),
    compared.PriceAmongSiblings(),
    compared.PriceJump(),
    compared.PriceSlip(),
    compared.PriceSuddenlyFree(),
    prices.PriceAbsurd(),
    prices.PriceTiny(),
    prices.PriceOutOfRange(),
    pieces.PieceAbsurd(),
    pieces.PieceAsToken(),
    prices.CacheReadAboveInput(),
    prices.CacheReadAboveWrite(),
    prices.CacheWriteRange(),
    prices.OutputBelowInput(),
    prices.OutputFarAboveInput(),
    prices.BatchAboveStandard(),
    prices.FlexAboveStandard(),
    prices.PriorityBelowStandard(),
    prices.BandBelowBase(),
    prices.BandWithoutBase(),
    prices.FreeAmongPriced(),
    limits.ContextTooSmall(),
    limits.ContextTooLarge(),
    limits.OutputAboveContext(),
    limits.BenchmarkRange(),
    limits.BenchmarkFraction(),
    limits.RetiresBeforeRelease(),
    limits.CutoffAfterRelease(),
    limits.RetiredButActive(),
    modalities.FlagAgainstModalities(),
)


def check(sheet: FactSheet, context: Context) -> Iterator[Finding]:
    """All findings of all rules about one offering."""
    for rule in RULES:
        yield from rule.check(sheet, context)
