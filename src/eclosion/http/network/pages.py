"""The few pages that an owner needs before there is anything to look at: claiming and signing in.

They work without scripts, and the policy that they are sent with allows none: no content from elsewhere, forms to
this site only, no frames. Referrers stay on this site, because an address here may be a secret.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from eclosion.app.house import House
from eclosion.app.statuses import status_of
from eclosion.http.door import Reply
from eclosion.kernel.errors import EclosionError, TooMany

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent / "templates"
Headers = tuple[tuple[bytes, bytes], ...]


def page(
    house: House,
    template: str,
    title: str,
    *,
    status: int = 200,
    headers: Headers = (),
    **values: object,
) -> Reply:
    """A page. Everything put into it is escaped."""
    style, policy = _style()
    text = (
        _templates()
        .get_template(template)
        .render(title=title, network=house.settings.server.name, style=style, **values)
    )
    own: Headers = (
        (b"content-security-policy", policy),
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
    )
    return Reply(text.encode(), b"text/html; charset=utf-8", status, (*own, *headers))


def error_page(house: House, error: EclosionError) -> Reply:
    """What went wrong, as a page."""
    headers: Headers = ()
    if isinstance(error, TooMany):
        wait_s = max(1, -(-error.retry_after_ms // 1000))
        headers = ((b"retry-after", str(wait_s).encode()),)
    return page(
        house,
        "message.html",
        "This did not work",
        status=status_of(error),
        headers=headers,
        text=str(error),
        hint=error.hint,
        error=True,
    )


@lru_cache(maxsize=1)
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )


@lru_cache(maxsize=1)
def _style() -> tuple[object, bytes]:
    """The style sheet, and the policy that allows it by its hash."""
    from markupsafe import Markup

    style = (_FOLDER / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return Markup(style), policy.encode()  # noqa: S704 - our own file
