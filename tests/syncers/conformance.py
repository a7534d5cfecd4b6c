"""What every source must do, whatever it reads. A test class inherits the suite and names its source and its sample.

class TestExample(SourceConformance):
    source, sample = Example, "example.json"
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pytest

from curation.core.authority import covers
from curation.core.claim import Claim
from registry.domain import fields
from registry.domain.rates import PREFIX, Amounts
from syncers.errors import BadPayload
from syncers.kinds.record import Parsed
from syncers.kinds.source import Source
from tests import random_courses

SAMPLES = Path(__file__).resolve().parent.parent / "recordings"
TRUNCATIONS = 50
WRONG_TYPES: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    "",
    "abc",
    "1e308",
    [],
    {},
    [None],
    {"a": {"b": []}},
    "\x00",
    "\u202etxet",
)
WRONG_TYPES_EACH = min(len(WRONG_TYPES), random_courses.count(1))
"""How many of them each value of a sample is replaced by; nearly all in `make soak`, which would take minutes here."""
EVERY_PLACE = 1 if random_courses.SHARE > 1 else 2
"""How far the replaced values of a sample are apart: each second one; all of them in `make soak`."""
ABSENT = object()
HOSTILE_ELEMENTS: tuple[Any, ...] = (None, 7, "text", [], [[]], {}, {"id": None}, {"id": 3}, {"id": []}, {"id": {}})
HOSTILE_IDS = ("<b>bold</b>", "x" * 10_000, "nul\x00sign", "bidi\u202esign", "ключ", "a\nb")
HOSTILE_PRICES: tuple[Any, ...] = (
    "abc",
    "",
    "NaN",
    "Infinity",
    1e308,
    int("9" * 50),
    "1e-7000000",
    "9" * 400,
    [],
    {},
    True,
)
NO_PAYLOADS = (
    b"",
    b"  \n",
    b"{}",
    b"[]",
    b"null",
    b"true",
    b"3",
    b'"text"',
    b"<html><body>Sign in</body></html>",
    b"\xff\xfe\x00",
    b"not json",
)
HOSTILE_NAMES: tuple[Any, ...] = ("nul\x00sign", "bidi\u202esign", "lone \ud800 surrogate", "x" * 5_000, 7, [])
PRICE_TESTS = ("test_a_hostile_price_costs_that_price_only", "test_it_never_takes_a_negative_price_for_an_amount")
NAME_TESTS = ("test_a_hostile_name_costs_the_name_only",)


@contextmanager
def about(value: Any) -> Iterator[None]:
    """Says in a failure which of many values it was about."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"with {value!a:.80}")
        raise


