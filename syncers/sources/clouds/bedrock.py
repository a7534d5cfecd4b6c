"""Amazon Bedrock: the foundation models and the system's inference profiles of each configured region.

Docs: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html. Regions come from
REGISTRY_BEDROCK_REGIONS (by commas, us-east-1 when unset). A Bedrock API key is used if there is one; else each
request is signed with an access key, which needs the permissions bedrock:ListFoundationModels and
bedrock:ListInferenceProfiles. It states no price, context window or output limit (`converse.maxTokensMaximum`, which
some answers hold, is neither: 10,000 for Nova Pro, the context window for Qwen3), and no release date
(`startOfLifeTime` is the first day at Bedrock). From `legacyTime` on users are asked to move to an active model, from
`publicExtendedAccessTime` on they should expect higher prices. A model is served in the region of its ARN; a profile
routes to the regions of its models' ARNs, which an ARN without a region leaves open.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from curation.core.authority import SourceType
from curation.core.claim import Claim, InvalidClaim, claim
from syncers.errors import BadPayload, NotConfigured
from syncers.kinds.capabilities import flags, marks
from syncers.kinds.coerce import day_of, rows, text, without_none, words
from syncers.kinds.partial import without_unreadable
from syncers.kinds.record import Record
from syncers.kinds.source import Source
from syncers.payload.auth.aws import AWS
from syncers.payload.paging import Cursor

REGIONS_VARIABLE: Final = "REGISTRY_BEDROCK_REGIONS"
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_LISTS: Final = ("modelSummaries", "inferenceProfileSummaries")
_MODALITIES: Final = {"speech": "audio"}
#: Not in the documented list of modalities (TEXT, IMAGE, EMBEDDING), though rows have them: a missing one states
#: nothing.
_INPUTS: Final = {
    "AUDIO": "supports_audio_input",
    "SPEECH": "supports_audio_input",
    "VIDEO": "supports_video_input",
}
_OUTPUTS: Final = {
    "AUDIO": "supports_audio_output",
    "SPEECH": "supports_audio_output",
    "VIDEO": "supports_video_output",
}
_TASKS: Final = {"EMBEDDING": "embedding", "IMAGE": "image", "VIDEO": "video"}  # TEXT may be a reranker
_STATUSES: Final = {"ACTIVE": "active", "LEGACY": "legacy"}


class Bedrock(Source):
    slug, label = "bedrock", "Amazon Bedrock"
    url = "https://bedrock.us-east-1.amazonaws.com/foundation-models"
    homepage = "https://aws.amazon.com/bedrock"
    source_type, speaks_for = SourceType.OFFICIAL, "bedrock"
    authority = ("name", "description", "lifecycle", "modality", "capability", "task")
    key_variable, key_required = "AWS_BEARER_TOKEN_BEDROCK", True
    other_credentials = (AWS("bedrock"),)
    expected = (30, 5_000)
    confidence = "high"
    paging = Cursor(at="nextToken", parameter="nextToken")

    def urls(self) -> Mapping[str, str]:
        urls = {}
        for region in regions():
            host = f"https://bedrock.{region}.amazonaws.com"
            urls[f"models {region}"] = f"{host}/foundation-models"
            urls[f"profiles {region}"] = f"{host}/inference-profiles?maxResults=1000&typeEquals=SYSTEM_DEFINED"
        return urls

    def combine(self, parts: Mapping[str, list[Any]]) -> Any:
        pages = [page for listed in parts.values() for page in listed]
        return {name: [row for page in pages for row in _rows(page, name)] for name in _LISTS}

    def records(self, document: Any) -> Iterator[Record]:
        if not isinstance(document, dict) or not any(isinstance(document.get(name), list) for name in _LISTS):
            raise BadPayload(f"{self.slug}: the answer has neither of the lists {', '.join(_LISTS)}")
        listed = [(f"{name}[{n}]", row) for name in _LISTS for n, row in enumerate(_rows(document, name))]
        by_id = defaultdict(list)  # a model is listed once for each region
        for where, row in listed:
            by_id[_id(row)].append((where, without_unreadable(row, lambda data: [_statement(data)])))
        for where, row in listed:
            yield Record(where, row, context=[other for place, other in by_id[_id(row)] if place != where])

    def claims(self, record: Record) -> Iterator[Claim]:
        own = _statement(record.data)
        everywhere = [own.values]
        for row in record.context:
            with suppress(InvalidClaim):
                everywhere.append(_statement(row).values)
        # Values that differ between regions are left out, except for the regions themselves.
        agreed = {
            name: value for name, value in own.values.items() if all(values.get(name) == value for values in everywhere)
        }
        if agreed.get("supports_pdf_input") and (inputs := agreed.get("input_modalities")):
            agreed["input_modalities"] = (*inputs, "pdf")
        places = {place for values in everywhere for place in values.get("regions", ())}
        yield claim(own.offering, agreed | ({"regions": sorted(places)} if places else {}))


def regions() -> list[str]:
    """The regions that are asked. Raises NotConfigured for a word that is no region."""
    names = [word.strip() for word in os.environ.get(REGIONS_VARIABLE, "").split(",") if word.strip()] or ["us-east-1"]
    if wrong := [word for word in names if not _REGION.fullmatch(word)]:
        raise NotConfigured(f"{REGIONS_VARIABLE} names no AWS regions: {', '.join(wrong)}")
    return list(dict.fromkeys(names))


def _rows(page: Any, name: str) -> list[Any]:
    listed = page.get(name) if isinstance(page, dict) else None
    return listed if isinstance(listed, list) else []


def _id(row: Any) -> Any:
    ident = (row.get("modelId") or row.get("inferenceProfileId")) if isinstance(row, dict) else None
    return ident if isinstance(ident, str) else None


def _statement(row: Any) -> Claim:
    """What one row states, with the region that its ARN names. Raises InvalidClaim."""
    record = Record("", row)
    is_profile = record.get("modelId") is None
    ident = record.text("inferenceProfileId" if is_profile else "modelId")
    inputs = words(record.get("inputModalities"), "inputModalities") or ()
    outputs = words(record.get("outputModalities"), "outputModalities") or ()
    documents = words(record.get("converse", "userDocumentTypesSupported"), "userDocumentTypesSupported") or ()
    types = words(record.get("inferenceTypesSupported"), "inferenceTypesSupported") or ()
    values = {
        "name": record.get("inferenceProfileName" if is_profile else "modelName"),
        "description": text(record.get("description", "shortDescription")),
        "task": _TASKS.get(outputs[0]) if len(outputs) == 1 else None,
        "status": _STATUSES.get(str(record.get("modelLifecycle", "status") or record.get("status"))),
        "retires_on": day_of(record.get("modelLifecycle", "endOfLifeTime")),
        "deprecated_on": day_of(record.get("modelLifecycle", "legacyTime")),
        "extended_access_on": day_of(record.get("modelLifecycle", "publicExtendedAccessTime")),
        "regions": _regions(record, is_profile=is_profile),
        "input_modalities": [_MODALITIES.get(word.lower(), word.lower()) for word in inputs] or None,
        "output_modalities": [_MODALITIES.get(word.lower(), word.lower()) for word in outputs] or None,
        "inference_types": [word.lower().replace("_", "-") for word in types] or None,
        "supports_streaming": record.get("responseStreamingSupported"),
        # Tuning, batches and caching are offered by region: their absence in one region states nothing.
        "supports_fine_tuning": "FINE_TUNING" in rows(record.get("customizationsSupported"), "customizations") or None,
        "supports_batch": record.get("batchSupported", "baseModelSupported") or None,
        "supports_prompt_caching": record.get("explicitPromptCaching", "isSupported") or None,
    }
    if isinstance(record.get("converse", "reasoningSupported"), dict):  # null may be "not filled in"
        values["supports_reasoning"] = True
    if "pdf" in documents:  # an empty list stands beside the same model's full one in another region
        values["supports_pdf_input"] = True
    flagged = flags(inputs, {"IMAGE": "supports_vision"}) | flags(outputs, {"IMAGE": "supports_image_output"})
    return claim(f"bedrock/{ident}", without_none(values) | flagged | marks(inputs, _INPUTS) | marks(outputs, _OUTPUTS))


def _regions(record: Record, *, is_profile: bool) -> list[str] | None:
    """The regions in which a row says that it is served; None where one of its ARNs does not tell."""
    models = rows(record.get("models"), "models") if is_profile else [record.data]
    regions = {(str(Record("", model).get("modelArn")).split(":") + [""] * 4)[3] for model in models}
    return sorted(regions) if all(_REGION.fullmatch(region) for region in regions) and regions else None
