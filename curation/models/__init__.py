"""What we decide, kept: sources and what they claim, pins, proposed changes, policies."""

from __future__ import annotations

from curation.models.change import Change, ChangeQuerySet
from curation.models.claim import StoredClaim
from curation.models.match import Match
from curation.models.pin import Pin
from curation.models.policy import Policy
from curation.models.source import Source, Standing

__all__ = ["Change", "ChangeQuerySet", "Match", "Pin", "Policy", "Source", "Standing", "StoredClaim"]
