"""Policies: their list and form, simulation, backtest and re-evaluation."""

from __future__ import annotations

from curation.admin.policies import admin

__all__ = ["admin"]
