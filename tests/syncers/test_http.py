from __future__ import annotations

import gzip
import logging
import shutil
import socket
import ssl
import subprocess
import threading
import time
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any, ClassVar
from urllib.parse import parse_qs

import pytest
import stamina
from django.db import connection

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from registry.http import bodies, client
from registry.models import Offering
from syncers import http
from syncers.errors import BadPayload, ForbiddenAddress, ProviderRefused, SourceError, Unreachable
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.models import Run
from syncers.payload.paging import NextUrl
from syncers.sync import engine
from syncers.sync.record import Report
from tests.syncers.fake_provider import (
    BODY,
    ETAG,
    FAULTS,
    HOST,
    LAST_MODIFIED,
    FakeProvider,
    Handler,
    bomb,
    closed_port,
)

CANARY = "canary-c0ffee-0badcafe"
PUBLIC, OTHER_PUBLIC, PRIVATE = "93.184.216.34", "93.184.216.35", "10.1.2.3"
GRACE_SECONDS = 1.0
MEMORY = 64_000_000


@pytest.fixture
def provider(settings: Any) -> Iterator[FakeProvider]:
    settings.SYNC_PRIVATE_HOSTS = [HOST]
    with FakeProvider() as running:
        yield running


@pytest.fixture(autouse=True)
def _own_locks(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture(autouse=True)
def _without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=http.ATTEMPTS):
        yield


@pytest.fixture(autouse=True)
def _without_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


class Network:
    """Stands in for the resolver and for every connection: says where it would have gone, sends nothing."""

    def __init__(self, names: dict[str, list[list[str]]]) -> None:
        self.names = names
        self.reached: list[str] = []
        self.lookups: list[str] = []

    def getaddrinfo(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in self.names:  # an address, or nothing: a real resolver is never asked
            return _real_getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        self.lookups.append(host)
        answers = self.names[host]
        addresses = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in addresses
        ]

    def connect(self, address: tuple[Any, ...]) -> None:
        self.reached.append(str(address[0]))
        raise ConnectionRefusedError("this network connects to nothing")


_real_getaddrinfo = socket.getaddrinfo


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Network]:
    def make(**names: list[list[str]]) -> Network:
        fake_network = Network({name.replace("_", "."): answers for name, answers in names.items()})
        monkeypatch.setattr(socket, "getaddrinfo", fake_network.getaddrinfo)
        monkeypatch.setattr(socket.socket, "connect", lambda self, address: fake_network.connect(address))
        return fake_network

    return make


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < seconds


# -- sound answers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ok", "/gzip", "/gzip-in-parts", "/chunked", "/until-close", "/odd-length"])
def test_it_reads_a_sound_answer(provider: FakeProvider, path: str) -> None:
    assert http.fetch(provider.url(path)).body == BODY
    assert provider.connections == 1


def test_it_says_who_asks_and_what_it_can_read(provider: FakeProvider) -> None:
    http.fetch(provider.url("/ok"), headers={"X-Api-Key": "secret"})

    sent = provider.seen[0].headers
    assert sent["User-Agent"].startswith("modelsuite-registry/")
    assert sent["Accept"] == "application/json"
    assert sent["Accept-Encoding"] == "gzip"
    assert sent["X-Api-Key"] == "secret"
    assert sent["Cookie"] is None


def test_it_sends_nothing_conditional_the_first_time(provider: FakeProvider) -> None:
    http.fetch(provider.url("/etag"))

    assert provider.seen[0].headers["If-None-Match"] is None
    assert provider.seen[0].headers["If-Modified-Since"] is None


@pytest.mark.parametrize(("path", "header"), [("/etag", "If-None-Match"), ("/last-modified", "If-Modified-Since")])
def test_it_does_not_fetch_again_what_is_unchanged(provider: FakeProvider, path: str, header: str) -> None:
    first = http.fetch(provider.url(path))
    second = http.fetch(provider.url(path), etag=first.etag, last_modified=first.last_modified)

    assert (first.etag, first.last_modified) in ((ETAG, ""), ("", LAST_MODIFIED))
    assert provider.seen[1].headers[header] == first.etag + first.last_modified
    assert second.unchanged
    assert second.body == b""


