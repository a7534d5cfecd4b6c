"""Providers that curators add. Admin and shell call the same function."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from curation.audit import trail
from curation.review.stale_check import Refused, reason_for
from registry.identity import names
from registry.models import Provider
from registry.reference import providers


def add(
    slug: str, *, name: str, actor: User, reason: str, kind: str = "", homepage: str = "", docs_url: str = ""
) -> Provider:
    """Adds a provider before anything of it is published. Raises Refused.

    A slug that lookups resolve to another provider is refused: offerings under it would never be found.
    """
    why, slug = reason_for(reason), slug.strip()
    if names.slug(slug) != slug:
        suggestion = {"slug": names.slug(slug)}
        raise Refused(_("A slug has small letters, digits and hyphens: %(slug)s, for example.") % suggestion)
    if (known_as := names.provider(slug)) != slug:
        raise Refused(_("This is another name of the provider %(slug)s.") % {"slug": known_as})
    try:
        provider = providers.add_provider(slug, name=name.strip(), kind=kind, homepage=homepage, docs_url=docs_url)
    except ValueError as error:
        raise Refused(str(error)) from error
    after = {"name": provider.name, "kind": provider.kind, "homepage": provider.homepage, "docs_url": provider.docs_url}
    trail.record("made", provider, actor=actor, after=after, reason=why)
    return provider
