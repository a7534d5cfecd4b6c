"""What every source must do, whatever it reads. The cases are made from the declarations, see `samples.py`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce
from typing import Any, Final

import pytest

from curation.core.authority import covers
from curation.core.claim import Claim
from registry.domain import fields
from registry.domain.rates import PREFIX, Amounts
from syncers.errors import BadPayload
from syncers.kinds.record import Parsed
from syncers.registry import all_sources
from tests import random_courses
from tests.syncers.sources.samples import HOSTILE, SAMPLES, JSONPath, Sample, changed

TRUNCATIONS: Final = 50
WRONG_TYPES: Final[tuple[Any, ...]] = (
    None, True, 7, -1, "", "abc", "1e308", [], {}, [None], {"a": {"b": []}}, "\x00", "\u202etxet",
)  # fmt: skip
WRONG_TYPES_EACH: Final = min(len(WRONG_TYPES), random_courses.count(1))
"""How many of them each value of a sample is replaced by; nearly all in `make soak`, which would take minutes here."""
EVERY_PLACE: Final = 1 if random_courses.SHARE > 1 else 4
"""How far the replaced values of a sample are apart: each fourth one; all of them in `make soak`."""
ABSENT: Final = object()
HOSTILE_ELEMENTS: Final[tuple[Any, ...]] = (
    None, 7, "text", [], [[]], {}, {"id": None}, {"id": 3}, {"id": []}, {"id": {}},
)  # fmt: skip
HOSTILE_IDS: Final = ("<b>bold</b>", "x" * 10_000, "nul\x00sign", "bidi\u202esign", "ключ", "a\nb")
HOSTILE_PRICES: Final[tuple[Any, ...]] = (
    "abc", "", "NaN", "Infinity", 1e308, int("9" * 50), "1e-7000000", "9" * 400, [], {}, True,
)  # fmt: skip
HOSTILE_NAMES: Final[tuple[Any, ...]] = ("nul\x00sign", "bidi\u202esign", "lone \ud800 surrogate", "x" * 5_000, 7, [])
NO_PAYLOADS: Final = (
    b"", b"  \n", b"{}", b"[]", b"null", b"true", b"3", b'"text"', b"<html><body>Sign in</body></html>",
    b"\xff\xfe\x00", b"not json",
)  # fmt: skip


def of_each(*, only: Any = lambda sample: True) -> pytest.MarkDecorator:
    """A case for each sample, or for those only that the test is of use to."""
    return pytest.mark.parametrize(
        "sample", [pytest.param(sample, id=slug) for slug, sample in SAMPLES.items() if only(sample)]
    )


@contextmanager
def about(value: Any) -> Iterator[None]:
    """Says in a failure which of many values it was about."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"with {value!a:.80}")
        raise


# -- the declaration --------------------------------------------------------------------------------------------------


def test_every_source_is_declared_completely() -> None:
    for source in all_sources():
        if source.nothing_fetched or source.slug == "curated":  # whose files are published nowhere else
            continue
        with about(source.slug):
            assert source.label
            assert source.homepage.startswith("https://")
            assert source.url.startswith("https://")
            assert timedelta(minutes=15) <= source.every <= timedelta(days=7)
            assert source.expected[0] * 2 <= source.expected[1]


# -- the sample -------------------------------------------------------------------------------------------------------


@of_each()
def test_it_takes_every_record_of_its_sample_and_says_the_same_twice(sample: Sample) -> None:
    parsed = sample.parse(sample.body())

    assert {record.where for record in parsed.rejected} == sample.rejected, parsed.rejected
    assert 0 < len({claim.offering for claim in parsed.claims}) == len(parsed.claims) <= parsed.seen
    for body, same in ((sample.body(), sample.body()), (sample.document(), _turned(sample.document()))):
        first, second = (
            {claim.offering: claim.digest() for claim in sample.parse(payload).claims} for payload in (body, same)
        )
        assert first == second
    for claim in parsed.claims:
        with about(claim.offering):
            _assert_sound(claim, sample)


def _assert_sound(claim: Claim, sample: Sample) -> None:
    for name in claim.values:
        fields.field(name)  # raises for a name that is no field
        assert covers(sample.source.authority, name), f"{name} is claimed without authority"
    for point in _points(claim):
        assert (point.amount is not None and point.amount > 0) == (point.state is Amounts.PRICED)
    stored = json.loads(json.dumps(claim.encoded()))
    assert {name: fields.field(name).decode(stored[name]) for name in stored} == dict(claim.values)


