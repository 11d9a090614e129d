"""The domain: money, calendar, schedules, decisions, privacy. No Airflow, no SQL."""
