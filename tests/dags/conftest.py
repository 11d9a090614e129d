from tests.airflow_home import airflow_metadata, airflow_settings

__all__ = ["airflow_metadata", "airflow_settings"]
