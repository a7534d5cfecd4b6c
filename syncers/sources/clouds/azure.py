"""Azure OpenAI: the base models that one resource can deploy, from its data plane.

Docs: https://learn.microsoft.com/rest/api/azureopenai/models/list. Needs a resource (AZURE_RESOURCE_NAME) and its key.
The wider catalogue of Azure Resource Manager is read by `azure_arm`. It states no prices, limits or modalities; its
rows of fine-tuned models and deployments belong to the account.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

from registry.domain.places import COUNTRY_OF, EUROPEAN_UNION
from syncers.kinds.coerce import day_of, table, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.record import Record
from syncers.payload.auth import Header

#: A deprecated model is not available to new customers; deployments run until it is retired.
_STATUSES: Final = {"preview": "preview", "generally-available": "active", "deprecated": "deprecated"}


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
        return without_none(
            {
                "task": "chat" if able["chat_completion"] else "embedding" if able["embeddings"] else None,
                "status": _STATUSES.get(str(record.get("lifecycle_status"))),
                "retires_on": day_of(record.get("deprecation", "inference")),
                "supports_fine_tuning": can_be_tuned(record.get("capabilities")),
            }
        )

    def notices(self, document: Any) -> dict[str, int]:
        states = Counter(str(record.get("lifecycle_status"))[:40] for record in self.records(document))
        return {f"status {state}": count for state, count in states.items() if state not in {*_STATUSES, "None"}}


def can_be_tuned(capabilities: Any) -> bool | None:
    """Yes where one kind of tuning is yes: `fine_tune` (`fineTune`), `vision_fine_tune` and the like.

    Never no: each key is one kind of tuning, and the keys are not documented as complete.
    """
    flags = table(capabilities, "capabilities")
    ways = [value for name, value in flags.items() if name.lower().replace("_", "").endswith("finetune")]
    return True if any(value in (True, "true") for value in ways) else None


def data_zone(location: str) -> str:
    """The data zone that a location belongs to, `us` or `eu`; "" outside of both.

    Docs: https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types.
    """
    country = COUNTRY_OF.get(location, "")
    if location.startswith("usgov"):
        return ""  # a cloud of its own
    return "eu" if country in EUROPEAN_UNION else country if country == "us" else ""
