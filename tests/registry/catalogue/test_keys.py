"""A key is declared once: what follows from it, and the page of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from registry.catalogue import documentation
from registry.catalogue.filters.kinds import ONLY_UNSURE
from registry.catalogue.public_keys import offering_keys
from registry.catalogue.public_keys.offering_keys import KEYS, OFFERING, OfferingFilterSet
from registry.catalogue.public_keys.representation import MODEL_KEYS, PROVIDER_KEYS, ModelFilterSet, ProviderFilterSet
from registry.catalogue.public_keys.subjects import CAPABILITIES
from registry.domain import fields, kinds
from registry.domain.fields import FIELDS

PAGE = Path(settings.BASE_DIR) / "docs" / "keys.md"
RENEW = ".venv/bin/python manage.py keys > docs/keys.md"


def test_the_page_of_keys_is_up_to_date():
    if PAGE.read_text() != documentation.markdown():
        pytest.fail(f"docs/keys.md is not up to date; renew it with: {RENEW}")


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_shown_in_the_type_of_its_kind(name):
    field = FIELDS[name]
    properties = OFFERING.schema["properties"]
    schema = (
        properties["capabilities"].schema["properties"][CAPABILITIES[name]]
        if name in CAPABILITIES
        else properties[name]
    )

    if choices := field.kind.schema.get("enum"):
        assert schema["oneOf"][0].schema["enum"] == choices
    else:
        assert schema["type"] == [field.kind.schema["type"], "null"]


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if not field.kind.name.startswith("text")])
def test_every_field_but_texts_and_parts_of_dates_is_filtered_by_its_column(name):
    field = FIELDS[name]
    is_filtered = bool(field.column) and field.kind.name != "partial date"

    assert ((field.parameter or name) in OfferingFilterSet.base_filters) == is_filtered


@pytest.mark.parametrize("kind", ["count", "score", "date", "choice"])
def test_lists_are_sorted_by_every_field_of_a_kind_with_an_order(kind):
    names = [name for name, field in FIELDS.items() if field.kind.name == kind]

    assert names
    assert set(names) <= {word for key in KEYS.values() for word in key.order}


@pytest.mark.parametrize("keys", [KEYS, MODEL_KEYS, PROVIDER_KEYS])
def test_no_two_keys_have_a_parameter_or_a_word_of_the_order_of_one_name(keys):
    parameters = [name for key in keys.values() for name in key.filters]
    words = [word for key in keys.values() for word in key.order]

    assert len(set(parameters)) == len(parameters)
    assert len(set(words)) == len(words)
    assert not {"search", "ordering", ONLY_UNSURE, "fields", "page", "page_size"} & set(parameters)


def test_only_lists_that_may_be_unsure_tell_what_they_are_unsure_of():
    sets = (OfferingFilterSet, ProviderFilterSet, ModelFilterSet)
    assert [ONLY_UNSURE in filterset.base_filters for filterset in sets] == [True, True, False]


def test_a_field_without_a_column_is_shown_and_not_asked_by():
    field = fields.Field("shoe_size", "Shoe size", fields.Group.LIMIT, kinds.count(), says="Of its feet.")

    key = offering_keys.of_field(field)

    assert key.schema == {"type": ["integer", "null"], "minimum": 1, "description": "Of its feet."}
    assert not key.filters
    assert not key.order