@of_each()
def test_it_claims_nothing_for_records_stripped_of_all_but_their_id(sample: Sample) -> None:
    """What is left when nothing is stated is invented."""
    document = sample.document()
    sample.put(document, sample.bare("bare/one"), "bare/one")

    claims = _new_claims(sample.parse(sample.document()), sample.parse(document))
    assert [dict(claim.values) for claim in claims] in ([], [sample.bare_values or {}]), "values appeared from nowhere"


# -- broken payloads --------------------------------------------------------------------------------------------------


@of_each()
def test_it_refuses_what_is_no_payload(sample: Sample) -> None:
    for body in _no_payloads(sample):
        with about(body), pytest.raises(BadPayload):
            sample.parse(body)


def _no_payloads(sample: Sample) -> Iterator[Any]:
    yield from NO_PAYLOADS
    body, document = sample.body().rstrip(), sample.document()
    if isinstance(document, dict) and sample.source.records_at:
        yield {"error": {"message": "rate limited"}}
    else:
        yield {"data": {"rows": 1}, "error": "no"} if isinstance(document, list) else [document]
    yield from (body[: len(body) * turn // TRUNCATIONS] for turn in range(TRUNCATIONS))
    yield body[:-1]
    text = json.dumps(document)
    for word in ("NaN", "Infinity", "-Infinity", "9" * 100):
        yield (text[:1] + ('"x": ' if text[0] == "{" else "") + word + ", " + text[1:]).encode()
    if not sample.every_cell_is_text:
        sample.put(document, json.loads("[" * 100 + "]" * 100))
        yield document


# -- hostile elements -------------------------------------------------------------------------------------------------


@of_each()
def test_a_hostile_element_costs_itself_only(sample: Sample) -> None:
    before = sample.parse(sample.document())
    for ident, element in _hostile_elements(sample):
        with about(element):
            document = sample.document()
            sample.put(document, element, ident)
            after = sample.parse(document)

            _assert_neighbours_survive(before, after)
            if sample.any_object_is_listed and ident == HOSTILE and isinstance(element, dict):
                assert [dict(claim.values) for claim in _new_claims(before, after)] == [{}]
            else:
                assert len(after.rejected) == len(before.rejected) + 1


def _hostile_elements(sample: Sample) -> Iterator[tuple[str, Any]]:
    yield from ((HOSTILE, element) for element in HOSTILE_ELEMENTS)
    if not sample.ids_are_ours:
        yield from ((ident, sample.renamed(sample.document(), ident)) for ident in HOSTILE_IDS)


@of_each(only=lambda sample: sample.price)
def test_a_hostile_price_costs_that_price_only(sample: Sample) -> None:
    hostile = [value for value in HOSTILE_PRICES if value != "" or not sample.every_cell_is_text]
    _assert_each_costs_its_field_only(sample, sample.price, hostile)
    if not sample.negative_is_dynamic:
        _assert_each_costs_its_field_only(sample, sample.price, ["-0.5"])


@of_each(only=lambda sample: sample.negative_is_dynamic)
def test_a_negative_price_is_no_amount(sample: Sample) -> None:
    before, after = sample.parse(sample.document()), _with_element(sample, sample.price, "-0.5")

    _assert_neighbours_survive(before, after)
    (claim,) = _new_claims(before, after)
    assert {point.state for point in _points(claim)} == {Amounts.DYNAMIC}


@of_each(only=lambda sample: sample.name)
def test_a_hostile_name_costs_the_name_only(sample: Sample) -> None:
    hostile = [value for value in HOSTILE_NAMES if isinstance(value, str) or not sample.every_cell_is_text]
    _assert_each_costs_its_field_only(sample, sample.name, hostile)


def _assert_each_costs_its_field_only(sample: Sample, path: JSONPath, values: list[Any]) -> None:
    """The element is listed, what cannot be read is reported, and all that does not hang on it is as ever."""
    before, whole = sample.parse(sample.document()), _with_element(sample)
    for value in values:
        with about(value):
            after = _with_element(sample, path, value)
            _assert_neighbours_survive(before, after)
            assert len(after.rejected) == len(before.rejected)
            assert len(after.unreadable) > len(before.unreadable)
            if not _new_claims(before, whole):
                continue  # one more row about an offering that is listed anyway
            (sound,), (claim,) = _new_claims(before, whole), _new_claims(before, after)
            assert claim.offering == sound.offering
            assert {name: sound.values[name] for name in claim.values} == dict(claim.values)
            lost = sound.values.keys() - claim.values.keys()
            assert lost <= claim.unreadable, f"lost without a word: {lost - claim.unreadable}"


@pytest.mark.soak
@of_each()
def test_it_does_not_break_whatever_one_value_becomes(sample: Sample) -> None:
    """Every single value of the sample is replaced by values of wrong types in turn: a record whose id can be read
    stays listed, and what does not hang on that value stays as it was.
    """
    whole = sample.parse(sample.document())
    before = {claim.offering: claim for claim in whole.claims}
    for index, path in list(enumerate(_paths(sample.document())))[::EVERY_PLACE]:
        for turn in range(WRONG_TYPES_EACH):
            value = WRONG_TYPES[(index * WRONG_TYPES_EACH + turn) % len(WRONG_TYPES)]
            try:
                parsed = sample.parse(changed(sample.document(), path, value))
            except BadPayload:
                continue  # the document as a whole is refused in words
            assert all(record.reason for record in (*parsed.rejected, *parsed.unreadable))
            for claim in parsed.claims:
                assert all(point.amount is None or point.amount > 0 for point in _points(claim))
            # Inside an element: at most that one offering is lost. Above it, whole groups of them may be.
            assert len(path) < sample.depth or len(parsed.claims) + 1 >= len(before)
            at_fault = (parsed.rejected, parsed.unreadable) != (whole.rejected, whole.unreadable)
            without = _listed_without(sample, path) if at_fault and len(path) > sample.depth else None
            if without is not None:
                _assert_all_else_survives(path, value, before, without, parsed)


def _listed_without(sample: Sample, path: JSONPath) -> dict[str, Claim] | None:
    document = sample.document()
    holder = reduce(lambda value, step: value[step], path[:-1], document)
    if not isinstance(holder, dict):
        return None
    del holder[path[-1]]
    try:
        return {claim.offering: claim for claim in sample.parse(document).claims}
    except BadPayload:
        return None


def _assert_all_else_survives(
    path: JSONPath, value: Any, before: dict[str, Claim], without: dict[str, Claim], parsed: Parsed
) -> None:
    after = {claim.offering: claim for claim in parsed.claims}
    for offering in before.keys() & without.keys():
        assert offering in after, f"{path} = {value!r}: {offering} is not listed any more"
        lost = {
            name
            for name, value in without[offering].values.items()
            if before[offering].values.get(name, ABSENT) == value != after[offering].values.get(name, ABSENT)
        }
        assert lost <= after[offering].unreadable, f"{path} = {value!r}: {offering} lost {lost} without a word"


# -- helpers ----------------------------------------------------------------------------------------------------------


def _with_element(sample: Sample, path: JSONPath = (), value: Any = None) -> Parsed:
    """The sample with one more element, in which one value is another."""
    document = sample.document()
    element = sample.renamed(document, HOSTILE)
    sample.put(document, changed(element, path, value) if path else element)
    return sample.parse(document)


def _assert_neighbours_survive(before: Parsed, after: Parsed) -> None:
    digests = {claim.offering: claim.digest() for claim in after.claims}
    lost = [claim.offering for claim in before.claims if digests.get(claim.offering) != claim.digest()]
    assert not lost, f"good neighbours were lost or changed: {lost}"


def _new_claims(before: Parsed, after: Parsed) -> list[Claim]:
    listed = {claim.offering for claim in before.claims}
    return [claim for claim in after.claims if claim.offering not in listed]


def _points(claim: Claim) -> Iterator[Any]:
    for name, value in claim.values.items():
        if name.startswith(PREFIX):
            yield from value


def _paths(document: Any, above: JSONPath = ()) -> Iterator[JSONPath]:
    items: Any = document.items() if isinstance(document, dict) else ()
    for key, value in enumerate(document) if isinstance(document, list) else items:
        yield (*above, key)
        yield from _paths(value, (*above, key))


def _turned(document: Any) -> Any:
    """The same document with the keys of all objects in reverse order."""
    if isinstance(document, dict):
        return {key: _turned(document[key]) for key in reversed(document)}
    return [_turned(item) for item in document] if isinstance(document, list) else document
