"""Notes that curators leave for each other: write and close. Admin, API and shell call the same functions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from curation.models import Note, Source
from curation.review.decisions import Refused
from registry.models import Model, Offering, Provider

LONGEST: Final = 1000
"""As the column is."""


def write(
    *, about: str, key: str, text: str, kind: str = Note.Kind.INFO, actor: User, at: datetime | None = None
) -> Note:
    """Leaves a note at something that exists. Raises Refused."""
    content = text.strip()
    if not content:
        raise Refused(_("A note says something."))
    if len(content) > LONGEST:
        raise Refused(
            _("The note has %(length)s signs; %(most)s are kept.")
            % {"length": f"{len(content):,}", "most": f"{LONGEST:,}"}
        )
    if kind not in Note.Kind.values:
        raise Refused(_("A note is of one of these kinds: %(kinds)s.") % {"kinds": ", ".join(Note.Kind.values)})
    if not _exists(about, key):
        raise Refused(_("There is no %(about)s “%(key)s” to leave a note at.") % {"about": about, "key": key})
    return Note.objects.create(
        about=about, key=key, kind=kind, text=content, author=actor.get_username(), written_at=at or timezone.now()
    )


def close(note: Note, *, actor: User, at: datetime | None = None) -> None:
    """Closes a note; it stays readable. Raises Refused."""
    if note.closed_at:
        raise Refused(_("This note has been closed already, by %(name)s.") % {"name": note.closed_by})
    note.closed_at, note.closed_by = at or timezone.now(), actor.get_username()
    note.save(update_fields=["closed_at", "closed_by"])


def counts(about: str, keys: Collection[str]) -> dict[str, tuple[int, int]]:
    """Key → number of open notes, and of warnings among them. One query. Keys without notes are left out."""
    open_notes = Note.objects.filter(about=about, key__in=keys, closed_at__isnull=True).order_by().values_list("key")
    counted = open_notes.annotate(count=Count("pk"), warnings=Count("pk", filter=Q(kind=Note.Kind.WARNING)))
    return {key: (count, warnings) for key, count, warnings in counted}


def _exists(about: str, key: str) -> bool:
    if about == Note.About.OFFERING:
        return Offering.objects.filter(key=key).exists()
    if about == Note.About.MODEL:
        return Model.objects.filter(slug=key).exists()
    if about == Note.About.PROVIDER:
        return Provider.objects.filter(slug=key).exists()
    return about == Note.About.SOURCE and Source.objects.filter(slug=key).exists()
