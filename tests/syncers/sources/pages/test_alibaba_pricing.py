"""Alibaba's price page of mainland China. Models and prices are made up; the shapes are those of its real copy."""

from __future__ import annotations

import json

import pytest

from registry.domain.rates import PricePoint
from syncers.errors import BadPayload
from tests.syncers.sources.pages.samples import amounts, copy_of, parse, replaced, source, texts, values

SLUG = "alibaba-pricing"
MAX = "alibaba-cn/qwen9-max"
DATED = "alibaba-cn/qwen9-max-2027-05-20"
SALE = "alibaba-cn/qwen9-max-sale"
PLUS = "alibaba-cn/qwen9-plus"


def test_reads_ranges_of_the_prompt_as_bands() -> None:
    assert amounts(parse(SLUG), DATED) == {
        "input": "2.1", "output": "8.4",
        "input[above=32000]": "3.2", "output[above=32000]": "12.8",
        "input[above=128000]": "5.3", "output[above=128000]": "21.2",
    }  # fmt: skip


def test_reads_prices_while_thinking_from_a_header_of_two_rows() -> None:
    parsed = parse(SLUG)
    assert amounts(parsed, PLUS) == {
        "input": "0.9", "output": "2.3", "output[detail=thinking]": "7.7",
        "input[above=256000]": "2.7", "output[above=256000]": "22", "output[above=256000;detail=thinking]": "26",
    }  # fmt: skip
    assert amounts(parsed, "alibaba-cn/qwen9-32b-thinking") == {"input": "2.5", "output[detail=thinking]": "21"}


def test_reads_all_declared_tables_in_the_currency_of_the_page() -> None:
    parsed = parse(SLUG)
    assert len(parsed.claims) == 16
    assert (parsed.absent, parsed.rejected) == ((), [])
    (point,) = values(parsed, MAX)["price.input"]
    assert isinstance(point, PricePoint)
    assert point.currency == "CNY"


def test_other_regions_and_kinds_are_not_read() -> None:
    parsed = parse(SLUG)
    assert amounts(parsed, MAX) == {"input": "13", "output": "39"}
    assert not values(parsed, "alibaba-cn/qwen9-image")


def test_a_discount_for_a_limited_time_is_held() -> None:
    parsed = parse(SLUG)
    assert amounts(parsed, SALE) == {}
    assert next(claim for claim in parsed.claims if claim.offering == SALE).leaves_open("price.input")
    assert [rejected.reason for rejected in parsed.unreadable] == [
        "`<amount> 元` expected, not '原价14元 限时5折'",
        "`<amount> 元` expected, not '原价42元 限时5折'",
    ]


def test_a_value_names_the_line_it_was_read_from() -> None:
    claim = next(claim for claim in parse(SLUG).claims if claim.offering == PLUS)
    (evidence,) = claim.evidence["price.output[above=256000]"]
    assert evidence.path == ("文本生成-千问", "千问Plus", "华北2(北京)")
    assert (evidence.row, evidence.column, evidence.text) == ("qwen9-plus", "输出单价(每百万Token)\n非思考模式", "22元")


def test_the_document_is_the_same_page() -> None:
    document = json.dumps({"code": 200, "data": {"content": texts(SLUG)[""]}, "success": True})
    assert source(SLUG).parse(document.encode()).claims == parse(SLUG).claims


