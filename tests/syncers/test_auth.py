from __future__ import annotations

import hashlib
import hmac
import json
import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

import jwt
import pytest
import stamina
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command

from curation.core.authority import SourceType
from curation.core.claim import Claim, claim
from curation.models import Source as SourceRow
from syncers import http
from syncers.errors import BadPayload, ForbiddenAddress, NotConfigured, ProviderRefused, SourceError, Unreachable
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.monitoring.health import SourceState, health
from syncers.payload import auth
from syncers.payload.auth import oauth, refusal
from syncers.payload.auth.aws import AWS
from syncers.payload.auth.oauth import ClientCredentials, ServiceAccount
from syncers.payload.fetch import fetch
from syncers.payload.paging import Cursor
from syncers.sources.clouds.bedrock import Bedrock
from syncers.sources.clouds.google_vertex import GoogleVertex
from syncers.sync.declared import ensure_source
from tests.syncers.fake_provider import HOST, FakeProvider, Handler

ACCESS_KEY, SECRET, SESSION = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "session/token+canary=="
CLIENT_SECRET = "client-secret-canary"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AWS_KEYS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
AZURE_KEYS = {"AZURE_TENANT_ID": "tenant", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": CLIENT_SECRET}


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*AWS_KEYS, "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK", *AZURE_KEYS):
        monkeypatch.delenv(name, raising=False)
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_VERTEX_ACCESS_TOKEN", "AKIN_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(oauth, "_tokens", {})


@pytest.fixture(autouse=True)
def _without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=http.ATTEMPTS):
        yield


@pytest.fixture
def provider(settings: Any) -> Iterator[FakeProvider]:
    settings.SYNC_PRIVATE_HOSTS = [HOST]
    with FakeProvider() as running:
        yield running


