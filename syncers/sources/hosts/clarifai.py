"""Clarifai: the models behind its OpenAI-compatible endpoint.

Docs: https://docs.clarifai.com/compute/inference. It states ids and at times a name, but no prices, limits or
kinds; the native list (`/v2/models`) holds everybody's own models too and has no prices either. No recorded answer
was available.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from syncers.kinds.coerce import names
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header

_SITE: Final = "https://clarifai.com/"


class Clarifai(ModelList):
    slug, label, speaks_for = "clarifai", "Clarifai", "clarifai"
    url = "https://api.clarifai.com/v2/ext/openai/v1/models"
    homepage = "https://docs.clarifai.com/compute/inference/"
    key_variable, key_required = "CLARIFAI_PAT", True
    auth = Header(word="Key")
    authority = ("name",)
    every = timedelta(days=1)
    expected = (5, 5_000)
    confidence = "low"
    fields_at = {"name": "display_name"}

    def native_id(self, record: Record) -> str:
        # The full address of a model is accepted as its id; the path in it is the id that is published elsewhere.
        return record.text("id").removeprefix(_SITE)

    def names(self, record: Record) -> tuple[str, ...]:
        return names([record.text("id")], besides=self.native_id(record))
