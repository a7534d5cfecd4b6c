"""Which addresses sources may be read from: those of `registry.net.addresses`, and what SYNC_PRIVATE_HOSTS names."""

from __future__ import annotations

from django.conf import settings

from registry.net import addresses
from syncers.errors import ForbiddenAddress


def check_url(url: str) -> str:
    """The host of a URL that may be fetched. Raises ForbiddenAddress."""
    try:
        return addresses.check_url(url, settings.SYNC_PRIVATE_HOSTS)
    except addresses.NotPublic as error:
        raise ForbiddenAddress(str(error)) from error
