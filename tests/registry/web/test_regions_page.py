from __future__ import annotations

import re

import pytest

from tests.registry.builders import make_offering

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(db):
    make_offering("bedrock/a", {"regions": ["eu-west-1"]})
    make_offering("bedrock/b", {"regions": ["us-east-1"]})
    make_offering("bedrock/c")


def page(client, query=None) -> str:
    answer = client.get("/regions", query or {})
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    return str(answer.content.decode())


def test_it_counts_by_provider_and_region(client, served):
    text = page(client)

    assert '<a href="?provider=bedrock">bedrock</a>: 2' in text
    assert 'offerings?region=eu-west-1">eu-west-1' in text
    assert "For 1 other offering no region is stated." in text


def test_it_shows_the_matrix_of_a_provider_and_says_what_a_dash_means(client, served):
    text = re.sub(r"\s*(<[^>]*>)\s*", r"\1", page(client, {"provider": "bedrock"}))

    assert text.count("<td>yes</td>") == 2
    assert text.count('<span aria-hidden="true">–</span><span class="hidden">not stated</span>') == 2
    assert "<code>bedrock/c</code>" not in text
    assert "– means not stated: it may be served there or not." in text


def test_it_says_so_when_nobody_states_a_region(client, db):
    make_offering("acme/a")

    assert "No source states a region yet." in page(client)
    assert "No source states regions of its offerings." in page(client, {"provider": "acme"})


@pytest.mark.parametrize("provider", ["none", "\0", "<script>", "x" * 3000])
def test_a_provider_that_is_not_there_is_not_found(client, served, provider):
    answer = client.get("/regions", {"provider": provider})

    assert answer.status_code == 404
    assert b"<script>" not in answer.content


def test_it_is_gated_as_reading_is(client, served, settings):
    settings.API_OPEN = False

    assert client.get("/regions").status_code == 401


def test_the_page_of_an_offering_shows_the_regions_of_its_prices(client, db):
    make_offering("bedrock/a", {"price.input[region=eu-west-1]": [{"amount": "1"}]})
    make_offering("bedrock/b")
    text = {key: " ".join(client.get(f"/offerings/bedrock/{key}").content.decode().split()) for key in "ab"}

    assert "Regions: eu-west-1" in text["a"]
    assert 'Regions: <span class="unknown">unknown</span>' in text["b"]


def test_the_list_is_narrowed_by_a_place(client, served):
    text = client.get("/", {"region": "eu"}).content.decode()

    assert "bedrock/a" in text
    assert "bedrock/b" not in text
    assert '<input id="region" name="region" value="eu"' in text