def set_all(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


class Akin(Source):
    """A source whose address and way in are set by each test."""

    slug, label = "akin", "Akin"
    source_type, expected = SourceType.CATALOGUE, (1, 100)
    records_at = "data"
    key_required = True
    paging: ClassVar[Any] = Cursor("next", "token", size=("size", 2))

    def claims(self, record: Record) -> Iterator[Claim]:
        yield claim(f"akin/{record.text('id')}", {})


@pytest.fixture
def akin(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> Callable[[auth.Credential], type[Akin]]:
    """The source with its list at `/models` of the fake provider, and one way in."""

    def made(way: auth.Credential) -> type[Akin]:
        monkeypatch.setattr(Akin, "url", provider.url("/models"))
        monkeypatch.setattr(Akin, "other_credentials", (way,))
        return Akin

    return made


def two_pages(to: Handler) -> None:
    query = parse_qs(urlsplit(to.path).query)
    page = {"data": [{"id": "b"}]} if "token" in query else {"data": [{"id": "a"}], "next": "se/cond page+="}
    to.answer(json.dumps(page).encode())


# -- AWS: the signature ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "signature"),
    [
        ("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ],
)
def test_it_signs_as_in_the_examples_that_aws_has_published(
    monkeypatch: pytest.MonkeyPatch, query: str, signature: str
) -> None:
    """`get-vanilla` and `get-vanilla-query-order-key-case` of AWS's test suite for signature version 4."""
    set_all(monkeypatch, AWS_KEYS)
    with time_machine.travel(datetime(2015, 8, 30, 12, 36, tzinfo=UTC), tick=False):
        url, headers = AWS("service", region="us-east-1").sign(f"https://example.amazonaws.com/{query}")

    assert url == f"https://example.amazonaws.com/{query}"
    assert headers["X-Amz-Date"] == "20150830T123600Z"
    assert headers["Authorization"] == (
        f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20150830/us-east-1/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )


def is_signed(request: Any, *, secret: str, region: str, service: str) -> bool:
    """Whether a request carries a right signature: computed as AWS's documentation writes it, step by step."""
    scheme, _, rest = request.headers["Authorization"].partition(" ")
    parameters = dict(part.split("=", 1) for part in rest.split(", "))
    parts, day = urlsplit(request.path), request.headers["X-Amz-Date"][:8]
    names = parameters["SignedHeaders"].split(";")
    query = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in parse_qsl(parts.query))
    canonical = "\n".join(
        (
            "GET",
            quote(parts.path),
            "&".join(f"{name}={value}" for name, value in query),
            *(f"{name}:{request.headers[name].strip()}" for name in names),
            "",
            parameters["SignedHeaders"],
            hashlib.sha256(b"").hexdigest(),
        )
    )
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = "\n".join((scheme, request.headers["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()))
    key = f"AWS4{secret}".encode()
    for word in (day, region, service, "aws4_request"):
        key = hmac.new(key, word.encode(), hashlib.sha256).digest()
    right = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return parameters["Credential"].endswith(f"/{scope}") and hmac.compare_digest(parameters["Signature"], right)


def test_it_signs_every_page_for_its_own_address(
    akin: Callable[[auth.Credential], type[Akin]], provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, AWS_KEYS | {"AWS_SESSION_TOKEN": SESSION})
    provider.faults["/models"] = two_pages

    body = fetch(akin(AWS("bedrock", region="eu-west-2"))()).body

    assert len(provider.seen) == 2
    for request in provider.seen:
        assert is_signed(request, secret=SECRET, region="eu-west-2", service="bedrock")
        assert not is_signed(request, secret=SECRET + "x", region="eu-west-2", service="bedrock")
        assert request.headers["X-Amz-Security-Token"] == SESSION
        assert "x-amz-security-token" in request.headers["Authorization"]
    assert SECRET.encode() not in body


def test_it_takes_the_region_from_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, AWS_KEYS)
    _, headers = AWS("bedrock").sign("https://bedrock.eu-central-1.amazonaws.com/foundation-models")

    assert "/eu-central-1/bedrock/aws4_request" in headers["Authorization"]


@pytest.mark.parametrize(
    "host", ["example.com", "s3.eu-west-2.amazonaws.com", "bedrock.eu-west-2.amazonaws.com.evil.com"]
)
def test_it_signs_nothing_for_another_host(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    set_all(monkeypatch, AWS_KEYS)

    with pytest.raises(ForbiddenAddress, match="the request is not signed"):
        AWS("bedrock").sign(f"https://{host}/foundation-models")


def test_the_bearer_key_of_bedrock_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert auth.chosen(Bedrock) is None
    set_all(monkeypatch, AWS_KEYS)
    assert isinstance(auth.chosen(Bedrock), AWS)
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "key")
    assert auth.chosen(Bedrock) == auth.Key("AWS_BEARER_TOKEN_BEDROCK", Bedrock.auth)


SKEWED = {
    "message": "Signature expired: 20261121T120000Z is now earlier than 20261121T122000Z (20261121T122500Z - 5 min.)"
}
MISMATCH = {
    "message": "The request signature we calculated does not match the signature you provided.\n\nThe Canonical String "
    f"for this request should have been\n'GET\n/models\n\nx-amz-security-token:{SESSION}'"
}


def test_a_wrong_clock_is_told_in_one_line(
    akin: Callable[[auth.Credential], type[Akin]], provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, AWS_KEYS)
    provider.faults["/models"] = lambda to: to.answer(json.dumps(SKEWED).encode(), 403)

    with pytest.raises(ProviderRefused) as caught:
        fetch(akin(AWS("bedrock", region="us-east-1"))())

    assert "AWS says: Signature expired: 20261121T120000Z is now earlier than" in str(caught.value)
    assert "clock of this machine" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(provider.seen) == 1


def test_it_shows_nothing_of_its_secrets_when_aws_repeats_what_was_signed(
    akin: Callable[[auth.Credential], type[Akin]],
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    set_all(monkeypatch, AWS_KEYS | {"AWS_SESSION_TOKEN": SESSION})
    provider.faults["/models"] = lambda to: to.answer(json.dumps(MISMATCH).encode(), 403)

    with pytest.raises(ProviderRefused, match="does not match the signature you provided") as caught:
        fetch(akin(AWS("bedrock", region="us-east-1"))())

    output = "".join(traceback.format_exception(caught.value)) + caplog.text
    assert SECRET not in output
    assert SESSION not in output


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"<html>", ""),
        (b"[1]", ""),
        (b'{"message": 7}', ""),
        (b'{"Message": "No."}', "AWS says: No."),
        (json.dumps({"message": f"a\x1b[31m {SECRET} b"}).encode(), "AWS says: a[31m … b"),
        (json.dumps({"message": "x" * 5_000}).encode(), "AWS says: " + "x" * 300),
    ],
)
def test_it_repeats_only_what_may_be_repeated(monkeypatch: pytest.MonkeyPatch, body: bytes, words: str) -> None:
    set_all(monkeypatch, AWS_KEYS)

    assert AWS("bedrock").explain(body) == words


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"error": "invalid_client", "error_description": "secret"}', "invalid_client"),
        (b'{"error": {"code": "AuthorizationFailed", "message": "secret"}}', "AuthorizationFailed"),
        (b'{"error": {"code": 403, "status": "PERMISSION_DENIED"}}', "PERMISSION_DENIED"),
        (b'{"error": "two words\\nand more"}', ""),
        (b'{"error": 7}', ""),
        (b"[" * 100_000, ""),
    ],
)
def test_it_reads_the_code_of_a_refusal(body: bytes, code: str) -> None:
    assert refusal.code(body) == code


