"""The admin of what is published and what is decided: a folder for each area.

Modules show and ask; what is decided is decided by the services of curation. What all areas share lies beside the
folders. Each area imports the modules that register its pages.
"""

from __future__ import annotations

from curation.admin import (
    catalogue,
    conflicts,
    imports,
    linking,
    notes,
    offerings,
    people,
    pins,
    policies,
    queue,
    statements,
)

__all__ = [
    "catalogue",
    "conflicts",
    "imports",
    "linking",
    "notes",
    "offerings",
    "people",
    "pins",
    "policies",
    "queue",
    "statements",
]
