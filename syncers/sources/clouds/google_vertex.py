"""Google Vertex AI: the models in Model Garden that Google serves, one list per publisher.

Docs: https://cloud.google.com/vertex-ai/docs/reference/rest/v1beta1/publishers.models/list. It does not state
prices, limits, modalities or dates. It asks for an OAuth access token, which holds for an hour: it is asked for with
the service account of GOOGLE_APPLICATION_CREDENTIALS, or taken from GOOGLE_VERTEX_ACCESS_TOKEN
(`gcloud auth print-access-token`), a name of our own, which comes first.

Models of partners that Google serves end in `-maas` and are called `<publisher>/<name>`; those of Google,
Anthropic and Mistral are called by their name alone. Other rows are weights for own deployments, not
offerings.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from curation.core.claim import InvalidClaim
from syncers.kinds.coerce import names
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth.oauth import ServiceAccount
from syncers.payload.paging import Cursor

_CALLED_BY_NAME: Final = frozenset({"google", "anthropic", "mistralai"})
_PUBLISHERS: Final = (*sorted(_CALLED_BY_NAME), "meta", "deepseek-ai")
_STAGES: Final = {"GA": "active", "PUBLIC_PREVIEW": "preview", "PRIVATE_PREVIEW": "preview", "EXPERIMENTAL": "preview"}
_BASE: Final = "https://aiplatform.googleapis.com/v1beta1/publishers"


class GoogleVertex(ModelList):
    slug, label, speaks_for = "google-vertex", "Google Vertex AI", "google-vertex"
    url = f"{_BASE}/google/models"
    homepage = "https://cloud.google.com/vertex-ai/generative-ai/docs/models"
    key_variable, key_required = "GOOGLE_VERTEX_ACCESS_TOKEN", True
    other_credentials = (ServiceAccount(),)
    paging = Cursor(at="nextPageToken", parameter="pageToken")
    records_at = "publisherModels"
    authority = ("status",)
    meanings_at = {"status": {"launchStage": _STAGES}}
    every = timedelta(days=1)
    expected = (5, 2_000)
    confidence = "medium"

    def urls(self) -> Mapping[str, str]:
        return {publisher: f"{_BASE}/{publisher}/models" for publisher in _PUBLISHERS}

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        # A publisher without models in this project answers `{}`.
        full = {name: [page for page in pages if page != {}] for name, pages in parts.items()}
        return super().combine(full) if any(full.values()) else {}

    def count(self, document: Any) -> int:
        return super().count(document) if document != {} else 0

    def wanted(self, record: Record) -> bool:
        publisher, name = _place(record)
        return publisher in _CALLED_BY_NAME or name.endswith("-maas")

    def native_id(self, record: Record) -> str:
        publisher, name = _place(record)
        return f"{publisher}/{name}" if name.endswith("-maas") else name

    def names(self, record: Record) -> tuple[str, ...]:
        """The name with its version, such as `chat-bison@002`."""
        template = record.get("publisherModelTemplate")
        versioned = template.rpartition("/models/")[2] if isinstance(template, str) and "@" in template else None
        return names([versioned], besides=self.native_id(record))


def _place(record: Record) -> tuple[str, str]:
    """Publisher and name out of `publishers/google/models/gemini-2.5-flash`."""
    parts = record.text("name").split("/")
    if len(parts) != 4 or parts[0] != "publishers" or parts[2] != "models" or not parts[1] or not parts[3]:
        raise InvalidClaim(f"name: publishers/…/models/… expected, not {record.text('name')[:120]!r}")
    return parts[1], parts[3]
