"""The page as a PDF: printed by a Chromium that is already on the machine,
with no network and within a time limit.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bayes_ivig.errors import BayesIvigError
from bayes_ivig.files.reading import content

PROGRAMS = (
    "chromium-headless-shell", "headless_shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome", "microsoft-edge", "msedge", "brave-browser",
)  # fmt: skip
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
PLAYWRIGHT = (
    "chromium_headless_shell-*/*/headless_shell",
    "chromium-*/*/chrome",
    "chromium-*/*/*.app/Contents/MacOS/Chromium",
)
CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
SECONDS = 120  # a report takes about three
ABSENT = (
    "report.pdf needs a browser of the Chromium family, and none was found; install one (Debian: apt-get "
    "install chromium), or open report.html in any browser and print it to a file"
)
QUIET = (
    "--headless", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-pdf-header-footer", "--run-all-compositor-stages-before-draw",
)  # fmt: skip


def find_browser() -> Path:
    """Return the program of a Chromium: by name on the path, then one that Playwright keeps,
    then a macOS application.

    Raises ``BayesIvigError`` where there is none.
    """
    named = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if named:
        return Path(named)
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "")
    folders = [Path(own)] if own not in ("", "0") else [Path(cache).expanduser() for cache in CACHES]
    kept = [
        path
        for folder in folders
        for pattern in PLAYWRIGHT
        for path in sorted(folder.glob(pattern), reverse=True)
    ]
    programs = [*kept, *map(Path, APPLICATIONS)]
    for program in programs:
        if os.access(program, os.X_OK):
            return program
    raise BayesIvigError(ABSENT)


def print_page(page: Path, target: Path, browser: Path) -> None:
    """Print an HTML file to ``target``; raises ``BayesIvigError`` where the browser fails
    or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="bayes-ivig-print-", ignore_cleanup_errors=True) as profile:
        command = [str(browser), *QUIET, f"--user-data-dir={profile}", f"--print-to-pdf={target.resolve()}"]
        if getattr(os, "geteuid", lambda: 1)() == 0:
            command.append("--no-sandbox")  # Chromium refuses to be run by root within its sandbox
        try:
            done = subprocess.run(
                [*command, page.resolve().as_uri()],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
                errors="replace",
            )
        except subprocess.TimeoutExpired:
            raise BayesIvigError(
                f"{browser}: printing {target.name} took more than {SECONDS} s and was stopped"
            ) from None
        except OSError as error:
            raise BayesIvigError(f"{browser}: cannot be run: {error.strerror}") from None
    if done.returncode or not _is_pdf(target):
        message = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BayesIvigError(
            f"{browser}: printing {target.name} failed (exit status {done.returncode}): {message}"
        )


def _is_pdf(path: Path) -> bool:
    """Whether a whole PDF stands at the path: its head and its end mark."""
    if not path.is_file():
        return False
    printed = content(path)
    return printed.startswith(b"%PDF-") and b"%%EOF" in printed[-1024:]
