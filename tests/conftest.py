"""Fixtures for every test, and the rule that nothing is skipped in CI."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.allowed_skips import allowed
from tests.postgres import PostgresServer, PostgresUnavailable, running_postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

hypothesis.settings.register_profile(
    "house",
    deadline=None,  # a machine on which much else runs is no bug
    derandomize=True,  # the same examples in every run; HYPOTHESIS_PROFILE=default looks for new ones
    database=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))

REPOSITORY = Path(__file__).parent.parent
IN_CI = os.environ.get("CI") == "true"
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL server for the whole run. Most tests want `postgres_url`.

    It does not wait for the disk: no test cuts its power, and a dropped database would cost a checkpoint. Nor does it
    tidy by itself, so that plans are the same in every run.
    """
    try:
        context = running_postgres(
            in_memory=True, fsync="off", full_page_writes="off", autovacuum="off"
        )
        server = context.__enter__()
    except PostgresUnavailable as reason:
        pytest.skip(f"PostgreSQL cannot run here: {reason}")
    try:
        yield server
    finally:
        context.__exit__(None, None, None)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database that only this test uses."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, driven by Playwright. Mark the test `browser`.

    One a module, not one a run: while it lives, no other event loop can run in the thread of the tests.
    """
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed (package chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where files run side by side, those with the most slow tests come first: none is left over at the end."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
        items.sort(key=lambda item: -slow[item.path])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one in CI."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail") and not allowed(item.nodeid):
        report.outcome = "failed"
        report.longrepr = _complaint(item.nodeid, report.longrepr)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a file that skips itself while it is imported."""
    report = yield
    if IN_CI and report.skipped and not allowed(collector.nodeid):
        report.outcome = "failed"
        report.longrepr = _complaint(collector.nodeid, report.longrepr)
    return report


def _complaint(test_id: str, skip: object) -> str:
    reason = skip[2] if isinstance(skip, tuple) else skip
    return (
        f"{test_id} was skipped, and in CI nothing may be: {reason}\n"
        "Make it run (tests/run installs what tests need), or give it a reason in tests/allowed_skips.py."
    )
