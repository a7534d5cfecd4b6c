# syntax=docker/dockerfile:1
# One image for the site, the workers, the scheduler and the migrations; docker-compose.yml puts them together.

FROM python:3.13-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
WORKDIR /app
COPY requirements/runtime.lock requirements/
RUN /opt/venv/bin/pip install --quiet --require-hashes -r requirements/runtime.lock \
    && /opt/venv/bin/pip uninstall --quiet --yes pip
COPY . .
# The key serves this step only: nothing is signed with it, and it is not in the image.
RUN SECRET_KEY=for-collectstatic-only CELERY_BROKER_URL=memory:// VAR_DIR=/build/var \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/venv/bin/python -m compileall -q .

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent app
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/app/var \
    WEB_CONCURRENCY=2
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY --from=build --chown=app:app /build/var /app/var
USER app
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "scripts/healthcheck.py"]
# The control socket would be the only file that gunicorn writes outside /dev/shm.
CMD ["gunicorn", "config.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", "--worker-tmp-dir", "/dev/shm", \
     "--no-control-socket", "--access-logfile", "-"]
