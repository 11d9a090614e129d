"""What people do at the desk, without the web: rights, reviews, notes, personal data. Airflow is not needed for any of it."""
