"""Who may see and do what. Airflow puts no authentication in front of a plugin's pages: it is all here."""

from __future__ import annotations

from urllib.parse import urlsplit

from airflow.api_fastapi.core_api.security import requires_access_dag
from fastapi import Depends, HTTPException, Request, status

READING = {"GET", "HEAD", "OPTIONS"}

# whoever may see the DAG of the day in Airflow may see its days here: viewers and up
may_read = Depends(requires_access_dag("GET", param_dag_id="business_day"))


def same_origin(request: Request) -> None:
    """Refuse a write that a page of another site sent with the user's cookie (SameSite=Lax alone lets some through)."""
    if request.method in READING:
        return
    source = request.headers.get("origin") or request.headers.get("referer")
    if source is None or urlsplit(source).netloc != request.headers.get("host"):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "This request did not come from the desk's own pages.")
