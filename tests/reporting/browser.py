"""A real browser for tests: Debian's Chromium through Playwright, found where the system puts it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fonts import REQUIRED

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def program() -> str:
    """Return the path of a browser, or skip the test; fail it where a browser is required."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found:
        return found
    if os.environ.get(REQUIRED):
        pytest.fail(f"no browser: {REQUIRED} is set, but none of {', '.join(PROGRAMS)} is installed")
    pytest.skip(f"no browser: install one of {', '.join(PROGRAMS)}")


@contextmanager
def started(playwright: Any, config: Path | None = None) -> Iterator[Any]:
    """Start a browser, with the fonts of the machine or those that a fontconfig file names."""
    environment = None if config is None else {**os.environ, "FONTCONFIG_FILE": str(config)}
    browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"], env=environment)
    yield browser
    browser.close()


@contextmanager
def opened(
    browser: Any, file: Path, *, fragment: str = "", width: int = 1200, live: int = 2, **context: Any
) -> Iterator[Any]:
    """Open a file as a page with so many ``live`` charts; afterwards assert that it logged nothing and asked
    for nothing but itself.
    """
    said: list[str] = []
    asked: list[str] = []
    address = file.as_uri()
    inside = browser.new_context(viewport={"width": width, "height": 900}, **context)
    page = inside.new_page()
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + fragment)
    if context.get("java_script_enabled", True):
        page.wait_for_function(f"document.querySelectorAll('.live svg').length === {live}")
    yield page
    inside.close()
    assert not said
    assert {url.partition("#")[0] for url in asked} == {address}
