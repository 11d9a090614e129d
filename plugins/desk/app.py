"""The desk's web application, mounted by Airflow's web server at /millrace."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from airflow.api_fastapi.core_api.security import get_user
from fastapi import Depends, FastAPI, Request, Response

from . import changes, days, invariants, landing, loans, quarantine, records, reports, review, rights, start
from .access import may_read, same_origin, signed_in
from .pages import SECURITY_HEADERS
from .refusals import answer_refusals

ROUTERS = (
    start.router,
    review.router,
    loans.router,
    changes.router,
    days.router,
    quarantine.router,
    landing.router,
    invariants.router,
    records.router,
    reports.router,
    rights.router,
)


def build_app() -> FastAPI:
    """Every route, the stylesheet too, needs a signed-in user who may see the DAG; no documentation pages."""
    app = FastAPI(
        title="Millrace desk",
        dependencies=[Depends(get_user), Depends(same_origin), may_read, Depends(signed_in)],
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

    answer_refusals(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
