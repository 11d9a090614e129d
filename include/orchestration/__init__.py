"""The only code that knows Airflow: hook, step operator, business date, retry rules, notifiers, assets."""
