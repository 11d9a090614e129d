"""The desk's web application, mounted by Airflow's web server at /millrace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, Request, Response

from . import days, records
from .access import may_read, same_origin
from .pages import SECURITY_HEADERS


def build_app() -> FastAPI:
    """Every route, the stylesheet too, needs a signed-in user who may see the DAG; no documentation pages."""
    app = FastAPI(
        title="Millrace desk",
        dependencies=[Depends(get_user), Depends(same_origin), may_read],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )

    @app.middleware("http")
    async def secure(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    app.include_router(days.router)
    app.include_router(records.router)
    return app