def test_it_refuses_an_unchanged_answer_when_it_has_stored_nothing(provider: FakeProvider) -> None:
    with pytest.raises(BadPayload, match="304"):
        http.fetch(provider.url("/304-unasked"))


def test_it_keeps_no_validator_that_could_not_be_stored_or_sent_back(provider: FakeProvider) -> None:
    answer = http.fetch(provider.url("/odd-headers"))

    assert answer.body == BODY
    assert (answer.etag, answer.last_modified) == ("", "")


def test_it_sends_a_validator_back_that_came_in_two_lines(provider: FakeProvider) -> None:
    answer = http.fetch(provider.url("/folded-etag"))
    http.fetch(provider.url("/folded-etag"), etag=answer.etag)

    assert provider.seen[1].headers["If-None-Match"] == '"a b"'


# -- faults ------------------------------------------------------------------------------------------------------------

ONCE, EVERY_ATTEMPT = 1, http.ATTEMPTS


@pytest.mark.parametrize(
    ("path", "kind", "sentence", "requests"),
    [
        ("/204", ProviderRefused, "unexpected answer 204", ONCE),
        ("/206", ProviderRefused, "unexpected answer 206", ONCE),
        ("/400", ProviderRefused, "unexpected answer 400", ONCE),
        ("/401", ProviderRefused, "401, the key is missing, wrong or not allowed", ONCE),
        ("/403", ProviderRefused, "403, the key is missing, wrong or not allowed", ONCE),
        ("/404", ProviderRefused, "404, the address is gone; the source needs a look", ONCE),
        ("/410", ProviderRefused, "410, the address is gone", ONCE),
        ("/408", Unreachable, "answers 408", EVERY_ATTEMPT),
        ("/425", Unreachable, "answers 425", EVERY_ATTEMPT),
        ("/500", Unreachable, "answers 500", EVERY_ATTEMPT),
        ("/502", Unreachable, "answers 502", EVERY_ATTEMPT),
        ("/503", Unreachable, "answers 503", EVERY_ATTEMPT),
        ("/504", Unreachable, "answers 504", EVERY_ATTEMPT),
        ("/429-in-foreign-digits", Unreachable, "answers 429", EVERY_ATTEMPT),
        ("/429-for-ever", Unreachable, "answers 429", EVERY_ATTEMPT),
        ("/429-for-an-hour", Unreachable, "429 and asks to be left alone for 3,600 s", ONCE),
        ("/429-until-a-date", Unreachable, "429 and asks to be left alone for", ONCE),
        ("/moved", ForbiddenAddress, "redirects to another address, which is not followed", ONCE),
        ("/moved-to-a-file", ForbiddenAddress, "redirects to another address", ONCE),
        ("/moved-with-a-bomb", ForbiddenAddress, "redirects to another address", ONCE),
        ("/moved-and-drips", ForbiddenAddress, "redirects to another address", ONCE),
        ("/truncated", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/truncated-gzip", Unreachable, "broke off after", EVERY_ATTEMPT),
        ("/damaged-gzip", BadPayload, "the compressed answer is damaged", ONCE),
        ("/chunked-cut-off", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/chunked-nonsense", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/chunk-extension", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/bomb", BadPayload, "unpacks to more than 100 times", ONCE),
        ("/large", BadPayload, "sends more than 20,000,000 bytes", ONCE),
        ("/brotli", BadPayload, "an encoding that was not asked for: 'br'", ONCE),
        ("/deflate-bomb", BadPayload, "an encoding that was not asked for: 'deflate'", ONCE),
        ("/endless-headers", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/endless-header", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/nonsense", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/reset", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/reset-in-the-middle", Unreachable, "broke off", EVERY_ATTEMPT),
        ("/hang-up", Unreachable, "broke off", EVERY_ATTEMPT),
    ],
)
def test_it_says_what_was_wrong(
    provider: FakeProvider, path: str, kind: type[SourceError], sentence: str, requests: int
) -> None:
    with at_most(5), pytest.raises(kind, match=f"{HOST}: .*{sentence}") as caught:
        http.fetch(provider.url(path))

    assert type(caught.value) is kind
    assert provider.times(path) == requests


def test_it_says_when_nobody_listens(settings: Any) -> None:
    settings.SYNC_PRIVATE_HOSTS = [HOST]

    with pytest.raises(Unreachable, match="it refuses connections"):
        http.fetch(f"http://{HOST}:{closed_port()}/v1/models")


def test_it_says_when_a_name_is_not_found(network: Callable[..., Network]) -> None:
    network()

    with pytest.raises(Unreachable, match=r"api\.example: cannot be reached, its name is not found"):
        http.fetch("https://api.example/v1/models")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # urllib3 drops what it cannot read
@pytest.mark.parametrize("seed", range(60))
def test_it_has_a_word_for_any_answer_at_all(settings: Any, seed: int) -> None:
    random = Random(seed)
    status = random.choice([b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 999 \xff", b"HTTP/1.1 429 x", b"\x00\x01"])
    names = [
        b"Content-Length",
        b"Transfer-Encoding",
        b"Content-Encoding",
        b"ETag",
        b"Retry-After",
        b"Location",
        b"Link",
    ]
    values = [
        b"gzip",
        b"chunked",
        b"-1",
        b"7",
        b"\xb2",
        b"1, 2",
        b"x" * 900,
        b"\x00",
        b"<a>;rel=next;;=",
        b"",
        b"chunked, gzip",
    ]
    lines = [status, *(random.choice(names) + b": " + random.choice(values) for _ in range(random.randrange(5)))]
    answer = (
        b"\r\n".join(lines)
        + b"\r\n\r\n"
        + random.choice([b"", b"5\r\nab", BODY, gzip.compress(BODY), random.randbytes(99)])
    )
    settings.SYNC_PRIVATE_HOSTS = [HOST]

    with FakeProvider({"/any": lambda to: to.send(answer)}) as provider, at_most(3):
        outcome = _outcome(provider.url("/any"))

    assert isinstance(outcome, http.Response) or HOST in str(outcome)


def _outcome(url: str) -> http.Response | SourceError:
    try:
        return http.fetch(url, total_seconds=2)
    except SourceError as error:
        return error


# -- retries -----------------------------------------------------------------------------------------------------------


def test_it_tries_again_what_may_pass(provider: FakeProvider) -> None:
    assert http.fetch(provider.url("/500-then-ok")).body == BODY
    assert provider.times("/500-then-ok") == 2


def test_it_waits_as_long_as_the_server_asks(provider: FakeProvider) -> None:
    with stamina.set_testing(False), at_most(2.5):
        assert http.fetch(provider.url("/429-then-ok")).body == BODY

    first, second = provider.seen
    assert second.at - first.at >= 1.0


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("", None), ("soon", None), ("-5", None), ("1.5", None), ("²", None), ("9" * 5000, None)],
)
def test_it_reads_how_long_to_wait(text: str, seconds: float | None) -> None:
    assert client._retry_after(text) == seconds


def test_it_reads_until_when_to_wait() -> None:
    year = datetime.now(UTC).year

    assert client._retry_after(f"Wed, 01 Jan {year - 1} 00:00:00 GMT") == 0.0
    assert (client._retry_after(f"Wed, 01 Jan {year + 2} 00:00:00 GMT") or 0) > 86_400


# -- time --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/drip", "/drip-until-close", "/chunked-drip", "/drip-of-a-header", "/silent", "/endless-continue"],
)
def test_it_ends_at_the_deadline_whatever_drips(provider: FakeProvider, path: str) -> None:
    with at_most(0.4 + GRACE_SECONDS), pytest.raises(Unreachable, match=f"{HOST}: (too slow|no answer in time)"):
        http.fetch(provider.url(path), total_seconds=0.4)


def test_it_counts_retries_and_their_pauses_into_the_deadline(provider: FakeProvider) -> None:
    with stamina.set_testing(False), at_most(3 + GRACE_SECONDS), pytest.raises(Unreachable, match="answers 500"):
        http.fetch(provider.url("/500"), total_seconds=3)

    assert provider.times("/500") >= 2


def test_it_does_not_wait_beyond_the_deadline(provider: FakeProvider) -> None:
    with stamina.set_testing(False), at_most(GRACE_SECONDS), pytest.raises(Unreachable, match="answers 429"):
        http.fetch(provider.url("/429-then-ok"), total_seconds=0.9)

    assert provider.times("/429-then-ok") == 1


def test_it_leaves_no_thread_behind(provider: FakeProvider) -> None:
    before = {thread.name for thread in threading.enumerate() if isinstance(thread, threading.Timer)}

    http.fetch(provider.url("/ok"))
    time.sleep(0.05)

    assert {thread.name for thread in threading.enumerate() if isinstance(thread, threading.Timer)} <= before


# -- memory ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/bomb", "/moved-with-a-bomb", "/endless-headers", "/chunk-extension"])
def test_it_keeps_its_memory_when_bombed(provider: FakeProvider, path: str) -> None:
    with pytest.raises(SourceError):  # warms up, and makes the bomb
        http.fetch(provider.url(path))
    tracemalloc.start()
    try:
        with at_most(5), pytest.raises(SourceError):
            http.fetch(provider.url(path))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < MEMORY


def test_it_bounds_what_unpacks_slowly_to_too_much(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "MAX_BYTES", 5_000_000)

    with at_most(5), pytest.raises(BadPayload, match="unpacks to more than 5,000,000 bytes"):
        http.fetch(provider.url("/patient-bomb"))


# -- what is posted ----------------------------------------------------------------------------------------------------


def test_it_posts_a_form_and_reads_the_answer(provider: FakeProvider) -> None:
    assert http.post(provider.url("/gzip"), {"a": "1 2", "b": "é&="}).body == BODY

    (request,) = provider.seen
    assert (request.method, parse_qs(request.body.decode())) == ("POST", {"a": ["1 2"], "b": ["é&="]})
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("path", "times"),
    [("/401", 1), ("/400", 1), ("/404", 1), ("/500", 3), ("/hang-up", 3), ("/moved", 1), ("/bomb", 1)],
)
def test_it_posts_again_only_what_may_pass(provider: FakeProvider, path: str, times: int) -> None:
    with pytest.raises(SourceError) as caught:
        http.post(provider.url(path), {"secret": CANARY})

    assert provider.times(path) == len(provider.seen) == times
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_it_posts_nothing_to_where_a_redirect_leads(provider: FakeProvider) -> None:
    with FakeProvider() as another:
        provider.elsewhere = another.url("/ok")
        with pytest.raises(ForbiddenAddress):
            http.post(provider.url("/elsewhere"), {"secret": CANARY})  # 307: the form would go along

        assert another.connections == 0


