"""Registers the desk with Airflow. Every Airflow process imports this file, so it imports nothing that takes time:
the web application behind it is built on its first request, which only the web server gets.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from airflow.plugins_manager import AirflowPlugin

from include.orchestration.deadline import RunQueued


class OnFirstRequest:
    """An ASGI application that is built when somebody asks for it."""

    def __init__(self, module: str, factory: str) -> None:
        self._module, self._factory = module, factory
        self._application: Any = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if self._application is None:
            self._application = getattr(import_module(self._module), self._factory)()
        await self._application(scope, receive, send)


class MillracePlugin(AirflowPlugin):
    """The pages under /millrace, their entry in the navigation, and the deadline of business_day."""

    name = "millrace"
    deadline_references = [RunQueued]  # noqa: RUF012 - Airflow reads a plain list
    fastapi_apps = [  # noqa: RUF012
        {"name": "millrace", "url_prefix": "/millrace", "app": OnFirstRequest("desk.app", "build_app")}
    ]
    external_views = [  # noqa: RUF012
        {"name": "Millrace desk", "href": "/millrace/", "destination": "nav", "url_route": "millrace-desk"}
    ]
