"""What DAGs wait for."""

from __future__ import annotations

from airflow.sdk import Asset

# Written by business_day with the business date as its partition; reports take one run per partition.
DAY_CLOSED = Asset(name="day_closed", uri="millrace://day_closed", group="millrace")

# Raised by reports when a figure of the champion has gone beyond its limit; the business date is its partition.
MODEL_DRIFTED = Asset(name="model_drifted", uri="millrace://model_drifted", group="millrace")