def test_it_posts_nothing_to_a_private_address(network: Callable[..., Network]) -> None:
    reached = network(tokens=[[PRIVATE]])

    with pytest.raises(ForbiddenAddress):
        http.post("https://tokens/", {"secret": CANARY})
    assert reached.reached == []


# -- what is said with a refusal ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403])
def test_it_hands_on_how_a_refusal_begins_but_never_shows_it(provider: FakeProvider, status: int) -> None:
    provider.faults["/no"] = lambda to: to.answer(CANARY.encode() * 1_000, status)

    with pytest.raises(ProviderRefused) as caught:
        http.fetch(provider.url("/no"))

    assert caught.value.status == status
    assert caught.value.body.startswith(CANARY.encode())
    assert len(caught.value.body) <= 4_000
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_a_refusal_may_be_compressed(provider: FakeProvider) -> None:
    provider.faults["/no"] = lambda to: to.answer(gzip.compress(b'{"message": "no"}'), 403, content_encoding="gzip")

    with pytest.raises(ProviderRefused) as caught:
        http.fetch(provider.url("/no"))
    assert caught.value.body == b'{"message": "no"}'


@pytest.mark.parametrize("fault", ["bomb", "brotli", "damaged", "drip", "silent"])
def test_a_refusal_is_one_whatever_its_body_is(provider: FakeProvider, fault: str) -> None:
    def refuse(to: Handler) -> None:
        match fault:
            case "bomb":
                to.answer(bomb(), 403, content_encoding="gzip")
            case "brotli":
                to.answer(b"\x0b\x02", 403, content_encoding="br")
            case "damaged":
                to.answer(b"\x1f\x8bxxxx", 403, content_encoding="gzip")
            case "drip":
                to.answer(status=403, content_length="100000000")
                to.drip(b" ")
            case _:
                to.answer(status=403, content_length="100")
                to.provider.stopping.wait(30)

    provider.faults["/no"] = refuse
    with at_most(10), pytest.raises(ProviderRefused, match="403"):
        http.fetch(provider.url("/no"), total_seconds=1)


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_it_never_shows_a_key(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.SYNC_PRIVATE_HOSTS = [HOST]
    caplog.set_level(logging.DEBUG)
    texts, reached = [], []
    for path in sorted(FAULTS):
        with FakeProvider() as provider:
            try:
                http.fetch(
                    f"{provider.url(path)}?key={CANARY}",
                    headers={"Authorization": f"Bearer {CANARY}"},
                    total_seconds=0.2,
                )
            except SourceError as error:
                texts += [str(error), *traceback.format_exception(error)]
            reached += provider.seen[:1]  # on a busy machine the time may be over before the request is sent

    assert len(reached) > len(FAULTS) / 2
    assert all(CANARY in request.path and CANARY in request.headers["Authorization"] for request in reached)
    assert len(texts) > 100
    assert CANARY not in "".join(texts)
    assert CANARY not in caplog.text


@pytest.mark.parametrize(
    "key", [f"{CANARY}\n", f" {CANARY}", f"{CANARY}\r\nX-Evil: 1", f"{CANARY}\u201d", f"{CANARY}\x00"]
)
def test_it_refuses_a_key_that_cannot_be_sent(provider: FakeProvider, key: str) -> None:
    with pytest.raises(ProviderRefused, match=r"Authorization cannot be sent; look for blanks, line breaks") as caught:
        http.fetch(provider.url("/ok"), headers={"Authorization": key})

    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert provider.connections == 0


@pytest.mark.parametrize("path", ["/elsewhere", "/moved"])
def test_it_sends_no_key_to_another_host(provider: FakeProvider, path: str) -> None:
    with FakeProvider() as another:
        provider.elsewhere = another.url("/ok")
        with pytest.raises(ForbiddenAddress):
            http.fetch(provider.url(path), headers={"X-Api-Key": CANARY, "Authorization": CANARY})

        assert another.connections == 0
    assert provider.connections == 1


def test_it_sends_nothing_out_of_a_netrc_file(
    provider: FakeProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text(f"machine {HOST} login someone password {CANARY}\n")
    monkeypatch.setenv("NETRC", str(netrc))

    http.fetch(provider.url("/ok"))

    assert provider.seen[0].headers["Authorization"] is None


# -- addresses ---------------------------------------------------------------------------------------------------------

FORBIDDEN = [
    # another scheme, or none
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "ftp://api.example/models",
    "gopher://api.example/",
    "dict://api.example:11211/",
    "ldap://api.example/",
    "data:application/json,{}",
    "javascript:alert(1)",
    "http://api.example/v1/models",
    "HTTP://api.example/",
    "//api.example/v1/models",
    "/v1/models",
    "api.example/v1/models",
    "",
    # credentials, and signs that readers of addresses disagree about
    "https://user:password@api.example/",
    "https://user@api.example/",
    "https://@api.example/",
    "https://api.example@127.0.0.1/",
    "https://api.example\\@127.0.0.1/",
    "https://127.0.0.1\\@api.example/",
    "https://api.example\t@127.0.0.1/",
    "https://api.exa\nmple/",
    " https://api.example/",
    "https://api.example /",
    "https://\u0430pi.example/",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://[::1/",
    "https://[nonsense]/",
    "https://api.example:99999/",
    "https://api.example:x/",
    "https://",
    "https:///v1/models",
    "https://:443/",
    f"https://{'a' * 64}.example/",
    # this machine
    "https://127.0.0.1/",
    "https://127.0.0.1:8443/v1/models",
    "https://127.1/",
    "https://127.8.9.10/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://0.0.0.0/",
    "https://0/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://[::1]/",
    "https://[::]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    # this network
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://3232235777/",
    "https://100.64.0.1/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25lo]/",
    "https://[fec0::1]/",
    "https://[fc00::1]/",
    "https://[fd12:3456::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    # where clouds keep their secrets
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fd00:ec2::254]/",
    "https://100.100.100.200/",
    "https://192.0.0.192/",
    "https://168.63.129.16/",
    "https://metadata.internal/",
    "https://metadata.example/",
    # names that lead there
    "https://ten.example/",
    "https://six.example/",
    "https://one-public-one-private.example/",
    "https://public-and-link-local.example/",
]
NAMES = {
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1"],
    "metadata.internal": ["169.254.169.254"],
    "metadata.example": ["fd00:ec2::254"],
    "ten.example": [PRIVATE],
    "six.example": ["fe80::1%2"],
    "one-public-one-private.example": [PUBLIC, PRIVATE],
    "public-and-link-local.example": [PUBLIC, "169.254.1.1"],
    "api.example": [PUBLIC],
}


def test_it_knows_many_forbidden_addresses() -> None:
    assert len(set(FORBIDDEN)) >= 60


@pytest.mark.parametrize("url", FORBIDDEN)
def test_it_reaches_no_forbidden_address(network: Callable[..., Network], url: str) -> None:
    net = network()
    net.names = {name: [addresses] for name, addresses in NAMES.items()}

    with pytest.raises(ForbiddenAddress):
        http.fetch(url, headers={"Authorization": CANARY})

    assert net.reached == []


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://api.example/v1/models?limit=10", PUBLIC),
        ("https://API.example:8443/v1/models", PUBLIC),
        (f"https://{PUBLIC}/", PUBLIC),
        ("https://[2606:2800:220:1::1]/", "2606:2800:220:1::1"),
        ("https://[64:ff9b::5db8:d822]/", "64:ff9b::5db8:d822"),
    ],
)
def test_it_goes_to_a_public_address(network: Callable[..., Network], url: str, address: str) -> None:
    net = network(api_example=[[PUBLIC]])

    with pytest.raises(Unreachable, match="refuses connections"):
        http.fetch(url)

    assert set(net.reached) == {address}


