from __future__ import annotations

from syncers.sources.makers.writer import Writer
from tests.syncers.conformance import SourceConformance


class TestWriter(SourceConformance):
    source, sample = Writer, "writer.json"
    price = ()


def said(source: type[Writer]) -> dict[str, object]:
    body = TestWriter().body()
    return {one.offering: dict(one.values) for one in source().parse(body).claims}


def test_it_states_ids_and_names() -> None:
    assert said(Writer)["writer/palmyra-x9"] == {"name": "Palmyra X9"}
