"""The browser for tests draws pages and reads them for accessibility, offline."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

PAGE = "<!doctype html><html lang=en><title>Wall</title><main><h1>Glass</h1><img src=''></main>"


@pytest.mark.browser
def test_axe_finds_what_is_missing(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(PAGE)
    assert page.inner_text("h1") == "Glass"
    found = {violation["id"] for violation in Axe().run(page).response["violations"]}
    assert found == {"image-alt"}
