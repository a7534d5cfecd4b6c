"""Grammar of the cells of Google's price page: one cell has several prices, by modality, size of the prompt and date.

Examples: `$0.30 (text / image / video) $1.00 (audio)`, `$1.25, prompts <= 200k tokens $2.50, prompts > 200k`,
`$0.75 through December 31, 2026. $1.50 starting January 1, 2027.`, and behind each of them a price for storage.

What is called equivalent to another price is matched and not read: `$120.00 (images) equivalent to $0.134 per image`,
`$0.45 ($0.00012 per image)`, `$3.00 or $0.005/min (audio)`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from curation.core.claim import InvalidClaim
from registry.domain import rates
from registry.domain.rates import PriceLine, PricePoint
from syncers.kinds.page.cells import NOTHING, Amount, amount, day, day_after

TOKENS, STORAGE, IMAGE = "tokens", "storage", "image"

_NUMBER: Final = r"\$\d+(?:\.\d+)?"
_MARK: Final = r"(?:\^\*+\^|\*+)"
_SIZES: Final = r"\dK(?:/\dK)*"
_PER_IMAGE: Final = rf"{_NUMBER} per (?:{_SIZES} )?image{_MARK}?"
_DAY: Final = r"[A-Z][a-z]+ \d{1,2}, \d{4}"
_PART: Final = re.compile(
    rf"\$(?P<number>\d+(?:\.\d+)?)(?: \({_NUMBER} per (?:image|second)\)| or {_NUMBER}/min)?"
    r"(?P<unit> / 1,000,000 tokens(?P<hour> per hour)?)?"
    rf"(?P<image> per (?:(?P<sizes>{_SIZES}) )?image(?P<mark>{_MARK})?)?"
    r"(?: \((?P<words>[^()]*)\))?"
    rf"(?:,? equivalent to {_PER_IMAGE}(?: and {_PER_IMAGE})*)?"
    r"(?:, prompts (?P<sign><=|>) (?P<size>\d+)k(?: tokens?)?)?"
    rf"(?: through (?P<last>{_DAY})\.?| starting (?P<first>{_DAY})\.?)?"
)
_ITEMS: Final = re.compile(r"\$(\d+(?:\.\d+)?) \((\d+p|\dk)(?: and (\d+p|\dk))?\)")
_NO_ITEM: Final = re.compile(r" \(\dk output not supported\)$")
_GAP: Final = re.compile(r",?\s+")
_MODALITIES: Final = {
    "text": "", "image": "image", "images": "image", "video": "video", "videos": "video", "audio": "audio",
}  # fmt: skip
_FURTHEST: Final = 100
"""Prices of one cell that are further apart, as a factor, are not of the same unit."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Which price of a cell is meant."""

    kind: str
    """TOKENS, STORAGE or IMAGE: per 1M tokens, per 1M tokens and hour, per image."""
    modality: str | None = None
    """None where the cell names none."""
    size: str = ""
    """Of an image: 1K, 2K, 4K."""
    above: int = 0


def modalities(words: str) -> tuple[str, ...]:
    """`text / image / video` → the modalities of rates. Raises InvalidClaim."""
    names = [name for name in re.split(r"\s*(?:/|,|\band\b)\s*", words.strip().lower()) if name]
    if "text" in names and "thinking" in names:
        names.remove("thinking")
    try:
        return tuple(dict.fromkeys(_MODALITIES[name] for name in names))
    except KeyError as error:
        raise InvalidClaim(f"no modality: {error.args[0][:40]!r}") from error


def read(text: str, marks: Collection[str] = ()) -> Mapping[Rate, PriceLine]:
    """The prices of a cell; `marks` are those whose footnote is known. Raises InvalidClaim."""
    if text.strip().lower() in NOTHING:
        return {}
    parts = list(_parts(text))
    _check(parts, marks)
    points: dict[Rate, list[PricePoint]] = defaultdict(list)
    for part in parts:
        for rate in _rates(part):
            points[rate].append(_point(part))
    return {rate: _line(rate, listed) for rate, listed in points.items()}


def read_items(text: str) -> Mapping[str, PriceLine]:
    """Resolution → price, of a cell in a column per image or second: `$0.40 (720p and 1080p) $0.60 (4k)`.

    Of a price for all resolutions, the resolution is "". Raises InvalidClaim.
    """
    items = list(_ITEMS.finditer(text))
    if " ".join(match[0] for match in items) != " ".join(_NO_ITEM.sub("", text).split()):
        line = Amount()(text)
        return {"": line} if line else {}
    prices = [(size, amount(match[1])) for match in items for size in match.groups()[1:] if size]
    if len(dict(prices)) != len(prices):
        raise InvalidClaim("two prices for one resolution")
    return dict(prices)


def _parts(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while part := _PART.match(text, position):
        yield part
        position = part.end()
        if position == len(text):
            return
        gap = _GAP.match(text, position)
        position = gap.end() if gap else len(text)
        if not gap:
            break
    raise InvalidClaim(f"not a list of prices as this page writes them: {text[:200]!r}")


def _check(parts: list[re.Match[str]], marks: Collection[str]) -> None:
    """What no part by itself shows to be wrong. Raises InvalidClaim."""
    prices = [part for part in parts if not part["hour"]]
    if len({bool(part["words"] or part["image"]) for part in prices}) > 1:
        raise InvalidClaim("a price with and one without a modality")
    if unknown := {part["mark"].strip("^") for part in parts if part["mark"]} - set(marks):
        raise InvalidClaim(f"a mark without a footnote that is known: {', '.join(unknown)}")
    amounts = [Decimal(part["number"]) for part in prices if not part["image"]]
    if amounts and max(amounts) > _FURTHEST * min(amounts):
        raise InvalidClaim("prices so far apart are not of the same unit")
    bands = {(part["sign"], part["size"]) for part in prices}
    signs, sizes = {sign for sign, _ in bands}, {size for _, size in bands}
    if len(sizes) > 1 or (signs - {None} and signs != {"<=", ">"}):
        raise InvalidClaim("prices by the size of the prompt, but not for all sizes")


def _rates(part: re.Match[str]) -> Iterator[Rate]:
    if part["hour"]:
        if part["words"] not in (None, "storage price") or part["sign"]:
            raise InvalidClaim("a price per hour that is not one of storage")
        yield Rate(STORAGE)
    elif part["image"]:
        if part["words"] or part["unit"] or part["sign"]:
            raise InvalidClaim("a price per image with a condition")
        yield from (Rate(IMAGE, size=size) for size in (part["sizes"] or "").split("/"))
    else:
        above = int(part["size"]) * 1000 if part["sign"] == ">" else 0
        for modality in modalities(part["words"]) if part["words"] else (None,):
            yield Rate(TOKENS, modality, above=above)


def _point(part: re.Match[str]) -> PricePoint:
    (point,) = amount(part["number"])
    first = day(part["first"]) if part["first"] else None
    last = day_after(part["last"]) if part["last"] else None
    return PricePoint(point.amount, currency=point.currency, valid_from=first, valid_to=last)


def _line(rate: Rate, points: list[PricePoint]) -> PriceLine:
    try:
        line = rates.line(points)
    except ValueError as error:
        raise InvalidClaim(f"two prices for one {rate.kind} rate: {error}") from error
    if line[0].valid_from or line[-1].valid_to or any(a.valid_to != b.valid_from for a, b in pairwise(line)):
        raise InvalidClaim("dated prices that leave days without a price")
    return line
