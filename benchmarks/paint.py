"""How soon a first visit sees something: the front page's first contentful paint, beside that of a bare page.

    eclosion demo --port 9000 &
    python -m benchmarks.paint http://127.0.0.1:9000      # medians of sixteen visits to each

Every visit has a fresh window of headless Chromium with nothing cached. The bare page, a title and a word, is what
starting a window and drawing anything at all costs on this machine at this moment: both are visited in turns, so that
whatever else the machine is doing slows both.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from typing import NamedTuple

from playwright.sync_api import Browser, Route, sync_playwright

BARE = '<!doctype html><html lang="en"><head><title>Bare</title></head><body><p>Hello</p></body></html>'
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
PAINT = """() => new Promise((done) => {
  const found = performance.getEntriesByName("first-contentful-paint")[0];
  if (found) return done(found.startTime);
  new PerformanceObserver((list) => {
    for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
  }).observe({ type: "paint", buffered: true });
})"""


class Visits(NamedTuple):
    """First contentful paints in milliseconds, in the order of the visits."""

    front_ms: list[float]
    bare_ms: list[float]


def visit(chromium: Browser, url: str, *, bare: bool = False) -> float:
    """One first visit: milliseconds from the start of navigation to the first contentful paint."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        if bare:
            page.route("**/bare", _answer)
        page.goto(f"{url}/bare" if bare else f"{url}/")
        paint: float = page.evaluate(PAINT)
        return paint
    finally:
        context.close()


def visit_in_turns(chromium: Browser, url: str, count: int) -> Visits:
    """So many first visits to the front page and to the bare one, by turns."""
    visits = Visits([], [])
    for _ in range(count):
        visits.bare_ms.append(visit(chromium, url, bare=True))
        visits.front_ms.append(visit(chromium, url))
    return visits


def _answer(route: Route) -> None:
    route.fulfill(body=BARE, content_type="text/html")


def main() -> None:
    """Print a row for each page."""
    url = sys.argv[1].rstrip("/") if len(sys.argv) == 2 else sys.exit(__doc__)
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        visit(chromium, url)  # the program's own first start
        visits = visit_in_turns(chromium, url, 16)
        chromium.close()
    for name, paints in zip(("front page", "bare page"), visits, strict=True):
        middle = statistics.median(paints)
        print(f"{name}: {middle:.0f} ms ({min(paints):.0f} to {max(paints):.0f})")


if __name__ == "__main__":
    main()
