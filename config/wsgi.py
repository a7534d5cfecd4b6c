"""The web application, for gunicorn: `gunicorn config.wsgi`."""

from __future__ import annotations

import os
import sys
from typing import Final

from django.core.wsgi import get_wsgi_application

from config.environment import SettingError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

_NEVER_BOOTS: Final = 3
"""The exit code that tells gunicorn not to restart the process."""

try:
    application = get_wsgi_application()
except SettingError as mistake:
    print(mistake, file=sys.stderr, flush=True)
    raise SystemExit(_NEVER_BOOTS) from mistake

from registry.database import patience  # noqa: E402  (needs the settings)

patience.limit_waiting()
