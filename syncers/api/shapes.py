"""The shapes of what is answered about sources, for the schema."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.shapes import Shape

_EXPECTED = {
    "type": ["array", "null"],
    "items": {"type": "integer"},
    "minItems": 2,
    "maxItems": 2,
}


@extend_schema_field(_EXPECTED)
class _Expected(serializers.ListField):
    """Least and most."""


class LastRun(Shape):
    """How the last reading went."""

    status = serializers.CharField()
    started = serializers.DateTimeField()
    finished = serializers.DateTimeField(allow_null=True)
    seen = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    missing = serializers.IntegerField()
    applied = serializers.IntegerField()
    held = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text="Records that could not be taken.")
    unreadable = serializers.IntegerField(help_text="Fields that could not be read, of records that were taken.")


class Source(Shape):
    """Where statements come from, what it is believed about, and how it is."""

    slug = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    standing = serializers.CharField(help_text="official, marketplace, catalogue, community, estimate.")
    authority = serializers.ListField(
        child=serializers.CharField(), help_text="Groups and fields it is believed about; `*` is all."
    )
    speaks_for = serializers.CharField(allow_null=True, help_text="The provider whose own it is.")
    origin = serializers.CharField(allow_null=True, help_text="The source that it copies.")
    homepage = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True, help_text="What is read.")
    licence = serializers.CharField(allow_null=True, help_text="Of its data, where it is declared; null: not known.")
    enabled = serializers.BooleanField()
    state = serializers.CharField(
        help_text="ok, never read, stale, failing, stuck, not reached (installed data is used), paused, needs a key, "
        "or not fetched."
    )
    every_seconds = serializers.IntegerField(help_text="How often it is read.")
    last_good = serializers.DateTimeField(allow_null=True, help_text="All that it lists was confirmed then.")
    expected = _Expected(allow_null=True, help_text="How many claims a sound reading gives, least and most.")
    claims = serializers.IntegerField(help_text="How many offerings it lists.")
    last_run = LastRun(allow_null=True)


class Sources(Shape):
    """Every source."""

    count = serializers.IntegerField()
    results = Source(many=True)
