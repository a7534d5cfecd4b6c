"""Pinning what is published, straight from the queue: the sources may say what they like, the value stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import gettext as _

from curation import review
from curation.models import Change
from curation.shown import Outcome, reason_for, record, still_shown
from registry import fields
from registry.models import Offering
from registry.publish import sole_writer


def keep(
    shown: Mapping[int, str],
    *,
    actor: User,
    reason: str,
    evidence: str = "",
    expires_at: datetime | None = None,
    at: datetime | None = None,
) -> Outcome:
    """Pins the published value of the field of each change. `shown`: change id → the fingerprint the person saw.

    Refused one by one: what was decided already or has moved, and a field of which nothing is published. Raises Refused
    for a pin that `review.pin` would not take.
    """
    at, outcome, said = at or timezone.now(), Outcome(), reason_for(reason)
    with sole_writer():
        waiting = still_shown(shown, outcome)
        published = dict(
            Offering.objects.filter(key__in={change.offering_key for change in waiting}).values_list("key", "facts")
        )
        for change in waiting:
            facts = published.get(change.offering_key, {})
            if change.field not in facts:
                outcome.refused.append((change.pk, _("Nothing is published here that could be pinned.")))
            elif facts[change.field] != change.old:
                outcome.refused.append((change.pk, _("The values have moved since you looked; please look again.")))
            else:
                record([change], Change.State.SUPERSEDED, actor, _("pinned as it was: %s") % said, at)
                review.pin(
                    offering=change.offering_key,
                    field=change.field,
                    value=fields.field(change.field).decode(change.old),
                    actor=actor,
                    reason=said,
                    evidence=evidence,
                    expires_at=expires_at,
                    at=at,
                )
                outcome.done.append(change.pk)
    return outcome
