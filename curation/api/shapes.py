"""The shapes of what is answered about claims, for the schema."""

from __future__ import annotations

from rest_framework import serializers

from registry.api.shapes import Shape


class Statement(Shape):
    """What one source says about one field."""

    source = serializers.CharField()  # type: ignore[assignment]
    value = serializers.JSONField(help_text="Null: it states that there is none. A price is a list of points in time.")
    since = serializers.DateField(allow_null=True, help_text="First seen to say so.")
    confirmed = serializers.DateTimeField(allow_null=True, help_text="Last good reading in which it still said so.")
    missing_since = serializers.DateTimeField(allow_null=True, help_text="Since when it no longer lists the offering.")
    dropped_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when it lists the offering and no longer states this; kept for a while."
    )
    standing = serializers.CharField(help_text="Its standing towards this provider; `estimate` for an estimate.")
    authority = serializers.BooleanField(help_text="Whether it is heard about this field at all.")
    verdict = serializers.CharField(help_text="What became of it: won, agrees, differs, not heard.")
    winner = serializers.BooleanField(help_text="Whether the published value is this statement.")


class Pinned(Shape):
    """A curator's override of the field."""

    value = serializers.JSONField()
    since = serializers.DateTimeField()
    expires = serializers.DateTimeField(allow_null=True)
    expired = serializers.BooleanField()
    reason = serializers.CharField()
    evidence = serializers.URLField(allow_null=True)


class FieldClaims(Shape):
    """One field: what is published, and what each source states."""

    field = serializers.CharField()
    group = serializers.CharField()
    published = serializers.BooleanField(help_text="False: nothing is published, so the value is not known.")
    value = serializers.JSONField(help_text="As published.")
    source = serializers.CharField(allow_null=True, help_text="Whose value is published.")  # type: ignore[assignment]
    quality = serializers.CharField()
    waiting = serializers.BooleanField(help_text="Whether another value waits for a curator's review.")
    pin = Pinned(allow_null=True)
    statements = Statement(many=True)


class Claimant(Shape):
    """One source's claim as a whole."""

    source = serializers.CharField()  # type: ignore[assignment]
    label = serializers.CharField()  # type: ignore[assignment]
    standing = serializers.CharField()
    origin = serializers.CharField(allow_null=True, help_text="The source that this statement was taken from.")
    first_seen = serializers.DateTimeField()
    changed = serializers.DateTimeField(help_text="Last time that it said anything else.")
    confirmed = serializers.DateTimeField(allow_null=True, help_text="Last good reading that still listed it.")
    missing_since = serializers.DateTimeField(allow_null=True)
    as_of = serializers.DateField(allow_null=True, help_text="The day for which it speaks, when it says so itself.")
    aliases = serializers.ListField(child=serializers.CharField())


class Claims(Shape):
    """What every source states about one offering, and which statement is published."""

    id = serializers.CharField()
    sources = Claimant(many=True)
    fields = FieldClaims(many=True)  # type: ignore[assignment]
