"""Azure AI Foundry: the models that Azure Resource Manager lists for a region, OpenAI's and those of others.

Docs: https://learn.microsoft.com/rest/api/aiservices/accountmanagement/models/list. Needs an application with the right
to read (AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET) in AZURE_SUBSCRIPTION_ID; the regions are those of
REGISTRY_AZURE_LOCATIONS (by commas, eastus2 when unset). A model is listed once for each kind of account, each SKU and
each region. A version that is a day is part of the id, as in the list of `azure`; versions `1`, `2`, … are not used in
calls, and share the name. Where a model is served follows from the location that lists it and from the names of its
deployment SKUs: in the location, in its data zone, or anywhere (`global`). It states no prices; what its free texts say
of limits is not documented and not read.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from curation.core.claim import InvalidClaim, claim
from syncers.errors import NotConfigured
from syncers.kinds.coerce import day_of, full_day, rows, without_none
from syncers.kinds.model_list import ModelList
from syncers.kinds.partial import without_unreadable
from syncers.kinds.record import Record
from syncers.payload.auth.oauth import ClientCredentials
from syncers.payload.paging import NextUrl
from syncers.sources.clouds.azure import can_be_tuned, data_zone

LOCATIONS_VARIABLE: Final = "REGISTRY_AZURE_LOCATIONS"
_LOCATION: Final = re.compile(r"[a-z][a-z0-9]{2,39}")
_HOST: Final = "https://management.azure.com"
_LISTED_BY: Final = "registry:location"
"""Key that is added to each row of an answer: the location that was asked, which the row does not name."""
_STATUSES: Final = {
    "Preview": "preview",
    "Stable": "active",  # the former word for the next
    "GenerallyAvailable": "active",
    "Legacy": "legacy",
    "Deprecating": "deprecated",
    "Deprecated": "retired",  # "also known as retired": calls are answered with 410
}


class AzureArm(ModelList):
    slug, label, speaks_for = "azure-arm", "Azure AI Foundry models", "azure"
    url = f"{_HOST}/subscriptions"
    homepage = "https://azure.microsoft.com"
    authority = ("lifecycle", "task", "supports_fine_tuning")
    names_parts = True
    key_required, other_credentials = True, (ClientCredentials(),)
    records_at = "value"
    expected = (20, 5_000)
    confidence = "high"
    paging = NextUrl("nextLink")

    def urls(self) -> Mapping[str, str]:
        base = f"{_HOST}/subscriptions/{{AZURE_SUBSCRIPTION_ID}}/providers/Microsoft.CognitiveServices/locations"
        return {location: f"{base}/{location}/models?api-version=2025-06-01" for location in locations()}

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        rows = ((place, record.data) for place, pages in parts.items() for page in pages for record in self.rows(page))
        return {"value": [row | {_LISTED_BY: place} if isinstance(row, dict) else row for place, row in rows]}

    def records(self, document: Any) -> Iterator[Record]:
        records, by_id = list(super().records(document)), defaultdict(list)
        for record in records:
            with suppress(InvalidClaim):
                readable = without_unreadable(record.data, lambda data: [claim("azure/any", _said(Record("", data)))])
                by_id[self.native_id(record)].append(Record(record.where, readable))
        for record in records:
            others: list[Record] = []
            with suppress(InvalidClaim):
                others = [other for other in by_id[self.native_id(record)] if other.where != record.where]
            yield Record(record.where, record.data, context=others)

    def native_id(self, record: Record) -> str:
        model = Record(record.where, record.get("model"))
        version = model.get("version")
        return f"{model.text('name')}-{version}" if full_day(version) else model.text("name")

    def more(self, record: Record) -> dict[str, Any]:
        own = _said(record)
        everywhere = [_said(row) for row in record.context]
        # Values that differ between kinds of accounts, SKUs and regions are left out, except the regions themselves.
        agreed = {name: value for name, value in own.items() if all(values.get(name) == value for values in everywhere)}
        regions = {region for values in (own, *everywhere) for region in values.get("regions", ())}
        return agreed | ({"regions": sorted(regions)} if regions else {})


def locations() -> list[str]:
    """The regions that are asked. Raises NotConfigured for a word that is no region."""
    names = [word.strip() for word in os.environ.get(LOCATIONS_VARIABLE, "").split(",") if word.strip()] or ["eastus2"]
    if wrong := [word for word in names if not _LOCATION.fullmatch(word)]:
        raise NotConfigured(f"{LOCATIONS_VARIABLE} names no Azure regions: {', '.join(wrong)}")
    return list(dict.fromkeys(names))


def _said(record: Record) -> dict[str, Any]:
    """What one row states. Raises InvalidClaim."""
    able = {name: record.get("model", "capabilities", name) == "true" for name in ("chatCompletion", "embeddings")}
    return without_none(
        {
            "task": "chat" if able["chatCompletion"] else "embedding" if able["embeddings"] else None,
            "status": _STATUSES.get(str(record.get("model", "lifecycleStatus"))),
            "retires_on": day_of(record.get("model", "deprecation", "inference")),
            # No tuning for one kind of account or region states nothing.
            "supports_fine_tuning": can_be_tuned(record.get("model", "capabilities")),
            "regions": _regions(record) or None,
        }
    )


def _regions(record: Record) -> list[str]:
    """Where the deployments that a row offers are served. A SKU that is not known states nothing."""
    location = str(record.get(_LISTED_BY) or "")
    skus = [str(Record("", sku).get("name")) for sku in rows(record.get("model", "skus"), "skus")]
    return sorted({region for sku in skus if (region := _served_in(sku, location))})


def _served_in(sku: str, location: str) -> str:
    if sku.startswith("Global"):
        return "global"
    if sku.startswith("DataZone"):
        return data_zone(location)
    return location if sku in ("Standard", "ProvisionedManaged") else ""