@pytest.mark.parametrize("document", ['{"code": 500}', '{"data": {"content": ""}}', '{"data": null}', "{"])
def test_a_document_without_the_page_is_refused(document: str) -> None:
    with pytest.raises(BadPayload):
        source(SLUG).parse(document.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<h4>华北2\uff08北京\uff09</h4>", "<h4>新加坡</h4>"),
        ("<h3>千问Max</h3>", "<h3>千问Batch</h3>"),
        ("<h2>文本生成-千问</h2>", "<h2>批量推理</h2>"),
        ("单次请求的输入Token数", "单次请求的输出Token数"),
        ("<br>思维链+回答", "<br>回答"),
        ("每百万Token", "每千Token"),
        ("<p>32K&lt;Token≤128K</p>", "<p>64K&lt;Token≤128K</p>"),
        ("<p>32K&lt;Token≤128K</p>", "<p>32K&lt;Token≤192K</p>"),
        ("<td><p>3.2元</p></td>", ""),
    ],
)
def test_a_table_of_another_place_or_shape_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert parsed.absent
    assert not values(parsed, DATED)
    assert amounts(parsed, "alibaba-cn/qwen9-32b") == {
        "input": "2.4",
        "output": "8.6",
        "output[detail=thinking]": "20.6",
    }


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (">qwen9-max<br>", ">Qwen9 Max<br>"),
        (">qwen9-max<br>", ">qwen9-max<br>限时优惠<br>"),
        (">qwen9-max<br>", ">qwen9-max 新品<br>"),
        ("非思考和思考模式", "闲时模式"),
        ("0&lt;Token≤1M", "Token≤1M"),
    ],
)
def test_a_row_in_other_words_is_held(old: str, new: str) -> None:
    parsed = replaced(SLUG, old, new)
    assert not values(parsed, MAX)
    assert len(parsed.rejected) == 1
    assert amounts(parsed, DATED)["output"] == "8.4"


@pytest.mark.parametrize(
    "text", ["13", "13元/张", "13 元起", "$13", "\uff04" + "13元", "12-13元", "~~13元~~ 12元", "免费"]
)
def test_a_cell_in_other_words_is_held(text: str) -> None:
    assert amounts(replaced(SLUG, "<p>13元</p>", f"<p>{text}</p>"), MAX) == {"output": "39"}


def test_columns_in_another_order_are_the_same_table() -> None:
    page = texts(SLUG)[""]
    header = ("<b>输入单价\uff08每百万Token\uff09</b>", "<b>输出单价\uff08每百万Token\uff09<br>思维链+回答</b>")
    for pair in (header, ("13元", "39元"), ("2.1元", "8.4元"), ("3.2元", "12.8元"), ("5.3元", "21.2元")):
        cells = [f"<td><p>{text}</p></td>" for text in pair]
        assert "".join(cells) in page
        page = page.replace("".join(cells), "".join(reversed(cells)), 1)
    for offering in (MAX, DATED):
        assert amounts(parse(SLUG, {"": page}), offering) == amounts(parse(SLUG), offering)


def test_prices_of_the_dated_copy() -> None:
    copy = copy_of("alibaba", "pricing-zh-2026-08-10.json")
    parsed = source(SLUG).parse(copy.encode())
    assert len(parsed.claims) == 71
    assert (parsed.absent, parsed.rejected, len(parsed.unreadable)) == ((), [], 8)
    assert {claim.offering for claim in parsed.claims if not claim.values} == {
        "alibaba-cn/qwen3.7-max", "alibaba-cn/qwen3.7-plus",
    }  # fmt: skip
    for ident, expected in {
        "qwen3.8-max": {"input": "12", "output": "36"},
        "qwen3.7-plus-2026-05-26": {
            "input": "2", "output": "8", "output[detail=thinking]": "8",
            "input[above=256000]": "6", "output[above=256000]": "24", "output[above=256000;detail=thinking]": "24",
        },
        "qwen3.7-flash-2026-07-15": {
            "input": "0.2", "output": "0.8", "input[above=32000]": "0.6", "output[above=32000]": "2.4",
            "input[above=256000]": "1.2", "output[above=256000]": "4.8",
        },
        "qwen-turbo": {"input": "0.3", "output": "0.6", "output[detail=thinking]": "3"},
        "qwq-plus": {"input": "1.6", "output": "4"},
        "qwen-long": {"input": "0.5", "output": "2"},
        "qvq-max": {"input": "8", "output": "32"},
        "qwen3-vl-plus": {
            "input": "1", "output": "10", "input[above=32000]": "1.5", "output[above=32000]": "15",
            "input[above=128000]": "3", "output[above=128000]": "30",
        },
        "qwen3-coder-plus": {
            "input": "4", "output": "16", "input[above=32000]": "6", "output[above=32000]": "24",
            "input[above=128000]": "10", "output[above=128000]": "40",
            "input[above=256000]": "20", "output[above=256000]": "200",
        },
    }.items():  # fmt: skip
        assert amounts(parsed, f"alibaba-cn/{ident}") == expected
