"""How lists are filtered, searched and sorted.

A filter (`kinds`) knows how its text is read (`values`), what matching rows fulfil, and of which rows that is not
known. `families` makes those that a key of some type has; keys declare them (`registry.catalogue.public_keys.keys`).

Suffixes as in NetBox: `__n` (not), `__ic` (contains), `__gt`, `__gte`, `__lt`, `__lte`, `__empty` (unknown).
"""
