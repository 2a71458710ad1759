"""What every driver does alike: read one JSON job, take steps, print one JSON report.

A step that fails is written down with its error and the script goes on, so that one report shows everything that
is wrong. Standard library only: each client's own interpreter runs it.
"""

import dataclasses
import json
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE_S = 60.0
ATTRIBUTES = ("status_code", "hint", "retry_after", "message", "code", "endpoint")


def job() -> dict[str, Any]:
    """Return the JSON object on standard input."""
    read = json.load(sys.stdin)
    assert isinstance(read, dict)
    return read


def plain(value: Any) -> Any:
    """Turn what a client returned (pydantic models, dataclasses, lists of them) into JSON values."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(value)


def describe(error: BaseException) -> dict[str, Any]:
    """Return class, text and telling attributes of an exception."""
    told = {name: plain(getattr(error, name)) for name in ATTRIBUTES if hasattr(error, name)}
    where = traceback.format_exception(error)[-3:]
    return {"error": type(error).__name__, "text": str(error), "attributes": told, "where": where}


class Report:
    """The steps that were taken, in order."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, Any]] = {}

    def step(self, name: str, call: Callable[[], Any]) -> Any:
        """Take one step; return what the client returned, or None when it raised."""
        try:
            value = call()
        except Exception as error:  # noqa: BLE001 - whatever a client raises is what the report is about
            self.steps[name] = describe(error)
            return None
        self.steps[name] = {"value": plain(value)}
        return value

    async def wait_for(self, name: str, call: Callable[[], Awaitable[Any]]) -> Any:
        """Take one asynchronous step."""
        try:
            value = await call()
        except Exception as error:  # noqa: BLE001 - as in `step`
            self.steps[name] = describe(error)
            return None
        self.steps[name] = {"value": plain(value)}
        return value

    def until(self, name: str, call: Callable[[], Any], found: Callable[[Any], bool]) -> Any:
        """Take a step again and again until its value is `found`, for what follows writes a little later."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            value = self.step(name, call)
            if time.monotonic() > deadline or (value is not None and found(value)):
                return value
            time.sleep(0.3)

    def send(self) -> None:
        """Print the report as the last line of standard output."""
        sys.stdout.write("\n" + json.dumps({"steps": self.steps}) + "\n")
