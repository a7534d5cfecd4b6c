"""The mark of a pinned value in lists."""

from __future__ import annotations

from curation.admin.base import cell
from registry.domain.provenance import Provenance
from registry.models import Offering


def is_pinned(offering: Offering, field: str) -> bool:
    """Whether the published value is a curator's pin. No query."""
    return bool(offering.pinned_fields) and Provenance(offering.provenance.get(field, {})).is_pinned


def marked(offering: Offering, field: str, text: str) -> str:
    """The text, with a pin icon where the field is pinned."""
    return cell("curation/admin/pins/cells/pinned", text=text) if is_pinned(offering, field) else text
