"""Health and readiness checks."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from registry.database import readiness


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process responds. Makes no queries."""

    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served: the database answers and has all migrations."""
    reasons = _reasons()
    status = "unavailable" if reasons else "ready"
    return JsonResponse({"status": status, "reasons": reasons}, status=503 if reasons else 200)


def _reasons() -> list[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        missing = readiness.missing_migrations()
    except DatabaseError as error:
        return [f"the database cannot be asked ({type(error).__name__})"]
    if missing:
        return [f"migrations are missing ({', '.join(missing)}); run manage.py migrate"]
    return []
