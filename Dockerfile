# One image a service: the libs and that service, nothing of the other two, which proves that they are independent.
#   docker build --build-arg SERVICE=referral_service .
FROM python:3.13-slim AS packages
# Where a private package index is used, it comes with the build, never with this file.
ARG PIP_INDEX_URL=
COPY requirements.lock /build/
RUN python3 -m venv /venv && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /build/requirements.lock

FROM python:3.13-slim
# pg_dump and psql, for backups
RUN apt-get update && apt-get install --yes --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
ARG SERVICE
RUN test -n "$SERVICE" || { echo "--build-arg SERVICE=directory_service|referral_service|notification_service is missing" >&2; exit 1; }
COPY --from=packages /venv /venv
COPY libs/service_kit /app/service_kit
COPY libs/setu /app/setu
COPY libs/setu_cli /app/setu_cli
COPY services/${SERVICE} /app/${SERVICE}
COPY ops/compose/setu /usr/local/bin/setu
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONPATH=/app PYTHONUNBUFFERED=1 SETU_SERVICE=${SERVICE} SETU_BIND=0.0.0.0:8000
# The file system is read-only when it runs: translations and bytecode are compiled now. Mail files and the search index have volumes.
RUN python -m service_kit.web.html.i18n compile && python -m compileall -q /app \
 && mkdir -p /var/lib/setu/mail /var/lib/setu/index /var/lib/setu/export && mkdir -m 700 /backups /keys && chown 10001:10001 /backups /keys && mkdir -m 700 /var/lib/setu/keyring /var/lib/setu/survivors /var/lib/setu/survivors/directory /var/lib/setu/survivors/notification /var/lib/setu/survivors/referral /var/lib/setu/board-keys /var/lib/setu/checkpoints && chown -R 10001:10001 /var/lib/setu
WORKDIR /app
USER 10001:10001
CMD ["sh", "-c", "exec gunicorn -c python:service_kit.web.gunicorn \"${SETU_SERVICE}.app:create_app()\""]