# -- tokens ------------------------------------------------------------------------------------------------------------


class Tokens:
    """An endpoint that gives tokens `t1`, `t2`, …, and a list that takes only those of `valid`."""

    def __init__(self, provider: FakeProvider) -> None:
        self.given = 0
        self.valid: set[str] | None = None
        self.expires_in: Any = 3600
        provider.faults |= {"/token": self.token, "/models": self.models}
        self.provider = provider

    def token(self, to: Handler) -> None:
        self.given += 1
        answer = {"token_type": "Bearer", "access_token": f"t{self.given}", "expires_in": self.expires_in}
        to.answer(json.dumps(answer).encode())

    def models(self, to: Handler) -> None:
        word, _, token = (to.headers["Authorization"] or "").partition(" ")
        if word != "Bearer" or (self.valid is not None and token not in self.valid):
            to.answer(b'{"error": {"code": "InvalidAuthenticationToken", "message": "no"}}', 401)
        else:
            two_pages(to)

    @property
    def forms(self) -> list[dict[str, list[str]]]:
        return [parse_qs(request.body.decode()) for request in self.provider.seen if request.method == "POST"]


@pytest.fixture
def tokens(provider: FakeProvider) -> Tokens:
    return Tokens(provider)


@pytest.fixture
def azure(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> ClientCredentials:
    set_all(monkeypatch, AZURE_KEYS)
    return ClientCredentials(endpoint=provider.url("/token"))


def test_it_asks_for_one_token_and_shows_it_for_every_page_and_run(
    akin: Callable[[auth.Credential], type[Akin]], tokens: Tokens, azure: ClientCredentials
) -> None:
    source = akin(azure)
    fetch(source())
    fetch(source())

    assert tokens.given == 1
    assert tokens.forms == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["client"],
            "client_secret": [CLIENT_SECRET],
            "scope": ["https://management.azure.com/.default"],
        }
    ]
    tokens_sent = [request.headers["Authorization"] for request in tokens.provider.seen if request.method == "GET"]
    assert tokens_sent == ["Bearer t1"] * 4


def test_the_tenant_is_part_of_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, AZURE_KEYS)
    urls = []

    def post(url: str, form: Any) -> http.Response:
        urls.append(url)
        return http.Response(b'{"access_token": "t", "expires_in": 3600}')

    monkeypatch.setattr(http, "post", post)
    ClientCredentials().sign("https://management.azure.com/")

    assert urls == ["https://login.microsoftonline.com/tenant/oauth2/v2.0/token"]


