"""Alibaba's price page of Model Studio in mainland China: a document of JSON with HTML in it, prices in CNY.

What is read: tables of text models below the heading of Beijing, the region of `alibaba-cn`. A row may hold for a range
of the prompt's length, for the whole request. Prices while thinking, where they have a column of their own, are kept as
in the vendor's catalogue. Signs of full width are compared and shown as their narrow forms.

Held: prices with a discount for a limited time, whose end is not stated. Not read: other regions, since the provider of
the international list states its prices in USD; models of others; audio, images, video and embeddings; free quotas; the
half price of batch jobs and the prices of caches, which stand there in words only, or on another page.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

from curation.core.claim import InvalidClaim
from curation.core.evidence import Evidence
from registry.domain.rates import RateKey
from syncers.errors import BadPayload
from syncers.kinds.page import html
from syncers.kinds.page.cells import Amount
from syncers.kinds.page.document import Page, Row, Table, squeezed
from syncers.kinds.page.reading import PageReading
from syncers.kinds.page.shapes import LABEL, NOT_READ, Column, Labelled, Price, Shape
from syncers.kinds.page.source import PageSource, Parts

_YUAN: Final = Amount(unit="元", sign="", currency="CNY")
_REGION: Final = "华北2(北京)"
_MODEL, _MODE, _QUOTA, _RANGES = (
    "模型 ID(Model ID)",
    "模式",
    "免费额度(注)",
    ("单次请求的输入Token数", "单次请求的输入Token范围"),
)
_INPUT, _OUTPUT = "输入单价(每百万Token)", "输出单价(每百万Token)"
_THINKING: Final = Price(RateKey("output", detail="thinking"), _YUAN)
_COLUMNS: Final[Mapping[str, Column]] = {
    _MODEL: LABEL,
    _MODE: NOT_READ,
    _QUOTA: NOT_READ,
    **dict.fromkeys(_RANGES, NOT_READ),
    _INPUT: Price(RateKey("input"), _YUAN),
    _OUTPUT: Price(RateKey("output"), _YUAN),
    f"{_OUTPUT}\n思维链+回答": Price(RateKey("output"), _YUAN),
    f"{_OUTPUT}\n非思考模式": Price(RateKey("output"), _YUAN),
    f"{_OUTPUT}\n思考模式(思维链+回答)": _THINKING,
}
_ONE: Final = (_INPUT, _OUTPUT, _QUOTA)
_BOTH: Final = (_INPUT, f"{_OUTPUT}\n思维链+回答", _QUOTA)
_EACH: Final = (_INPUT, f"{_OUTPUT}\n非思考模式", f"{_OUTPUT}\n思考模式(思维链+回答)", _QUOTA)
_OWN, _OPEN = "文本生成-千问", "文本生成-千问-开源版"

_IDENT: Final = r"[a-z0-9]+(?:[.-][a-z0-9]+)*"
_LABEL: Final = re.compile(rf"(?P<ident>{_IDENT})(?:\n(?:Batch调用半价|上下文缓存享有折扣|当前能力等同于{_IDENT}))*")
_MODES: Final = frozenset({"非思考和思考模式", "非思考和思考", "仅思考模式", "仅非思考模式"})
_RANGE: Final = re.compile(r"(?P<least>\d+)(?P<least_unit>[KM]?)<Token≤(?P<most>\d+)(?P<most_unit>[KM]?)")
_THOUSANDS: Final = {"": 1, "K": 1_000, "M": 1_000_000}
_NO_RANGE: Final = frozenset({"不区分阶梯", "无阶梯计价"})


def _shape(family: str, series: str, *columns: str) -> Shape:
    return Shape((family, series, _REGION), {header: _COLUMNS[header] for header in (_MODEL, *columns)})


class AlibabaPricing(PageSource):
    slug, label, speaks_for = "alibaba-pricing", "Alibaba Cloud Model Studio price page", "alibaba-cn"
    url = (
        "https://help.aliyun.com/help/json/document_detail.json"
        "?alias=%2Fmodel-studio%2Fmodel-pricing&pageNum=1&pageSize=20&website=cn&language=zh"
    )
    homepage = "https://help.aliyun.com/zh/model-studio/model-pricing"
    expected = (20, 500)
    confidence = "medium"
    prices_in = "CNY per 1M tokens"
    shapes = (
        _shape(_OWN, "千问Max", _MODE, _RANGES[0], *_BOTH),
        _shape(_OWN, "千问Plus", _RANGES[1], *_EACH),
        _shape(_OWN, "千问Flash", _MODE, _RANGES[0], *_BOTH),
        _shape(_OWN, "千问Turbo", _MODE, *_EACH),
        _shape(_OWN, "QwQ", _MODE, *_ONE),
        _shape(_OWN, "千问Long", *_ONE),
        _shape(_OWN, "QVQ", *_ONE),
        _shape(_OWN, "千问VL", _MODE, _RANGES[0], *_BOTH),
        _shape(_OWN, "千问Coder", _RANGES[0], *_ONE),
        _shape(_OPEN, "Qwen3.6", _RANGES[1], *_EACH),
        _shape(_OPEN, "Qwen3.5", _RANGES[1], *_EACH),
        _shape(_OPEN, "Qwen3", _MODE, *_EACH),
        _shape(_OPEN, "Qwen-Coder", _RANGES[0], *_ONE),
    )

    def page(self, text: str) -> Page:
        if text.lstrip().startswith("{"):
            try:
                text = json.loads(text)["data"]["content"]
            except (ValueError, KeyError, TypeError) as error:
                raise BadPayload(f"{self.slug}: the document has no content") from error
        page = html.read(text)
        page.tables = [_one_header(table) for table in page.tables]
        return page

    def read_table(self, table: Table, shape: Shape, pages: Parts, reading: PageReading) -> None:
        if reason := _odd_ranges(table):
            reading.hold_table(table.path, reason)
            return
        super().read_table(table, shape, pages, reading)

    def read_row(self, table: Table, row: Row, shape: Shape, pages: Parts, reading: PageReading) -> None:
        cells = table.by_column(row)
        try:
            labelled = _labelled(cells)
        except InvalidClaim as error:
            reading.hold_row(Evidence(table.path, cells[_MODEL], "", " | ".join(row)), error)
            return
        for header, text in cells.items():
            column = shape.column(header)
            if isinstance(column, Price):
                self.read_price(column, labelled, Evidence(table.path, labelled.ident, header, text), reading)


def _one_header(table: Table) -> Table:
    """A table with its second row of headers joined to the first, and without the notes in headers."""
    header, rows = tuple(map(_header, table.header)), [tuple(map(_narrow, row)) for row in table.rows]
    if header and rows and len(rows[0]) == len(header) and _header(rows[0][0]) == header[0]:
        below = map(_header, rows.pop(0))
        header = tuple(
            above if above == second else f"{above}\n{second}" for above, second in zip(header, below, strict=True)
        )
    return replace(table, path=tuple(map(_narrow, table.path)), header=header, rows=tuple(rows))


def _narrow(text: str) -> str:
    return squeezed(unicodedata.normalize("NFKC", text))


def _header(text: str) -> str:
    return _narrow(re.sub(r"\s*\^[^^]*\^$", "", text)).replace(" (每百万", "(每百万")


def _labelled(cells: Mapping[str, str]) -> Labelled:
    match = _LABEL.fullmatch(cells[_MODEL])
    if not match:
        raise InvalidClaim(f"an id with known remarks expected, not {cells[_MODEL][:120]!r}")
    if cells.get(_MODE, "仅思考模式") not in _MODES:
        raise InvalidClaim(f"a mode that is not known: {cells[_MODE][:60]!r}")
    least, _ = _range(cells)
    return Labelled(match["ident"], {"above": least} if least else {})


def _range(cells: Mapping[str, str]) -> tuple[int, int]:
    """The tokens above which, and up to which, a row holds; (0, 0) for all. Raises InvalidClaim."""
    text = next((cells[header] for header in _RANGES if header in cells), "无阶梯计价")
    if text in _NO_RANGE:
        return 0, 0
    match = _RANGE.fullmatch(text)
    if not match:
        raise InvalidClaim(f"a range such as `32K<Token≤128K` expected, not {text[:60]!r}")
    least, most = (int(match[end]) * _THOUSANDS[match[f"{end}_unit"]] for end in ("least", "most"))
    return least, most


def _odd_ranges(table: Table) -> str:
    """Why the ranges of a table are not believed: those of each model begin at 0, and each where another ends."""
    ranges: dict[str, set[tuple[int, int]]] = {}
    for row in table.rows:
        if table.is_ragged(row):
            continue
        try:
            labelled, span = _labelled(cells := table.by_column(row)), _range(cells)
        except InvalidClaim:
            continue
        ranges.setdefault(labelled.ident, set()).add(span)
    for ident, spans in ranges.items():
        ordered = sorted(spans)
        if ordered[0][0] or any(upper[0] != lower[1] for lower, upper in pairwise(ordered)):
            return f"the ranges of {ident} leave a gap or overlap"
    return ""