def test_it_connects_to_the_address_that_it_checked(network: Callable[..., Network]) -> None:
    net = network(rebinding_example=[[PUBLIC], [PRIVATE]])

    with pytest.raises(ForbiddenAddress, match=r"rebinding\.example leads to the private address 10\.1\.2\.3"):
        http.fetch("https://rebinding.example/")

    assert net.reached == [PUBLIC]  # by the first attempt; the second saw the new address, and stayed away
    assert len(net.lookups) == 2


def test_it_tries_every_address_of_a_host_in_turn(network: Callable[..., Network]) -> None:
    net = network(api_example=[["2606:2800:220:1::1", OTHER_PUBLIC, PUBLIC]])

    with stamina.set_testing(True, attempts=1), pytest.raises(Unreachable):
        http.fetch("https://api.example/")

    assert net.reached == [PUBLIC, OTHER_PUBLIC, "2606:2800:220:1::1"]


def test_it_takes_http_and_private_addresses_only_from_hosts_that_are_named(
    network: Callable[..., Network], settings: Any
) -> None:
    settings.SYNC_PRIVATE_HOSTS = ["mirror.internal"]
    net = network(mirror_internal=[[PRIVATE]], other_internal=[[PRIVATE]])

    with pytest.raises(Unreachable, match="refuses connections"):
        http.fetch("http://mirror.internal/api.json")
    with pytest.raises(ForbiddenAddress):
        http.fetch("http://other.internal/api.json")
    with pytest.raises(ForbiddenAddress):
        http.fetch("https://other.internal/api.json")
    with pytest.raises(ForbiddenAddress):
        http.fetch("ftp://mirror.internal/api.json")

    assert set(net.reached) == {PRIVATE}