def test_it_asks_for_a_new_token_once_when_one_has_expired(
    akin: Callable[[auth.Credential], type[Akin]], tokens: Tokens, azure: ClientCredentials
) -> None:
    source = akin(azure)
    fetch(source())
    tokens.valid = {"t2"}
    assert Akin().parse(fetch(source()).body).seen == 2

    assert tokens.given == 2


def test_it_gives_up_when_the_new_token_is_refused_as_well(
    akin: Callable[[auth.Credential], type[Akin]], tokens: Tokens, azure: ClientCredentials
) -> None:
    tokens.valid = set()

    with pytest.raises(ProviderRefused, match=r"401.*Microsoft Entra ID says: InvalidAuthenticationToken"):
        fetch(akin(azure)())
    assert (tokens.given, tokens.provider.times("/models")) == (2, 2)


def test_it_asks_for_no_other_token_when_it_is_not_allowed(
    akin: Callable[[auth.Credential], type[Akin]], tokens: Tokens, azure: ClientCredentials
) -> None:
    tokens.provider.faults["/models"] = lambda to: to.answer(b'{"error": {"code": "AuthorizationFailed"}}', 403)

    with pytest.raises(ProviderRefused, match=r"403.*AuthorizationFailed"):
        fetch(akin(azure)())
    assert tokens.given == 1


def test_it_uses_a_token_until_shortly_before_its_end(tokens: Tokens, azure: ClientCredentials) -> None:
    def token_at(moment: datetime) -> str:
        with time_machine.travel(moment, tick=False):
            return azure.sign("https://x.example/")[1]["Authorization"]

    ages = (timedelta(), timedelta(minutes=58), timedelta(minutes=59, seconds=30))
    assert [token_at(NOW + age) for age in ages] == ["Bearer t1", "Bearer t1", "Bearer t2"]


@pytest.mark.parametrize("expires_in", [None, "soon", -5, 1.5, []])
def test_it_keeps_no_token_whose_end_is_not_told(tokens: Tokens, azure: ClientCredentials, expires_in: Any) -> None:
    tokens.expires_in = expires_in

    assert [azure.sign("https://x.example/")[1]["Authorization"] for _ in range(2)] == ["Bearer t1", "Bearer t2"]


def test_another_secret_gets_another_token(
    tokens: Tokens, azure: ClientCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    azure.sign("https://x.example/")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "changed")

    assert azure.sign("https://x.example/")[1] == {"Authorization": "Bearer t2"}