class SourceConformance:
    """The suite. Hooks say where an element sits in the payload, for sources that do not hold a plain list."""

    source: ClassVar[type[Source]]
    sample: ClassVar[str]
    rejected: ClassVar[frozenset[str]] = frozenset()
    """`where` of the records of the sample that are there to be rejected."""
    price: ClassVar[tuple[str | int, ...]] = ("pricing", "prompt")
    """Path of one price inside an element; () when the source states none."""
    name_key: ClassVar[str] = "name"
    """Key of the display name; "" when elements have none."""
    id_is_the_key: ClassVar[bool] = False
    """Whether the id stands outside of an element, so that any object there is listed."""
    negative_price_is: ClassVar[str] = "rejected"
    """What a negative price is here; "dynamic" where it is the documented sentinel."""
    hostile_prices: ClassVar[tuple[Any, ...]] = HOSTILE_PRICES
    hostile_names: ClassVar[tuple[Any, ...]] = HOSTILE_NAMES
    of_no_use: ClassVar[tuple[str, ...]] = ()
    """Tests that mean nothing here; they are not collected. Where elements have no price or no name, those of prices or
    names are left out anyway.
    """

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        left_out = [*cls.of_no_use, *(() if cls.price else PRICE_TESTS), *(() if cls.name_key else NAME_TESTS)]
        for name in left_out:
            setattr(cls, name, None)

    # -- hooks ------------------------------------------------------------------------------------------------------

    def element(self, document: Any) -> Any:
        """A sound element of the sample, with a price."""
        return self.container(document)[0]

    def container(self, document: Any) -> Any:
        """The list or object that holds the elements."""
        return reduce(lambda found, step: found[step], filter(None, self.source.records_at.split(".")), document)

    def put(self, document: Any, element: Any, ident: str = "hostile/one") -> None:
        """Adds an element to the document; its id is already in it, for payloads that keep it there."""
        container = self.container(document)
        if isinstance(container, list):
            container.append(element)
        else:
            container[ident] = element

    def rename(self, element: Any, ident: str) -> Any:
        """The element under another id."""
        return element | {"id": ident}

    # -- helpers ----------------------------------------------------------------------------------------------------

    def body(self) -> bytes:
        return (SAMPLES / self.sample).read_bytes()

    def document(self) -> Any:
        return json.loads(self.body())

    def parse(self, document: Any) -> Parsed:
        return self.source().parse(document if isinstance(document, bytes) else json.dumps(document).encode())

    def assert_neighbours_survive(self, before: Parsed, after: Parsed) -> None:
        digests = {one.offering: one.digest() for one in after.claims}
        lost = [one.offering for one in before.claims if digests.get(one.offering) != one.digest()]
        assert not lost, f"good neighbours were lost or changed: {lost}"

    def with_changed_element(self, change: Any, ident: str = "hostile/one") -> Parsed:
        document = self.document()
        element = self.rename(copy.deepcopy(self.element(document)), ident)
        self.put(document, change(element), ident)
        return self.parse(document)

    # -- the declaration --------------------------------------------------------------------------------------------

    def test_it_is_declared_completely(self) -> None:
        source = self.source

        assert source.slug
        assert source.label
        assert source.homepage.startswith("https://")
        assert source.url.startswith("https://") or source().embedded() is not None
        assert timedelta(minutes=15) <= source.every <= timedelta(days=7)
        assert source.expected[0] * 2 <= source.expected[1]
        assert source.__module__.startswith("syncers.sources.")
        assert import_module(source.__module__).__doc__

    # -- the sample -------------------------------------------------------------------------------------------------

    def test_it_takes_every_record_of_the_sample(self) -> None:
        parsed = self.parse(self.body())

        assert {one.where for one in parsed.rejected} == self.rejected, parsed.rejected
        assert 0 < len(parsed.claims) <= parsed.seen

    def test_it_gives_each_offering_once(self) -> None:
        offerings = [one.offering for one in self.parse(self.body()).claims]

        assert len(offerings) == len(set(offerings))

    def test_it_claims_only_fields_that_exist_and_that_it_is_an_authority_for(self) -> None:
        for one in self.parse(self.body()).claims:
            for name in one.values:
                fields.field(name)  # raises for a name that is no field
                assert covers(self.source.authority, name), f"{one.offering} claims {name} without authority"

    def test_it_says_the_same_twice(self) -> None:
        first, second = (sorted(one.digest() for one in self.parse(self.body()).claims) for _ in range(2))

        assert first == second

    def test_it_does_not_depend_on_the_order_of_keys(self) -> None:
        turned = _turned(json.loads(self.body()))

        before = {one.offering: one.digest() for one in self.parse(self.document()).claims}
        assert {one.offering: one.digest() for one in self.parse(turned).claims} == before

    def test_it_states_no_price_of_zero_or_less(self) -> None:
        for one in self.parse(self.body()).claims:
            for point in _points(one):
                assert (point.amount is not None and point.amount > 0) == (point.state is Amounts.PRICED)

    def test_its_claims_survive_being_stored(self) -> None:
        for one in self.parse(self.body()).claims:
            stored = json.loads(json.dumps(one.encoded()))
            assert {name: fields.field(name).decode(stored[name]) for name in stored} == dict(one.values)

    def test_it_claims_nothing_for_records_stripped_of_all_but_their_id(self) -> None:
        """What is left when nothing is stated is invented."""
        document = self.document()
        element = self.bare(self.rename(copy.deepcopy(self.element(document)), "bare/one"))
        self.put(document, element, "bare/one")

        new = _new_claims(self.parse(self.document()), self.parse(document))
        assert [dict(one.values) for one in new] in ([], [{}]), "values appeared from nowhere"

    def bare(self, element: Any) -> Any:
        return {"id": element["id"]}

    # -- broken payloads --------------------------------------------------------------------------------------------

    def test_it_refuses_a_payload_that_is_none(self) -> None:
        for body in NO_PAYLOADS:
            with about(body), pytest.raises(BadPayload):
                self.parse(body)

    def test_it_refuses_the_wrong_container(self) -> None:
        document = self.document()
        wrong = {"data": {"rows": 1}, "error": "no"} if isinstance(document, list) else [document]
        if isinstance(document, dict) and self.source.records_at:
            wrong = {"error": {"message": "rate limited"}}

        with pytest.raises(BadPayload):
            self.parse(wrong)

    def test_it_refuses_every_truncated_payload(self) -> None:
        body = self.body().rstrip()
        for turn in range(TRUNCATIONS):
            with pytest.raises(BadPayload):
                self.parse(body[: len(body) * turn // TRUNCATIONS])
        with pytest.raises(BadPayload):
            self.parse(body[:-1])

    def test_it_refuses_numbers_that_are_none(self) -> None:
        text = json.dumps(self.document())
        for word in ("NaN", "Infinity", "-Infinity", "9" * 100):
            with pytest.raises(BadPayload):
                self.parse((text[:1] + ('"x": ' if text[0] == "{" else "") + word + ", " + text[1:]).encode())

    def test_it_refuses_absurd_nesting(self) -> None:
        document = self.document()
        self.put(document, json.loads("[" * 100 + "]" * 100))

        with pytest.raises(BadPayload):
            self.parse(document)

    # -- hostile elements -------------------------------------------------------------------------------------------

    def test_it_rejects_only_the_element_that_is_none(self) -> None:
        before = self.parse(self.document())
        for element in HOSTILE_ELEMENTS:
            with about(element):
                document = self.document()
                self.put(document, element)
                after = self.parse(document)

                self.assert_neighbours_survive(before, after)
                if self.id_is_the_key and isinstance(element, dict):
                    assert [dict(one.values) for one in _new_claims(before, after)] == [{}]
                else:
                    assert len(after.rejected) == len(before.rejected) + 1

    def test_it_rejects_only_the_element_with_a_hostile_id(self) -> None:
        before = self.parse(self.document())
        for ident in HOSTILE_IDS:
            with about(ident):
                after = self.with_changed_element(lambda element: element, ident)

                self.assert_neighbours_survive(before, after)
                assert len(after.rejected) == len(before.rejected) + 1

    def test_a_hostile_price_costs_that_price_only(self) -> None:
        self.assert_each_costs_its_field_only(self.price, self.hostile_prices)

    def test_it_never_takes_a_negative_price_for_an_amount(self) -> None:
        if self.negative_price_is == "rejected":
            self.assert_each_costs_its_field_only(self.price, ("-0.5",))
        else:
            before = self.parse(self.document())
            after = self.with_changed_element(lambda element: _changed(element, self.price, "-0.5"))
            self.assert_neighbours_survive(before, after)
            (new,) = _new_claims(before, after)
            assert {point.state for point in _points(new)} == {Amounts(self.negative_price_is)}

    def test_a_hostile_name_costs_the_name_only(self) -> None:
        self.assert_each_costs_its_field_only((self.name_key,), self.hostile_names)

    def assert_each_costs_its_field_only(self, path: tuple[str | int, ...], values: tuple[Any, ...]) -> None:
        """The element is listed, what cannot be read is reported, and all that does not hang on it is as ever."""
        before = self.parse(self.document())
        whole = self.with_changed_element(lambda element: element)
        for value in values:
            with about(value):
                after = self.with_changed_element(_putting(path, value))
                self.assert_neighbours_survive(before, after)
                assert len(after.rejected) == len(before.rejected)
                assert len(after.unreadable) > len(before.unreadable)
                if not _new_claims(before, whole):
                    continue  # one more row about an offering that is listed anyway
                (sound,), (new,) = _new_claims(before, whole), _new_claims(before, after)
                assert new.offering == sound.offering
                assert {name: sound.values[name] for name in new.values} == dict(new.values)
                lost = sound.values.keys() - new.values.keys()
                assert lost <= new.unreadable, f"lost without a word: {lost - new.unreadable}"

    @pytest.mark.soak
    def test_it_does_not_break_whatever_one_value_becomes(self) -> None:
        """Every single value of the sample is replaced by values of wrong types in turn: a record whose id can be read
        stays listed, and what does not hang on that value stays as it was.
        """
        sample = self.parse(self.document())
        before = {one.offering: one for one in sample.claims}
        for index, path in list(enumerate(_paths(self.document())))[::EVERY_PLACE]:
            for turn in range(WRONG_TYPES_EACH):
                value = WRONG_TYPES[(index * WRONG_TYPES_EACH + turn) % len(WRONG_TYPES)]
                try:
                    parsed = self.parse(_changed(self.document(), path, value))
                except BadPayload:
                    continue  # the document as a whole is refused in words
                assert all(one.reason for one in (*parsed.rejected, *parsed.unreadable))
                for one in parsed.claims:
                    assert all(point.amount is None or point.amount > 0 for point in _points(one))
                # Inside an element: at most that one offering is lost. Above it, whole groups of them may be.
                assert len(path) < self.depth_of_elements or len(parsed.claims) + 1 >= len(before)
                at_fault = (parsed.rejected, parsed.unreadable) != (sample.rejected, sample.unreadable)
                without = self._listed_without(path) if at_fault and len(path) > self.depth_of_elements else None
                if without is not None:
                    self._assert_all_else_survives(path, value, before, without, parsed)

    def _listed_without(self, path: tuple[Any, ...]) -> dict[str, Claim] | None:
        document = self.document()
        holder = reduce(lambda found, step: found[step], path[:-1], document)
        if not isinstance(holder, dict):
            return None
        del holder[path[-1]]
        try:
            return {one.offering: one for one in self.parse(document).claims}
        except BadPayload:
            return None

    def _assert_all_else_survives(
        self, path: Any, value: Any, before: dict[str, Claim], without: dict[str, Claim], parsed: Parsed
    ) -> None:
        after = {one.offering: one for one in parsed.claims}
        for offering in before.keys() & without.keys():
            assert offering in after, f"{path} = {value!r}: {offering} is not listed any more"
            lost = {
                name
                for name, said in without[offering].values.items()
                if before[offering].values.get(name, ABSENT) == said != after[offering].values.get(name, ABSENT)
            }
            assert lost <= after[offering].unreadable, f"{path} = {value!r}: {offering} lost {lost} without a word"

    depth_of_elements: ClassVar[int] = 2
    """How many steps down the payload a single element begins."""


def _points(one: Claim) -> Iterator[Any]:
    for name, value in one.values.items():
        if name.startswith(PREFIX):
            yield from value


def _new_claims(before: Parsed, after: Parsed) -> list[Claim]:
    known = {one.offering for one in before.claims}
    return [one for one in after.claims if one.offering not in known]


def _changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    document = copy.deepcopy(document)
    reduce(lambda found, step: found[step], path[:-1], document)[path[-1]] = value
    return document


def _putting(path: tuple[Any, ...], value: Any) -> Callable[[Any], Any]:
    return lambda element: _changed(element, path, value)


def _paths(document: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in items:
        yield (*above, key)
        yield from _paths(value, (*above, key))


def _turned(document: Any) -> Any:
    """The same document with the keys of all objects in reverse order."""
    if isinstance(document, dict):
        return {key: _turned(document[key]) for key in reversed(document)}
    return [_turned(item) for item in document] if isinstance(document, list) else document
