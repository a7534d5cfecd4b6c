"""Composition: settings, addresses and the task queue of the three floors."""

from __future__ import annotations

from config.celery import app as celery_app

__all__ = ["celery_app"]
