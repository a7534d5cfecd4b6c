"""Settings, all from the environment; with none set, everything runs on one machine with its data in `var/`.

`docs/settings.md` lists every variable. Secrets never have a default that can be guessed.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / ".env")

VAR_DIR = env.folder(Path(env.text("VAR_DIR") or BASE_DIR / "var").expanduser(), "VAR_DIR")
"""Where the single-machine installation keeps its database, its task queue and its secret key."""


def _kept_secret(name: str) -> str:
    """A random secret, created once and stored in `var/`, for installations that set none."""
    path = VAR_DIR / name
    try:
        if not path.exists():
            fresh = VAR_DIR / f".{name}.{secrets.token_hex(4)}"
            fresh.write_text(secrets.token_urlsafe(60))
            fresh.chmod(0o600)
            fresh.replace(path)
        return path.read_text().strip()
    except OSError as error:
        raise env.unwritable(path, error) from error


DEBUG = env.switch("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY") or _kept_secret("secret_key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "registry",
    "curation",
    "syncers",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "registry.api.authentication.TokenMiddleware",  # before anything that could respond to a bad token
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "curation.audit.acting.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "curation.accounts.first_password.FirstPasswordMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "registry.web.busy.BusyDatabaseMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# -- database ------------------------------------------------------------------------------------------------------


def _database() -> dict[str, Any]:
    database = env.database("DATABASE_URL") or {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(VAR_DIR / "registry.sqlite3"),
    }
    kept_seconds = env.whole("CONN_MAX_AGE", 60)
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # WAL lets the site read while a sync writes; IMMEDIATE makes writers wait instead of failing midway.
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,  # for commands and workers; requests wait less: registry/database/patience.py
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
        }
    else:
        database["CONN_MAX_AGE"] = kept_seconds
        database["CONN_HEALTH_CHECKS"] = True
        # A server behind a firewall that drops packets is reported as unreachable after seconds, not minutes.
        database["OPTIONS"] = {"connect_timeout": 10, **database.get("OPTIONS", {})}
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- people --------------------------------------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
] + [{"NAME": "curation.accounts.first_password.NotTheFirstPassword"}]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# -- pages ---------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.folder(VAR_DIR / "static", "VAR_DIR")
WHITENOISE_USE_FINDERS = True  # the single-machine installation needs no collectstatic
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
HTTPS = env.switch("HTTPS", False)
"""True when the site is served over https, directly or by a proxy that sets X-Forwarded-Proto."""
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
_hsts_seconds = env.whole("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_SECONDS = _hsts_seconds if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.switch("HSTS_SUBDOMAINS", False) and HTTPS
SECURE_HSTS_PRELOAD = env.switch("HSTS_PRELOAD", False) and HTTPS
# The deployment checks want both on: they affect other sites of the domain for months, so the operator decides.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# -- API -----------------------------------------------------------------------------------------------------------

API_OPEN = env.switch("API_OPEN", True)
"""Whether reading needs no token and no sign-in."""
API_SHOWS_PEOPLE = env.switch("API_SHOWS_PEOPLE", not API_OPEN)
"""Whether the API names the people behind changes and pins. Off for public APIs: they are then `curator`."""
RENDER_INLINE = env.switch("RENDER_INLINE", False)
"""Whether a request for an outdated document renders it at once, in its own process. For debugging."""
COST_FALLBACK_PER_1M = env.number("COST_FALLBACK_PER_1M", example="20")
"""USD per 1M tokens for unresolved ids, where a caller asks for it; always marked as an estimate."""
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "registry.api.authentication.TokenAuthentication",  # the first class sets WWW-Authenticate in a 401 response
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["registry.api.authentication.MayRead"],
    "DEFAULT_RENDERER_CLASSES": ["registry.api.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "registry.api.autoschema.Described",
    "EXCEPTION_HANDLER": "registry.api.error_handlers.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ModelSuite Registry",
    "DESCRIPTION": "Which models exist, what they can do, what they cost, where, since when, and who says so.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["registry.api.openapi.name_shapes"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# -- tasks ---------------------------------------------------------------------------------------------------------

QUEUE_DIR = VAR_DIR / "queue"
CELERY_BROKER_URL = env.broker("CELERY_BROKER_URL", "filesystem://localhost")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if CELERY_BROKER_URL.startswith("filesystem:"):
    for folder in ("messages", "taken", "control"):
        env.folder(QUEUE_DIR / folder, "VAR_DIR")
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # The same folder for both directions: sender and receiver are on one machine.
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "processed_folder": str(QUEUE_DIR / "taken"),
        "control_folder": str(QUEUE_DIR / "control"),
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": 15,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 30,
        "retry_on_timeout": True,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # retry without a limit while the broker is unavailable
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A task whose process was killed (by the kernel, for its memory) is not repeated at once, since it would be killed
# again: the schedule repeats it. A task whose whole worker was killed is repeated.
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING, below, applies to workers too
CELERY_TASK_SOFT_TIME_LIMIT = 900
CELERY_TASK_TIME_LIMIT = 960
CELERY_BEAT_SCHEDULER = "config.scheduler:Scheduler"
CELERY_TIMEZONE = "UTC"
DJANGO_CELERY_BEAT_TZ_AWARE = True

# -- curation ------------------------------------------------------------------------------------------------------

CONFLICT_DAYS = env.whole("CONFLICT_DAYS", 14)
"""After how many days an unresolved conflict between sources needs attention."""
PRICE_LEAD_DAYS = env.whole("PRICE_LEAD_DAYS", 14)
"""How many days before a published price changes or ends people are notified."""
DELIST_AFTER_READINGS = env.whole("DELIST_AFTER_READINGS", 3, least=1)
"""After how many successful readings of its source without it an offering counts as delisted …"""
DELIST_AFTER_HOURS = env.whole("DELIST_AFTER_HOURS", 48)
"""… and how many hours must lie between the first and the last of them."""
SECOND_PERSON_ABOVE = env.number("SECOND_PERSON_ABOVE", example="10")
"""The factor from which a price change needs a second person's approval (10: ten times or a tenth); None: never."""

