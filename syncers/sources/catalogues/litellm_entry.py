"""The claim of a single entry of the LiteLLM map."""

from __future__ import annotations

from typing import Any, Final

from curation.core.claim import Claim, claim
from registry.domain.offering_ids import OfferingId
from registry.formats.litellm_words import FLAGS, LIMITS, MODES
from syncers.kinds.capabilities import marks
from syncers.kinds.coerce import names, whole_day, without_none, words
from syncers.kinds.record import Record
from syncers.sources.catalogues.litellm_ids import Place
from syncers.sources.catalogues.litellm_prices import price_fields

TASKS: Final = {mode: task for task, mode in MODES.items()} | {
    "responses": "chat",
    "image_edit": "image",
    "moderations": "moderation",
}
"""Mode of the map → task: the modes that we write, and those that we only read."""
#: Lists that are not known to be complete: a listed word means yes, a missing word states nothing.
_OUTPUTS: Final = {"image": "supports_image_output", "video": "supports_video_output"}
_ENDPOINTS: Final = {"/v1/batch": "supports_batch"}


def statements(key: str, where: Place, entry: dict[str, Any]) -> list[Claim]:
    return [statement(key, where, entry)]


def statement(key: str, where: Place, entry: dict[str, Any]) -> Claim:
    """The claim of one entry."""
    record = Record(key, entry)
    mode, ident = str(record.get("mode")), OfferingId.of(where.offering).native_id
    values = {
        "task": TASKS.get(mode),
        **{field: record.get(key) or None for key, field in LIMITS.items()},
        "retires_on": whole_day(record.get("deprecation_date"), "deprecation_date"),
        "input_modalities": words(record.get("supported_modalities"), "supported_modalities") or None,
        "output_modalities": words(record.get("supported_output_modalities"), "supported_output_modalities") or None,
        "regions": words(record.get("supported_regions"), "supported_regions") or None,
        **{field: record.get(flag) for flag, field in FLAGS.items()},
        **marks(words(record.get("supported_output_modalities"), "supported_output_modalities"), _OUTPUTS),
        **marks(words(record.get("supported_endpoints"), "supported_endpoints"), _ENDPOINTS),
    }
    prices = price_fields(entry, mode, where.conditions, is_free=":free" in key)
    listed = record.get("aliases")
    aliases = names(listed if isinstance(listed, list) else (), besides=ident)
    return claim(where.offering, without_none(values) | prices, aliases=aliases)
