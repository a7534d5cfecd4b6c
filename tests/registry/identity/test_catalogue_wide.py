"""The curated files and the installed genai-prices, as a first start without any network publishes them."""

from __future__ import annotations

from typing import Any

import pytest

from curation.core.merge import DERIVING_SOURCE, Reason
from curation.models import Source, StoredClaim
from registry.catalogue import cache
from registry.catalogue.cache import Catalogue
from registry.domain import fields
from registry.domain.provenance import Quality
from registry.domain.spans import OPEN
from registry.identity.affixes import parse
from registry.identity.normalise import identify, model_key
from registry.models import LedgerEntry, Offering, OfferingVersion, Revision
from syncers.sources.catalogues.curated import Curated
from syncers.sources.catalogues.genai_prices import GenaiPrices
from syncers.sync.engine import sync
from tests.builders import NOW

pytestmark = pytest.mark.django_db

MUST_RESOLVE = [
    "gpt-5.2",
    "gpt-5.2-pro",
    "gpt-5.1",
    "gemini-3-pro-preview",
    "gemini-3-flash-preview",
    "gemini-2.5-flash",
    "gemini-2.5-flash-lite",
    "gemini-2.5-pro",
    "gemini-2.0-flash",
    "claude-opus-4-5",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "claude-opus-4-1",
    "nova-premier-v1",
    "amazon/nova-premier-v1",
    "amazon.nova-premier-v1:0",
    "nova-pro-v1",
    "nova-lite-v1",
    "nova-micro-v1",
    "nova-2-lite-v1",
    "nova-2-sonic-v1",
    "nova-canvas-v1",
    "nova-reel-v1",
    "nova-reel-v1:1",
    "nova-2-multimodal-embeddings-v1",
    "llama-4-scout",
    "llama-4-maverick",
    "deepseek-chat",
    "deepseek-reasoner",
    "deepseek-v3.2",
    "deepseek-v3.2-speciale",
    "bytedance-seed/seed-1.6",
    "mistral-large-3",
    "magistral-medium-1.2",
    "magistral-small-1.2",
    "devstral-2",
    "mistral-small-3.2",
    "ministral-14b",
    "ministral-8b",
    "voxtral-small",
    "pixtral-large",
    "o3",
    "o3-mini",
    "gpt-4.1",
    "alibaba/qwen-3-14b",
    "google/gemini-2.0-flash",
    "deepseek/deepseek-chat",
    "mistral/mistral-large",
    "meta/llama-3-8b-instruct",
    "bfl/flux-1-1-pro",
    "bytedance/sdxl-lightning-4step",
    "cohere/command-r-plus",
    "claude-opus-4.5",
    "claude-sonnet-4.5",
    "claude-haiku-4.5",
    "claude-opus-4.1",
    "anthropic/claude-opus-4.5",
    "anthropic/claude-opus-4-5",
    "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "together_ai/deepseek-ai/DeepSeek-R1",
    "vertex_ai/gemini-2.5-pro",
    "aws/anthropic.claude-3-5-sonnet-20241022-v2:0",
    "bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0",
]
NO_MODELS = ("gpt-9000", "claude-nonsense-7", "totally/unknown", "openai/gpt-9000", "gemini-99-ultra-max")


@pytest.fixture(scope="module")
def loaded(module_database: None) -> Catalogue:
    """What comes with the installation."""
    reports = [sync(declared, body=declared().embedded(), at=NOW) for declared in (Curated, GenaiPrices)]
    assert [(r.status, r.error, r.rejected) for r in reports] == [("ok", "", 0)] * 2
    return cache.load(Revision.objects.latest().number)


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MUST_RESOLVE)
def test_it_resolves_the_names_that_people_use(loaded, name):
    answer = loaded.lookup(name)

    assert answer.found, [c["id"] for c in answer.candidates]
    assert answer.model
    assert answer.offering is None or answer.offering in loaded.entries


@pytest.mark.parametrize("name", NO_MODELS)
def test_it_does_not_resolve_what_is_no_model(loaded, name):
    answer = loaded.lookup(name)

    assert (answer.found, answer.offering, answer.model) == (False, None, None)
    assert all(candidate["id"] in loaded.entries or candidate["kind"] == "model" for candidate in answer.candidates)


