from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from curation.models import Source as SourceRow
from curation.models import StoredClaim
from syncers import http
from syncers.errors import BadPayload, ProviderRefused, SourceError, Unreachable
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.models import Run
from syncers.monitoring.health import SourceState, health
from syncers.payload.fetch import absent_parts, envelope, fetch, open_envelope
from syncers.payload.paging import Cursor, FollowUp, Page
from syncers.sync import engine
from syncers.sync.record import Report

NOW, LATER = datetime(2026, 11, 21, 12, tzinfo=UTC), datetime(2026, 11, 21, 18, tzinfo=UTC)
HOST = "https://files.example"


class Files(Source):
    """Three files of one price list, any of which may be gone."""

    slug, label = "files", "Files"
    url = f"{HOST}/a.json"
    source_type, expected = SourceType.CATALOGUE, (1, 100)
    optional_parts = True

    def urls(self) -> Mapping[str, str]:
        return {name: f"{HOST}/{name}.json" for name in ("a", "b", "c")}

    def part_lists(self, part: str, offering: str) -> bool:
        return offering.startswith(f"{part}/")

    def claims(self, record: Record) -> Iterator[Claim]:
        yield claim(record.text("id"), {"context_window": record.get("size")})


class Detailed(Source):
    """A list, and details of two of its models at a time."""

    slug, label = "detailed", "Detailed"
    url = f"{HOST}/list"
    source_type, expected = SourceType.CATALOGUE, (1, 100)
    records_at = "details"
    paging: ClassVar[Any] = Cursor("next", "token")
    follow_up = FollowUp(f"{HOST}/details", "ids", 2, paging=Cursor("more", "page"))

    def count(self, document: Any) -> int:
        return len(document["models"])

    def follow_up_ids(self, document: Any) -> list[str]:
        return list(document["models"])

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        pages = [page for listed in parts.values() for page in listed]
        return {kind: [record for page in pages for record in page.get(kind, [])] for kind in ("models", "details")}

    def claims(self, record: Record) -> Iterator[Claim]:
        yield claim(f"detailed/{record.text('id')}", {})


