"""The Celery application: `celery -A config worker` and `celery -A config beat`."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery, signals
from kombu.transport import TRANSPORT_ALIASES

from registry.domain import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["filesystem"] = "config.disk_queue:Transport"

app = Celery("modelsuite")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def _refuse_unusable_database(**sent: Any) -> None:
    from config.scheduler import refuse_unusable_database

    refuse_unusable_database()


@signals.task_postrun.connect
def _render_what_was_published(**sent: Any) -> None:
    from registry.exports import rendering

    rendering.finish()


@signals.worker_ready.connect
def _give_sign_of_life(**sent: Any) -> None:
    heartbeat.beat()