@pytest.mark.parametrize(
    ("name", "offering"),
    [
        ("gpt-5.2", "openai/gpt-5.2"),
        ("o3", "openai/o3"),
        ("gpt-4o", "openai/gpt-4o"),
        ("gpt-5-codex", "openai/gpt-5-codex"),
        ("o1-preview", "openai/o1-preview"),
        ("gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("claude-opus-5", "anthropic/claude-opus-5"),
        ("deepseek-chat", "deepseek/deepseek-chat"),
        ("nova-reel-v1", "bedrock/amazon.nova-reel-v1:0"),
        ("nova-reel-v1:1", "bedrock/amazon.nova-reel-v1:1"),
    ],
)
def test_it_answers_a_bare_name_with_the_authors_own_offering(loaded, name, offering):
    assert loaded.lookup(name).offering == offering


def test_it_keeps_two_versions_of_a_model_apart(loaded):
    assert loaded.lookup("nova-reel-v1").model != loaded.lookup("nova-reel-v1:1").model


def test_it_finds_every_offering_by_its_id(loaded):
    assert [key for key in loaded.entries if loaded.lookup(key).offering != key] == []


def test_it_never_answers_an_own_id_of_a_provider_with_another_model(loaded):
    """A bare name that some provider really uses means one of the models that are called so there, or is ambiguous."""
    meant: dict[str, set[str | None]] = {}
    for entry in loaded.entries.values():
        meant.setdefault(entry.native_id.casefold(), set()).add(entry.model)

    wrong = {}
    for native_id, models in meant.items():
        answer = loaded.lookup(native_id)
        if len(models) == 1 and answer.found and answer.matched_by != "exact":
            model = (
                loaded.entries[answer.offering].model
                if answer.offering
                else next(k for k, s in loaded.models.items() if s == answer.model)
            )
            if model not in models:
                wrong[native_id] = (model, models)
    assert wrong == {}


def test_every_model_key_is_spelt_as_keys_are(loaded):
    assert [key for key in loaded.models if model_key(*key.split("/", 1)) != key] == []
    assert len(set(loaded.models.values())) == len(loaded.models)


# -- no value that nobody stated -------------------------------------------------------------------


def test_every_published_value_says_where_it_comes_from(loaded):
    for entry in loaded.entries.values():
        assert set(entry.provenance) == set(entry.facts), entry.key
        for name, account in entry.provenance.items():
            assert account["source"], (entry.key, name)
            assert Quality(account["quality"])
            assert Reason(account["reason"])
            assert account["policy"]


def test_every_published_value_is_what_its_source_states(loaded):
    """No price, no limit and no capability exists that no source stated."""
    claims = {(row.source_id, row.offering_key): row for row in StoredClaim.objects.all()}
    sources = {source.slug: source.facts() for source in Source.objects.all()}
    invented = []
    for key, entry in loaded.entries.items():
        for name, data in entry.facts.items():
            source = entry.provenance[name]["source"]
            if source == DERIVING_SOURCE:
                identity = identify(entry.provider, entry.native_id)
                variants = list(parse(entry.provider, entry.native_id).variants)
                derived = {"model": identity and identity.key, "variants": variants}
                is_stated = derived.get(name) == data
            else:
                row = claims.get((source, key))
                is_stated = row is not None and name in row.values and _says(name, row.values[name], data)
                is_stated = is_stated and sources[source].is_authority_for(name)
            if not is_stated:
                invented.append((key, name, data, source))
    assert invented == []


def _says(name: str, stated_value: Any, data: Any) -> bool:
    """Whether a source states a value; a price that it announces for a later day is not published yet."""
    declared = fields.field(name)
    return bool(fields.agrees(name, declared.decode(stated_value), declared.decode(data), on=NOW.date()))


def test_every_value_in_a_column_is_one_of_the_published_values(loaded):
    for offering in Offering.objects.all().iterator():
        for name, field in fields.FIELDS.items():
            if not field.column or name == "regions":  # the column of regions also holds those of prices and of the id
                continue
            value = getattr(offering, "model_id" if name == "model" else field.column)
            assert (value in (None, "")) == (offering.facts.get(name) in (None, [])), (offering.key, name)


def test_the_open_versions_show_what_is_published(loaded):
    current = OfferingVersion.objects.filter(revision_to=OPEN).values_list("key", "content__facts")

    assert dict(current) == {key: entry.facts for key, entry in loaded.entries.items()}


def test_the_ledger_rebuilds_the_whole_catalogue(loaded):
    rebuilt: dict[str, dict[str, object]] = {}
    for entry in LedgerEntry.objects.order_by("id").iterator():
        facts = rebuilt.setdefault(entry.offering_key, {})
        assert facts.get(entry.field) == entry.old
        facts[entry.field] = entry.new
        if entry.new is None and entry.reason == Reason.NO_LONGER_STATED:
            del facts[entry.field]

    assert rebuilt == {key: dict(entry.facts) for key, entry in loaded.entries.items()}


def test_reading_the_same_again_writes_nothing(loaded):
    for declared in (Curated, GenaiPrices):
        body = (declared().embedded() or b"") + b" "
        report = sync(declared, body=body, at=NOW)

        assert (report.status, report.new, report.changed, report.applied, report.rows_written) == ("ok", 0, 0, 0, 0)