class Web:
    """Answers by address: a document, or an error. `asked` are the addresses in order."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []
        self.conditional: list[str] = []

    def fetch(self, url: str, **how: Any) -> http.Response:
        self.asked.append(url.removeprefix(HOST))
        self.conditional.append(how["etag"])
        document = self.answers[url.removeprefix(HOST)]
        if isinstance(document, Exception):
            raise document
        return http.Response(json.dumps(document).encode(), etag='"v1"')


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Web:
    fake_web = Web()
    fake_web.answers = {f"/{name}.json": rows(name) for name in "abc"}
    monkeypatch.setattr(http, "fetch", fake_web.fetch)
    return fake_web


@pytest.fixture(autouse=True)
def _own_locks(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


def rows(name: str, size: int = 8_000) -> list[dict[str, Any]]:
    return [{"id": f"{name}/{number}", "size": size} for number in range(3)]


def gone(status: int = 404) -> ProviderRefused:
    return ProviderRefused("files.example: the address is gone", status=status)


# -- several parts, one of them gone -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 410])
def test_a_part_that_is_gone_does_not_keep_the_others_from_being_read(web: Web, status: int) -> None:
    web.answers["/b.json"] = gone(status)
    body = fetch(Files()).body
    parsed = Files().parse(body)

    assert absent_parts(body) == parsed.absent == ("b",)
    assert {stated_claim.offering[0] for stated_claim in parsed.claims} == {"a", "c"}
    assert parsed.notices == {"part that is gone: b": 1}


@pytest.mark.parametrize("error", [gone(403), gone(0), Unreachable("503"), BadPayload("a web page")])
def test_a_part_that_cannot_be_had_for_another_reason_ends_the_run(web: Web, error: SourceError) -> None:
    web.answers["/b.json"] = error

    with pytest.raises(type(error)):
        fetch(Files())


def test_it_does_not_take_it_that_everything_is_gone(web: Web) -> None:
    web.answers = dict.fromkeys(web.answers, gone())

    with pytest.raises(ProviderRefused):
        fetch(Files())


def test_no_part_may_be_gone_where_that_is_not_declared(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Files, "optional_parts", False)
    web.answers["/b.json"] = gone()

    with pytest.raises(ProviderRefused):
        fetch(Files())


def test_a_payload_that_lacks_a_part_is_refused_where_that_is_not_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    body = envelope({"a": [b'[{"id": "a/1"}]']}, ["b"])
    assert Files().parse(body).seen == 1

    monkeypatch.setattr(Files, "optional_parts", False)
    with pytest.raises(BadPayload, match="missing"):
        Files().parse(body)


@pytest.fixture
def read(web: Web) -> Callable[..., Report]:
    def run(at: datetime = NOW, **how: Any) -> Report:
        return engine.sync(Files, at=at, **how)

    return run


def listed() -> set[str]:
    return set(StoredClaim.objects.filter(missing_since__isnull=True).values_list("offering_key", flat=True))


@pytest.mark.django_db
def test_what_a_part_said_stands_while_it_is_gone(web: Web, read: Callable[..., Report]) -> None:
    read()
    web.answers |= {"/b.json": gone(), "/a.json": rows("a", size=16_000), "/c.json": rows("c")[:2]}
    report = read(at=LATER, accept=True)

    assert (report.status, report.changed, report.missing) == ("ok", 3, 1)
    assert {f"b/{number}" for number in range(3)} <= listed()
    assert "c/2" not in listed()
    assert Run.objects.order_by("started_at").last().notices == {"part that is gone: b": 1}  # type: ignore[union-attr]


@pytest.mark.django_db
def test_nothing_is_called_confirmed_while_a_part_is_gone(web: Web, read: Callable[..., Report]) -> None:
    read()
    web.answers["/b.json"] = gone()
    statuses = [read(at=LATER + timedelta(hours=hours)).status for hours in range(2)]

    assert statuses == ["ok", "unchanged"]
    assert SourceRow.objects.get(slug="files").last_good_at == NOW


@pytest.mark.django_db
def test_it_goes_on_as_before_when_the_part_is_back(web: Web, read: Callable[..., Report]) -> None:
    read()
    web.answers["/b.json"] = gone()
    read(at=LATER)
    web.answers["/b.json"] = rows("b")[:2]
    report = read(at=LATER + timedelta(hours=1))

    assert (report.status, report.missing) == ("ok", 1)
    assert SourceRow.objects.get(slug="files").last_good_at == LATER + timedelta(hours=1)


@pytest.mark.django_db
def test_a_source_that_never_came_whole_is_not_called_never_read(web: Web, read: Callable[..., Report]) -> None:
    web.answers["/b.json"] = gone()
    read()

    assert health(SourceRow.objects.filter(slug="files"), now=NOW)["files"].state is SourceState.STALE


def test_optional_parts_without_a_word_on_whose_they_are_are_refused() -> None:
    with pytest.raises(TypeError, match="needs `part_lists`"):
        type(
            "Wrong",
            (Source,),
            {
                "slug": "wrong",
                "label": "W",
                "source_type": SourceType.CATALOGUE,
                "expected": (1, 2),
                "optional_parts": True,
            },
        )


# -- the envelope ------------------------------------------------------------------------------------------------------


def test_an_envelope_keeps_every_answer_and_the_names_of_what_was_gone() -> None:
    body = envelope({"a": [b"[1]", b"[2]"]}, ["b]", 'c"'])

    assert open_envelope(json.loads(body)) == {"a": [[1], [2]]}
    assert absent_parts(body) == ("b]", 'c"')


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"registry:parts":{}}', b'{"registry:absent":', b'{"registry:absent":7}', b'{"a": 1}']
)
def test_other_payloads_name_nothing_that_was_gone(body: bytes) -> None:
    assert absent_parts(body) == ()


def test_a_document_with_other_keys_is_no_envelope() -> None:
    assert open_envelope({"registry:parts": {}, "data": []}) is None


# -- a list and its details --------------------------------------------------------------------------------------------


@pytest.fixture
def detailed(web: Web) -> Web:
    web.answers = {
        "/list": {"models": ["x", "y"], "next": "2"},
        "/list?token=2": {"models": ["z", "y"]},
        "/details?ids=x%2Cy": {"details": [{"id": "x"}], "more": "2"},
        "/details?ids=x%2Cy&page=2": {"details": [{"id": "y"}]},
        "/details?ids=z": {"details": [{"id": "z"}]},
    }
    return web


def test_it_asks_for_details_of_what_the_list_names_page_by_page(detailed: Web) -> None:
    parsed = Detailed().parse(fetch(Detailed()).body)

    assert detailed.asked == list(detailed.answers)
    assert [stated_claim.offering for stated_claim in parsed.claims] == ["detailed/x", "detailed/y", "detailed/z"]


def test_it_never_asks_whether_the_list_alone_has_changed(detailed: Web) -> None:
    detailed.answers["/list"] = {"models": ["z"]}
    fetched = fetch(Detailed(), etag='"v0"')

    assert set(detailed.conditional) == {""}
    assert fetched.etag == ""


def test_a_list_whose_details_cannot_be_had_fails(detailed: Web) -> None:
    detailed.answers["/details?ids=z"] = Unreachable("files.example: answers 503")

    with pytest.raises(Unreachable):
        fetch(Detailed())


@pytest.mark.parametrize("optional", [True, False])
def test_details_are_never_optional(detailed: Web, monkeypatch: pytest.MonkeyPatch, optional: bool) -> None:
    monkeypatch.setattr(Detailed, "optional_parts", optional)
    detailed.answers["/details?ids=z"] = gone()

    with pytest.raises(ProviderRefused):
        fetch(Detailed())


def test_it_pauses_between_the_list_and_its_details(detailed: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr("time.sleep", paused.append)
    monkeypatch.setattr(Detailed, "pause", 0.25)
    fetch(Detailed())

    assert paused == [0.25] * 4


def test_a_list_that_names_too_much_is_refused(detailed: Web) -> None:
    detailed.answers["/list"] = {"models": [f"m{number}" for number in range(1_000)]}

    with pytest.raises(BadPayload, match="needs 500 requests"):
        fetch(Detailed())
    assert len(detailed.asked) == 1


def test_ids_that_would_be_read_as_two_are_not_asked_for() -> None:
    addresses = FollowUp(f"{HOST}/details?a=1", "ids", 2).addresses(["a,b", "", "c", "c", "d/e", "f"])

    assert addresses == {
        "details 1": f"{HOST}/details?a=1&ids=c%2Cd%2Fe",
        "details 2": f"{HOST}/details?a=1&ids=f",
    }


def test_a_follow_up_without_the_ids_to_ask_for_is_refused() -> None:
    with pytest.raises(TypeError, match="needs `follow_up_ids`"):
        type(
            "Wrong",
            (Source,),
            {
                "slug": "wrong",
                "label": "W",
                "source_type": SourceType.CATALOGUE,
                "expected": (1, 2),
                "follow_up": FollowUp(f"{HOST}/details", "ids", 2),
            },
        )


def test_the_next_page_keeps_parameters_that_are_repeated() -> None:
    page = Page(f"{HOST}/list?id=a&id=b&token=1", {"next": "2"}, 0)

    assert Cursor("next", "token").after(page) == f"{HOST}/list?id=a&id=b&token=2"
