"""Azure OpenAI: the base models that one resource can deploy, from its data plane.

Docs: https://learn.microsoft.com/rest/api/azureopenai/models/list. Needs a resource (AZURE_RESOURCE_NAME) and its
key. The wider catalogue of Azure Resource Manager is read by `azure_arm`. It tells no prices, limits or modalities; its
rows of fine-tuned models and deployments belong to the account.
"""

from __future__ import annotations

from typing import Any, Final

from syncers.auth import Header
from syncers.base import Record
from syncers.reading import day_of, stated
from syncers.sources.model_list import ModelList

_STATUSES: Final = {"preview": "preview", "generally-available": "active"}


class Azure(ModelList):
    slug, label, speaks_for = "azure", "Azure OpenAI", "azure"
    url = "https://{AZURE_RESOURCE_NAME}.openai.azure.com/openai/models?api-version=2024-10-21"
    homepage = "https://azure.microsoft.com"
    authority = ("lifecycle", "task", "supports_fine_tuning")
    key_variable, key_required = "AZURE_OPENAI_API_KEY", True
    auth = Header("api-key", "")
    expected = (5, 2_000)
    confidence = "high"

    def wanted(self, record: Record) -> bool:
        return record.get("fine_tune") is None and record.get("model") is None

    def more(self, record: Record) -> dict[str, Any]:
        able = {name: record.get("capabilities", name) is True for name in ("chat_completion", "embeddings")}
        return stated(
            {
                "task": "chat" if able["chat_completion"] else "embedding" if able["embeddings"] else None,
                "status": _STATUSES.get(str(record.get("lifecycle_status"))),
                "retires_on": day_of(record.get("deprecation", "inference")),
                "supports_fine_tuning": record.get("capabilities", "fine_tune"),
            }
        )
