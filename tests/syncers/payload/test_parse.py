from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncers.errors import BadPayload
from syncers.payload import parse
from syncers.payload.parse import Repeated, read_json, read_text, storable


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html>Sign in</html>", "web page"),
        (b"  <HTML><body>", "web page"),
        (b'<?xml version="1.0"?><Error/>', "web page"),
        (b"\xff\xfe{\x00}\x00", "not UTF-8"),
        (b"\x1f\x8b\x08\x00", "not UTF-8"),
        (b'{"data": [1, 2', "cut off"),
        (b'{"data": "unfinis', "not valid JSON|cut off"),
        (b"hello", "not valid JSON"),
        (b"{'data': 1}", "not valid JSON"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": 1, "a": 2}', "'a' occurs twice"),
        (b'[{"x": {"b": 1, "b": 1}}]', "'b' occurs twice"),
        (b'{"a": %s}' % (b"9" * 100), "number of 100 signs"),
        (b'{"a": 0.%s}' % (b"1" * 100), "number of 102 signs"),
        (b"[" * 65 + b"]" * 65, "nested deeper"),
        (b"[" * 100_000, "nested deeper"),
        (b'{"a":' * 100_000, "nested deeper"),
    ],
    ids=lambda part: ascii(part)[:30],
)
def test_it_refuses_what_is_no_sound_json_and_says_why(body, why):
    with pytest.raises(BadPayload, match=why):
        read_json(body)


def test_it_refuses_a_body_that_is_too_large(monkeypatch):
    monkeypatch.setattr(parse, "MAX_BYTES", 10)

    with pytest.raises(BadPayload, match="11 bytes; at most 10"):
        read_text(b"[1,2,3,4,5]")


def test_it_forgives_a_byte_order_mark():
    assert read_json(b"\xef\xbb\xbf[1]") == [1]


def test_it_takes_brackets_in_texts_for_text():
    text = '["' + "[{" * 500 + '\\"' + "[{" * 500 + '"]'

    assert len(read_json(text.encode())[0]) == 2001


def test_it_goes_as_deep_as_it_says():
    assert read_json(b"[" * 64 + b"]" * 64)


@pytest.mark.parametrize("text", ["0.1", "0.000000150", "1e-7", "3.0", "12345678901234567890.123456789"])
def test_it_reads_numbers_exactly(text):
    (number,) = read_json(f"[{text}]".encode())

    assert type(number) is Decimal
    assert str(number) == str(Decimal(text))


def test_it_keeps_all_values_of_a_repeated_key_where_the_source_is_known_to_repeat():
    document = read_json(b'{"a": 1, "a": 2, "b": 3, "b": 3}', keep_repeated=True)

    assert document == {"a": Repeated((1, 2)), "b": 3}


json_documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_documents)
def test_it_reads_any_sound_document(document):
    assert read_json(json.dumps(document).encode()) == document


@given(st.binary(max_size=60) | st.text('[]{}",:0123456789eE.-+NaInfty \\u', max_size=60).map(str.encode))
def test_it_reads_or_refuses_whatever_comes(body):
    with suppress(BadPayload):
        read_json(body)


@given(st.text(st.characters()))
def test_it_makes_any_text_fit_for_a_database(text):
    stored_text = storable(text)

    assert "\x00" not in stored_text
    assert stored_text.encode().decode() == stored_text
