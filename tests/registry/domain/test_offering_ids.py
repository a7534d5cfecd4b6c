from __future__ import annotations

import pytest

from registry.domain.offering_ids import OfferingId, provider_of


@pytest.mark.parametrize(
    ("text", "provider", "native_id"),
    [
        ("openai/gpt-4o", "openai", "gpt-4o"),
        ("openrouter/openai/gpt-4o:free", "openrouter", "openai/gpt-4o:free"),
        ("openai/", "openai", ""),
        ("openai", "openai", ""),
        ("", "", ""),
    ],
)
def test_the_provider_ends_at_the_first_slash(text, provider, native_id):
    assert OfferingId.of(text) == (provider, native_id)
    assert provider_of(text) == provider


@pytest.mark.parametrize("text", ["openai/gpt-4o", "openrouter/openai/gpt-4o:free", "together/"])
def test_an_id_is_written_as_it_was_read(text):
    assert str(OfferingId.of(text)) == text