# -- notifications -------------------------------------------------------------------------------------------------

SITE_URL = env.website("SITE_URL", "http://localhost:8000")
"""The address of this site: the base of links in notifications."""
NOTICE_COLLECTORS = [
    *(f"curation.notifications.collect.{what}" for what in ("held", "pins", "conflicts", "retiring")),
    *(f"curation.notifications.prices.{what}" for what in ("changing", "withdrawn")),
    *(f"syncers.monitoring.notices.{what}" for what in ("quarantined", "failing")),
]
"""Functions that collect the events to notify about."""
NOTIFY_PRIVATE_HOSTS = env.words("NOTIFY_PRIVATE_HOSTS", [])
"""Hosts that may receive webhooks although their address is private."""
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.whole("EMAIL_PORT", 25, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.switch("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env.switch("EMAIL_USE_SSL", False)
if EMAIL_USE_TLS and EMAIL_USE_SSL:
    raise env.SettingError("EMAIL_USE_TLS and EMAIL_USE_SSL are both on: write 0 for one of them.")
EMAIL_TIMEOUT = env.whole("EMAIL_TIMEOUT", 20, least=1)
EMAIL_SUBJECT_PREFIX = env.text("EMAIL_SUBJECT_PREFIX", "[registry] ")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "registry@localhost")

# -- syncing -------------------------------------------------------------------------------------------------------

SYNC_PRIVATE_HOSTS = env.words("SYNC_PRIVATE_HOSTS", [])
"""Hosts that may be fetched although their address is private (a mirror in your own network)."""
PAYLOAD_CACHE_SECONDS = env.whole("PAYLOAD_CACHE_SECONDS", 86_400)
"""How long a fetched payload may be reused instead of a request, where that is asked for (`sync --cached`, `up`)."""
KEPT_PAYLOADS = env.whole("KEPT_PAYLOADS", 5, least=1)
"""How many valid payloads of each source are kept."""

METRICS_COLLECTORS = [
    "registry.reports.metrics.RegistryCollector",
    "curation.metrics.Waiting",
    "syncers.monitoring.metrics.Sources",
]
"""Collectors of `/metrics`: one of each layer."""


def _level(default: str) -> str:
    return env.choice("LOG_LEVEL", default, ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _level("WARNING")},
    "loggers": {
        **{name: {"level": _level("INFO")} for name in ("registry", "curation", "syncers")},
        "stamina": {"level": "ERROR"},  # logs each retry; the run's own report is enough
        "urllib3": {"level": "ERROR"},  # logs whole addresses, and some contain an API key
    },
}

ENVIRONMENT_READ = frozenset(env.READ)
"""The variables that were read: another variable with a similar name is probably a typo."""

from config.admin_site import UNFOLD  # noqa: E402, F401  (navigation of the admin lives beside the admin's look)
