"""Policies: which changes apply by themselves; simulation, backtest, re-evaluation."""

from __future__ import annotations

from curation.admin.policies import admin

__all__ = ["admin"]
