"""What a query string may ask for: an empty field of a form asks for nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator


def _nothing(value: Any) -> Any:
    return None if value == "" else value


OptionalDay = Annotated[date | None, BeforeValidator(_nothing)]
