"""The list of models in the format of OpenAI's API (`GET /v1/models`), for clients that ask a gateway what it serves.

    {"object": "list",
     "data": [{"id": "openai/gpt-4o", "object": "model", "created": 1715558400, "owned_by": "openai"}]}

The id is the offering's, so it is unique over all providers. `created` is the day of release at 00:00 UTC and
`owned_by` the author of the model; both are left out where they are unknown, although OpenAI's own schema requires
them: an invented time would be read as a fact. The format has no prices, limits or capabilities.

"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from registry.domain.fields import Json
from registry.formats.documents import Document, Providers, PublishedOffering, stated


def make(offerings: Iterable[PublishedOffering], providers: Providers, day: date) -> Json:
    return {"object": "list", "data": [entry(offering) for offering in offerings]}


def entry(offering: PublishedOffering) -> dict[str, Json]:
    """One model of the list, which is also the answer to `GET /v1/models/{id}`."""
    author = (offering.model_slug or "").partition("/")[0]
    return stated(
        {
            "id": offering.key,
            "object": "model",
            "created": _midnight(offering.facts.get("released_on")),
            "owned_by": author or None,
        }
    )


def _midnight(day: Json) -> int | None:
    return int(datetime.combine(date.fromisoformat(day), time(), UTC).timestamp()) if day else None


DOCUMENT = Document("openai", "OpenAI list of models", make)
