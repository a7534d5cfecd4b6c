"""The choices of columns are the words of the domain, with labels."""

from __future__ import annotations

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from registry.domain.columns import Pricing
from registry.domain.provenance import Quality
from registry.domain.rates import Amounts
from registry.models import choices


@pytest.mark.parametrize(("words", "labelled"), [(Quality, choices.Quality), (Pricing, choices.Pricing)])
def test_every_word_has_a_label_in_the_same_order(words: type[StrEnum], labelled: type[TextChoices]):
    assert [word.value for word in words] == labelled.values


def test_the_price_of_an_offering_is_known_as_a_price_is_or_unknown():
    assert [word.value for word in Pricing] == [*(state.value for state in Amounts), "unknown"]
