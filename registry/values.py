"""The two things whose type only data can tell."""

from __future__ import annotations

from typing import Any

Json = Any
"""What a JSON document can hold. Decimals travel as text, dates in ISO form, sets as sorted lists."""
Value = Any
"""What a field holds in Python. Which type it is, the kind of the field says; what reads values by name cannot know."""
