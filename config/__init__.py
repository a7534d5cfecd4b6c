"""Composition: settings, URLs and the task queue of the three layers."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]
