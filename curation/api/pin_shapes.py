"""The shapes of pins, for the schema."""

from __future__ import annotations

from rest_framework import serializers

from curation.apply.pin_drift import State
from registry.api.shapes import Shape


class Behind(Shape):
    """What the sources say about a pinned field."""

    value = serializers.JSONField()
    source = serializers.CharField()  # type: ignore[assignment]


class PinShape(Shape):
    """A curator's override of one field of one offering."""

    id = serializers.IntegerField()
    offering = serializers.CharField()
    field = serializers.CharField(help_text="A rate is a field of its own: `price.input[tier=batch]`.")
    value = serializers.JSONField(help_text="Null: pinned that there is none. A price is a list of points in time.")
    states = serializers.ListField(
        child=serializers.ChoiceField([state.value for state in State]),
        help_text="All that can be said of it, the most pressing first.",
    )
    behind = Behind(allow_null=True, help_text="What would be published without it; null where nobody states it.")
    behind_then = Behind(allow_null=True, help_text="The same when it was pinned; null where that is not known.")
    moved = serializers.CharField(allow_null=True, help_text="Factor from the pinned value to what is behind it.")
    official = serializers.ListField(
        child=serializers.CharField(), help_text="Official sources that state something else."
    )
    reason = serializers.CharField()
    evidence = serializers.URLField(allow_null=True)
    author = serializers.CharField()
    created = serializers.DateTimeField()
    expires = serializers.DateTimeField(allow_null=True)
    review = serializers.DateTimeField(allow_null=True, help_text="From then on it is due for another look.")
    released = serializers.DateTimeField(allow_null=True)
    released_by = serializers.CharField(allow_null=True)

    class Meta:
        ref_name = "Pin"


class Pins(Shape):
    """A page of pins."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = PinShape(many=True)


class NewPin(Shape):
    """What to pin."""

    offering = serializers.CharField(max_length=320)
    field = serializers.CharField(max_length=250)
    value = serializers.JSONField(
        help_text='Null pins that there is none. A price: "2.5" (USD), "free", "dynamic", "included", "not_offered", '
        "one point in time, or a list of them. Never a JSON number, which would lose digits."
    )
    reason = serializers.CharField(max_length=500)
    evidence = serializers.URLField(required=False, allow_null=True, max_length=500)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    review_at = serializers.DateTimeField(required=False, allow_null=True)


class ReleaseReason(Shape):
    """Why a pin is released."""

    reason = serializers.CharField(max_length=400)
