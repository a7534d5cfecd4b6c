"""Tables of curation: sources and their claims, pins, proposed changes, policies."""

from __future__ import annotations

from curation.models.audit import AuditEntry, AuditQuerySet
from curation.models.change import Change, ChangeQuerySet
from curation.models.claim import StoredClaim
from curation.models.conflict import Conflict, ConflictQuerySet
from curation.models.counter import OfferingCounter
from curation.models.delivery import Delivery
from curation.models.import_batch import ImportBatch, ImportRow
from curation.models.match import Match
from curation.models.note import Note
from curation.models.notice import Notice
from curation.models.pin import Pin
from curation.models.policy import OfferedPolicy, Policy
from curation.models.presence import Presence
from curation.models.review_job import ReviewJob
from curation.models.role import FirstPassword, Role
from curation.models.saved_view import SavedView
from curation.models.source import Source, SourceType
from curation.models.stated_alias import StatedAlias
from curation.models.statement import Statement
from curation.models.subscription import Event, Subscription

__all__ = [
    "AuditEntry", "AuditQuerySet", "Change", "ChangeQuerySet", "Conflict", "ConflictQuerySet", "Delivery", "Event",
    "FirstPassword", "ImportBatch", "ImportRow", "Match", "Note", "Notice", "OfferedPolicy", "OfferingCounter", "Pin",
    "Policy", "Presence", "ReviewJob", "Role", "SavedView", "Source", "SourceType", "StatedAlias", "Statement",
    "StoredClaim", "Subscription",
]  # fmt: skip
