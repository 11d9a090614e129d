"""The Python steps of a day. They take a connection and a StepContext and return a StepResult; they know no Airflow."""