@pytest.mark.parametrize(
    ("path", "kind", "words"),
    [
        ("/503", Unreachable, "answers 503"),
        ("/400", ProviderRefused, r"gives no token \(400, no\); look at AZURE_TENANT_ID and AZURE_CLIENT_ID and"),
        ("/401", ProviderRefused, r"gives no token \(401"),
        ("/moved", ForbiddenAddress, "redirects"),
        ("/html", BadPayload, "web page"),
        ("/ok", BadPayload, "holds no token"),
        ("/reset", Unreachable, "broke off"),
        ("/truncated", Unreachable, "broke off"),
    ],
)
def test_it_says_why_there_is_no_token_and_nothing_of_what_it_sent(
    akin: Callable[[auth.Credential], type[Akin]],
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    kind: type[SourceError],
    words: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    set_all(monkeypatch, AZURE_KEYS)

    with pytest.raises(kind, match=words) as caught:
        fetch(akin(ClientCredentials(endpoint=provider.url(path)))())

    assert CLIENT_SECRET in provider.seen[0].body.decode()
    assert CLIENT_SECRET not in "".join(traceback.format_exception(caught.value)) + caplog.text
    assert provider.times("/models") == 0
    assert len(provider.seen) == (http.ATTEMPTS if kind is Unreachable else 1)


def test_a_token_that_cannot_be_sent_is_none(provider: FakeProvider, azure: ClientCredentials) -> None:
    provider.faults["/token"] = lambda to: to.answer(b'{"access_token": "a\\r\\nX-Evil: 1", "expires_in": 3600}')

    with pytest.raises(BadPayload, match="holds no token"):
        azure.sign("https://x.example/")


# -- service accounts --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def account(private_key: rsa.RSAPrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes the file of a service account; what is given replaces what it holds."""

    def written(**other: Any) -> Path:
        pem = private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        held = {
            "type": "service_account",
            "client_email": "reader@project.iam.gserviceaccount.com",
            "private_key_id": "key-1",
            "private_key": pem.decode(),
            "token_uri": "https://evil.example/token",
        }
        path = tmp_path / "account.json"
        path.write_text(json.dumps(held | other))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        return path

    return written


def test_it_signs_a_statement_for_a_token(
    account: Callable[..., Path], private_key: rsa.RSAPrivateKey, tokens: Tokens
) -> None:
    account()
    endpoint = tokens.provider.url("/token")
    with time_machine.travel(NOW, tick=False):
        _, headers = ServiceAccount(endpoint=endpoint).sign("https://aiplatform.googleapis.com/")

        (form,) = tokens.forms
        assertion = form["assertion"][0]
        statement = jwt.decode(assertion, private_key.public_key(), algorithms=["RS256"], audience=endpoint)

    assert headers == {"Authorization": "Bearer t1"}
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    assert statement == {
        "iss": "reader@project.iam.gserviceaccount.com",
        "scope": "https://www.googleapis.com/auth/cloud-platform",
        "aud": endpoint,
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3600,
    }
    assert jwt.get_unverified_header(assertion)["kid"] == "key-1"


def test_it_asks_google_whatever_address_the_file_names() -> None:
    assert ServiceAccount().endpoint == "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"type": "authorized_user"}, "not a service account key"),
        ({"private_key": "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"}, "cannot be used"),
        ({"private_key": None}, "lacks client_email or private_key"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(account: Callable[..., Path], other: dict[str, Any], words: str) -> None:
    account(**other)

    with pytest.raises(NotConfigured, match=words) as caught:
        ServiceAccount().sign("https://aiplatform.googleapis.com/")
    assert "canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("text", ["", "not json", "[" * 200_000])
def test_it_says_that_a_file_cannot_be_read(account: Callable[..., Path], text: str) -> None:
    account().write_text(text)

    with pytest.raises(NotConfigured, match="GOOGLE_APPLICATION_CREDENTIALS does not name a JSON file"):
        ServiceAccount().sign("https://aiplatform.googleapis.com/")


def test_a_token_of_the_environment_comes_before_the_service_account(
    account: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    account()
    assert isinstance(auth.chosen(GoogleVertex), ServiceAccount)

    monkeypatch.setenv("GOOGLE_VERTEX_ACCESS_TOKEN", "token")
    assert isinstance(auth.chosen(GoogleVertex), auth.Key)


# -- which variables ---------------------------------------------------------------------------------------------------


def test_it_names_every_set_of_variables_that_would_do() -> None:
    assert auth.needed(Bedrock) == "AWS_BEARER_TOKEN_BEDROCK, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    with pytest.raises(NotConfigured, match="or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"):
        fetch(Bedrock())


def test_half_a_set_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "")

    assert auth.chosen(Bedrock) is None


@pytest.mark.django_db
def test_the_list_of_sources_says_which_set_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def bedrock() -> dict[str, Any]:
        out = StringIO()
        call_command("sources", "--json", stdout=out)
        return next(source for source in json.loads(out.getvalue()) if source["source"] == "bedrock")

    assert bedrock()["state"] == "needs key"
    assert bedrock()["key"].endswith("or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY not set")
    set_all(monkeypatch, AWS_KEYS)
    assert (bedrock()["state"], bedrock()["key"]) == ("never run", "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY set")


@pytest.mark.django_db
def test_the_health_of_a_source_goes_by_any_set_that_would_do(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_source(Bedrock)

    def state() -> SourceState:
        return health(SourceRow.objects.filter(slug="bedrock"), now=NOW)["bedrock"].state

    assert state() is SourceState.NO_KEY
    set_all(monkeypatch, AWS_KEYS)
    assert state() is SourceState.NEVER
