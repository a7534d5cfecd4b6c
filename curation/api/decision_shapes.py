"""The shapes of what is answered about the review queue, for the schema."""

from __future__ import annotations

from rest_framework import serializers

from curation.core.diff import Kind
from curation.review import queue
from registry.api.shapes import Shape

KINDS = [(kind.value, kind.value) for kind in Kind]
_STATES = [state for state, _title in queue.STATES]


class QueuedPart(Shape):
    """One field of a change, going from its published value to the proposed one."""

    field = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    old = serializers.JSONField(help_text="As published; null where nothing is, or where there is none.")
    new = serializers.JSONField(help_text="As proposed; null where nobody states it any more, or there is none.")
    factor = serializers.CharField(allow_null=True, help_text="How many times larger or smaller a number gets.")
    source = serializers.CharField(allow_null=True, help_text="Who states it.")  # type: ignore[assignment]


class QueuedChange(Shape):
    """One unit of one offering with all its fields that move. It is decided whole."""

    id = serializers.IntegerField()
    fingerprint = serializers.CharField(
        help_text="Of all values, source and pins as they are now; a decision names it in If-Match."
    )
    offering = serializers.CharField()
    unit = serializers.CharField(
        help_text="`token_prices` for all token prices of an offering, else the name of the field."
    )
    parts = QueuedPart(many=True)
    kind = serializers.ChoiceField(KINDS, help_text="Of the part that decides.")
    factor = serializers.CharField(allow_null=True, help_text="Of the part that moves farthest.")
    source = serializers.CharField(allow_null=True, help_text="Whose list it is.")  # type: ignore[assignment]
    policy = serializers.CharField(help_text="What held it.")
    state = serializers.ChoiceField(_STATES)
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()
    times_seen = serializers.IntegerField(help_text="Good readings of its source in which it stood.")
    postponed_until = serializers.DateTimeField(allow_null=True)
    first_approved_by = serializers.CharField(allow_null=True, help_text="Where a second person has to agree.")
    same = serializers.IntegerField(
        help_text="Waiting changes of the same unit by the same source, from and to the same values."
    )
    decided = serializers.DateTimeField(allow_null=True)
    decided_by = serializers.CharField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class Queue(Shape):
    """A page of changes."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = QueuedChange(many=True)


class Decided(Shape):
    """What came of a decision."""

    change = QueuedChange()
    revision = serializers.IntegerField(allow_null=True, help_text="In which it was published, if it was.")


class Reason(Shape):
    """Why; a rejection needs it."""

    reason = serializers.CharField(max_length=500, required=False)