# -- proxies -----------------------------------------------------------------------------------------------------------


def test_it_goes_through_the_proxy_that_the_operator_named(
    network: Callable[..., Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.internal:3128")
    net = network(proxy_internal=[["10.9.9.9"]], api_example=[[PUBLIC]])

    with pytest.raises(Unreachable, match="proxy"):
        http.fetch("https://api.example/v1/models")

    assert set(net.reached) == {"10.9.9.9"}


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "[::1]", "169.254.169.254", "ten.example"])
def test_it_asks_no_proxy_for_a_private_address(
    network: Callable[..., Network], monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.internal:3128")
    net = network(proxy_internal=[["10.9.9.9"]], ten_example=[[PRIVATE]])

    with pytest.raises(ForbiddenAddress):
        http.fetch(f"https://{host}/")

    assert net.reached == []


def test_it_ends_at_the_deadline_behind_a_proxy_too(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", provider.url(""))
    provider.faults[provider.url("/drip")] = FAULTS["/drip"]

    with at_most(0.4 + GRACE_SECONDS), pytest.raises(Unreachable, match="too slow"):
        http.fetch(provider.url("/drip"), total_seconds=0.4)


# -- certificates ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for models.example with its key, in one file."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("needs the openssl command to make a certificate")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=models.example", "-addext", "subjectAltName=DNS:models.example"),
            *("-keyout", str(path), "-out", str(path.with_suffix(".crt"))),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture
def secure(provider: FakeProvider, certificate: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> FakeProvider:
    """The provider over TLS, under two names of which the certificate holds one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    provider.secure(context)
    settings.SYNC_PRIVATE_HOSTS = ["models.example", "other.example"]
    names = Network({"models.example": [[HOST]], "other.example": [[HOST]]})
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    return provider


def test_it_reads_over_tls_under_the_name_and_not_the_address(
    secure: FakeProvider, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_suffix(".crt")))

    assert http.fetch(f"https://models.example:{secure.port}/ok").body == BODY
    assert secure.seen[0].headers["Host"] == f"models.example:{secure.port}"


def test_it_ends_at_the_deadline_over_tls_too(
    secure: FakeProvider, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_suffix(".crt")))

    with at_most(0.4 + GRACE_SECONDS), pytest.raises(Unreachable, match="too slow"):
        http.fetch(f"https://models.example:{secure.port}/drip", total_seconds=0.4)


def test_it_ends_at_the_deadline_when_the_handshake_drips(settings: Any) -> None:
    settings.SYNC_PRIVATE_HOSTS = [HOST]
    stop = threading.Event()
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=_drip_a_handshake, args=(listener, stop), daemon=True)
        thread.start()
        with at_most(0.4 + GRACE_SECONDS), pytest.raises(Unreachable, match="too slow"):
            http.fetch(f"https://{HOST}:{port}/", total_seconds=0.4)
        stop.set()
        thread.join()


def _drip_a_handshake(listener: socket.socket, stop: threading.Event) -> None:
    connection, _ = listener.accept()
    with connection:
        try:
            connection.sendall(b"\x16\x03\x03\x40\x00")  # a long record begins
            while not stop.wait(0.05):
                connection.sendall(b"\x02")
        except OSError:
            return


@pytest.mark.parametrize("trusted", [True, False])
def test_it_refuses_a_certificate_that_is_not_valid(
    secure: FakeProvider, certificate: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    host = "models.example"
    if trusted:  # then the name is wrong
        host = "other.example"
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.with_suffix(".crt")))

    with pytest.raises(ProviderRefused, match=f"{host}: its certificate is not valid; nothing was read"):
        http.fetch(f"https://{host}:{secure.port}/ok", headers={"Authorization": CANARY})

    assert secure.seen == []


def test_it_tries_again_when_no_secure_connection_comes_about(provider: FakeProvider) -> None:
    with pytest.raises(Unreachable, match="no secure connection can be made"):
        http.fetch(provider.url("/ok").replace("http:", "https:"))


# -- a whole sync ------------------------------------------------------------------------------------------------------


class Faulty(Source):
    slug, label = "faulty", "Faulty AI"
    source_type, speaks_for = SourceType.OFFICIAL, "faulty"
    expected = (1, 10)
    records_at = "data"
    url: ClassVar[str] = ""

    def claims(self, record: Record) -> Iterator[Claim]:
        yield claim(f"faulty/{record.text('id')}", {"context_window": record.get("context_length")})


class Sound(Source):
    slug, label = "sound", "Sound AI"
    source_type, speaks_for = SourceType.OFFICIAL, "sound"
    expected = (1, 10)

    def embedded(self) -> bytes:
        return b'[{"id": "one", "context_length": 4096}]'

    def claims(self, record: Record) -> Iterator[Claim]:
        yield claim(f"sound/{record.text('id')}", {"context_window": record.get("context_length")})


@pytest.fixture
def faulty(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Report]:
    """Syncs the faulty source from a path of the fake provider."""
    real = http.fetch
    monkeypatch.setattr(http, "fetch", lambda *args, **kwargs: real(*args, **{**kwargs, "total_seconds": 0.5}))

    def run(path: str) -> Report:
        monkeypatch.setattr(Faulty, "url", provider.url(path))
        return engine.sync(Faulty)

    return run


def published() -> list[Any]:
    return list(Offering.objects.order_by("key").values_list("key", "context_window", "missing_since", "revision"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/500", "stale"),
        ("/429-for-an-hour", "stale"),
        ("/truncated", "stale"),
        ("/truncated-gzip", "stale"),
        ("/chunked-cut-off", "stale"),
        ("/reset", "stale"),
        ("/hang-up", "stale"),
        ("/drip", "stale"),
        ("/silent", "stale"),
        ("/endless-headers", "stale"),
        ("/nonsense", "stale"),
        ("/401", "failed"),
        ("/403", "failed"),
        ("/404", "failed"),
        ("/204", "failed"),
        ("/moved", "failed"),
        ("/html", "failed"),
        ("/error-object", "failed"),
        ("/empty", "failed"),
        ("/empty-list", "failed"),
        ("/not-utf-8", "failed"),
        ("/not-json", "failed"),
        ("/damaged-gzip", "failed"),
        ("/bomb", "failed"),
        ("/brotli", "failed"),
        ("/304-unasked", "failed"),
        ("/shrunken", "quarantined"),
    ],
)
def test_it_leaves_what_is_published_as_it_is(faulty: Callable[[str], Report], path: str, status: str) -> None:
    assert faulty("/ok").status == "ok"
    before = published()

    report = faulty(path)

    assert len(before) == 3
    assert published() == before
    assert (report.status, report.applied, report.rows_written) == (status, 0, 0)
    assert report.error
    assert "\n" not in report.error
    assert Run.objects.filter(source__slug="faulty").latest("pk").error == report.error
    assert engine.sync(Sound).status == "ok"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/etag", "/last-modified"])
def test_it_reads_nothing_again_when_the_server_says_unchanged(
    faulty: Callable[[str], Report], provider: FakeProvider, path: str
) -> None:
    first, before = faulty(path), published()
    second = faulty(path)

    assert (first.status, second.status) == ("ok", "unchanged")
    assert second.rows_written == 0
    assert published() == before
    assert len(provider.seen) == 2


@pytest.mark.django_db
def test_it_recovers_by_itself_once_the_provider_does(faulty: Callable[[str], Report]) -> None:
    statuses = [faulty(path).status for path in ("/500", "/ok", "/drip", "/gzip")]

    assert statuses == ["failed", "ok", "stale", "unchanged"]


@pytest.mark.django_db(transaction=True)
def test_it_holds_no_transaction_while_it_waits_for_a_provider(
    provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite a waiting sync would keep everybody else from writing."""
    waiting_inside = []
    real = http.fetch

    def fetch(*args: Any, **kwargs: Any) -> http.Response:
        waiting_inside.append(connection.in_atomic_block)
        return real(*args, **kwargs)

    monkeypatch.setattr(http, "fetch", fetch)
    monkeypatch.setattr(Faulty, "url", provider.url("/ok"))

    assert engine.sync(Faulty).status == "ok"
    assert waiting_inside == [False]


@pytest.mark.django_db
def test_it_sends_no_key_to_a_host_that_a_page_names(
    faulty: Callable[[str], Report], provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Faulty, "paging", NextUrl("next"))
    monkeypatch.setattr(Faulty, "key_variable", "FAULTY_API_KEY")
    monkeypatch.setenv("FAULTY_API_KEY", CANARY)

    with FakeProvider() as another:
        page = BODY[:-1] + b', "next": "%s"}' % another.url("/ok").encode()
        provider.faults["/paged"] = lambda to: to.answer(page)
        report = faulty("/paged")

        assert another.connections == 0
    assert provider.seen[0].headers["Authorization"] == f"Bearer {CANARY}"
    assert (report.status, CANARY in report.error) == ("failed", False)
    assert "another host" in report.error
