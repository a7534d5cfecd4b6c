"""Addresses with placeholders for settings."""

from __future__ import annotations

import os
import re

from syncers.errors import NotConfigured


def fill_in(url: str, label: str) -> str:
    """The address with `{VARIABLE}` taken from the environment. Raises NotConfigured naming a missing variable."""

    def value(match: re.Match[str]) -> str:
        setting = os.environ.get(match[1], "")
        if not re.fullmatch(r"[A-Za-z0-9._-]+", setting):
            raise NotConfigured(f"{label} needs a setting: set {match[1]}")
        return setting

    return re.sub(r"\{([A-Z0-9_]+)\}", value, url)
