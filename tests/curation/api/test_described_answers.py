"""Every documented answer is as its description says. Those that need a curator or a body are made here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from curation.models import Change
from tests.builders import OFFERING, claim, offering, source, state, usd
from tests.curation.api.test_decisions import QUEUE, decide, token
from tests.registry.api.test_schema import READS, faults, schema

pytestmark = pytest.mark.django_db
PINS = "/api/v1/pins/"
Answers = dict[tuple[str, str, int], Any]


def documented() -> Iterator[tuple[str, str, int]]:
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            yield from ((method, path, int(status)) for status in operation["responses"] if status.startswith("2"))


@pytest.fixture
def answers(client, settings) -> Answers:
    offering(price_input=usd("3"))
    source("openrouter")
    read, review, pin = token("read"), token("review"), token("pin")
    collected: Answers = {}

    def note(method: str, path: str, answer: Any) -> Any:
        collected[method, path, answer.status_code] = answer
        return answer.json()

    def send(path: str, body: Any) -> Any:
        return note("post", path, client.post(path, body, content_type="application/json", headers=pin))

    def decided(verdict: str, price: str) -> None:
        state(source(), claim(price_input=usd(price)))
        note("get", QUEUE, client.get(QUEUE, headers=read))
        (change,) = Change.objects.awaiting_review()
        answer = decide(client, change, verdict, review, {"reason": "as announced"})
        note("post", f"/api/v1/changes/{{id}}/{verdict}/", answer)

    settings.SECOND_PERSON_ABOVE = 10
    decided("approve", "60")
    settings.SECOND_PERSON_ABOVE = None
    decided("approve", "60")
    decided("reject", "1200")
    for _ in range(2):
        held = send(PINS, {"offering": OFFERING, "field": "price.input", "value": "50", "reason": "on their page"})
    note("get", PINS, client.get(PINS, headers=pin))
    note("get", f"{PINS}{{id}}/", client.get(f"{PINS}{held['id']}/", headers=pin))
    note("delete", f"{PINS}{{id}}/", client.delete(f"{PINS}{held['id']}/?reason=over", headers=pin))
    note("get", "/api/v1/sources/{slug}/", client.get("/api/v1/sources/openrouter/"))
    send("/api/v1/cost/", {"id": OFFERING, "usage": {"input_tokens": 1000}})
    return collected


def test_every_documented_answer_is_as_described(answers):
    assert {*answers, *(("get", path, 200) for path, _ in READS)} == set(documented())
    assert {at: wrong for at, answer in answers.items() if (wrong := faults(answer, at[1], at[0]))} == {}
