# One image for everything of ours: Airflow's parts, the Celery workers, MLflow, the migrations.
FROM python:3.11.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    UV_SYSTEM_PYTHON=1 \
    UV_NO_CACHE=1

WORKDIR /opt/millrace
COPY requirements.txt .
RUN pip install --no-cache-dir uv==0.13.9 && uv pip install -r requirements.txt

COPY . .
RUN uv pip install --no-deps -e . && python -m compileall -q include models dags plugins ops

# the folders that volumes are mounted on belong to the user, so that the volumes do too
RUN useradd --uid 50000 --create-home millrace \
    && mkdir -p /var/lib/millrace /var/lib/airflow /var/lib/mlflow /var/log/airflow \
    && chown millrace: /var/lib/millrace /var/lib/airflow /var/lib/mlflow /var/log/airflow
USER millrace
