"""The shapes of what is answered about the review queue, for the schema."""

from __future__ import annotations

from rest_framework import serializers

from curation import queue
from curation.diff import Kind
from registry.api.shapes import Shape

_STATES = [state for state, _title in queue.STATES]


class QueuedChange(Shape):
    """One field of one offering, going from its published value to a proposed one."""

    id = serializers.IntegerField()
    fingerprint = serializers.CharField(help_text="Of both values as they are now; a decision names it in If-Match.")
    offering = serializers.CharField()
    field = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in Kind])
    old = serializers.JSONField(help_text="As published; null where nothing is, or where there is none.")
    new = serializers.JSONField(help_text="As proposed; null where nobody states it any more, or there is none.")
    factor = serializers.CharField(allow_null=True, help_text="How many times larger or smaller a number gets.")
    source = serializers.CharField(allow_null=True, help_text="Who states it.")  # type: ignore[assignment]
    policy = serializers.CharField(help_text="What held it.")
    state = serializers.ChoiceField(_STATES)
    first_seen = serializers.DateTimeField()
    last_seen = serializers.DateTimeField()
    times_seen = serializers.IntegerField(help_text="Good readings of its source in which it stood.")
    postponed_until = serializers.DateTimeField(allow_null=True)
    first_approved_by = serializers.CharField(allow_null=True, help_text="Where a second person has to agree.")
    same = serializers.IntegerField(help_text="Waiting changes of the same field from and to the same values.")
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
