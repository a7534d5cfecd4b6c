"""AiMo Network: a decentralised marketplace, where several providers serve one model at prices of their own.

Docs: https://docs.aimo.network. The address has changed several times and it is not known whether this one still
answers. Prices are given per provider, but nowhere is it written in which unit: they are not taken. Nor does the list
tell maximum output, descriptions or retirement dates.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from curation.core.claim import Claim, claim
from syncers.kinds.capabilities import modalities
from syncers.kinds.coerce import rows
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record


class Aimo(ModelList):
    slug, label, speaks_for = "aimo", "AiMo Network", "aimo"
    url = "https://beta.aimo.network/api/v1/models"
    homepage = "https://aimo.network"
    authority = ("limit", "modality", "capability")
    key_variable, key_required = "AIMO_API_KEY", True
    expected = (10, 5_000)
    confidence = "low"

    def records(self, document: Any) -> Iterator[Record]:
        """One for each provider of a model, so that a bad one does not affect the others."""
        for record in super().records(document):
            providers = record.get("providers")
            if not isinstance(providers, list) or not providers:
                yield record
                continue
            for index, provider in enumerate(providers):
                yield Record(f"{record.where}.providers[{index}]", record.data, context=provider)

    def claims(self, record: Record) -> Iterator[Claim]:
        name, window = record.text("name"), record.get("context_length")
        rows(record.get("providers"), "providers")
        values = {
            **({"context_window": window} if window else {}),
            **modalities(
                record.get("architecture", "input_modalities"), record.get("architecture", "output_modalities")
            ),
        }
        if record.get("providers"):
            # There is no id: calls name the public key of the provider and the model.
            yield claim(f"aimo/{Record('', record.context).text('id')}:{name}", values)

    def notices(self, document: Any) -> dict[str, int]:
        priced = sum(Record("", record.context).get("pricing") is not None for record in self.records(document))
        return {"unit of prices": priced} if priced else {}
