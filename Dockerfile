# Eclosion in a container. The data directory and the key file live in two volumes: keep them apart in backups too.
#
#   docker build -t eclosion .
#   docker run -d --name eclosion -p 8080:8080 -v eclosion-data:/data -v eclosion-keys:/keys \
#     -e ECLOSION_SERVER_BASE_URL=https://home.example.org eclosion
#   docker exec eclosion eclosion admin init
#
# Every setting can be given as a variable (docs/settings.md). Backups of PostgreSQL need pg_dump, which is not in here.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /build
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY src ./src
RUN python -m venv /opt/eclosion \
    && /opt/eclosion/bin/pip install --no-cache-dir --constraint requirements.lock '.[serve,postgres]' \
    && /opt/eclosion/bin/pip uninstall --yes pip \
    && /opt/eclosion/bin/python -m compileall -q /opt/eclosion/lib

FROM python:${PYTHON}-slim
RUN groupadd --gid 10001 eclosion \
    && useradd --uid 10001 --gid eclosion --home-dir /data --no-create-home --shell /usr/sbin/nologin eclosion \
    && install --directory --owner=eclosion --group=eclosion --mode=0700 /data /keys
COPY --from=build /opt/eclosion /opt/eclosion
ENV PATH="/opt/eclosion/bin:$PATH" \
    PYTHONUNBUFFERED=1 \
    ECLOSION_SERVER_HOST=0.0.0.0 \
    ECLOSION_SERVER_PORT=8080 \
    ECLOSION_DATA_DIR=/data \
    ECLOSION_DATA_KEY_FILE=/keys/eclosion.keys
USER eclosion
WORKDIR /data
VOLUME ["/data", "/keys"]
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['ECLOSION_SERVER_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["eclosion"]
CMD ["serve"]
