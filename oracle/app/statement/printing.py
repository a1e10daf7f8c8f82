"""HTML to PDF by a Chromium that is installed; nothing of ours draws."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from oracle import UserError

VARIABLE = "WATTMARKET_BROWSER"
BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
SECONDS = 60


def find_browser() -> Path | None:
    """The program that WATTMARKET_BROWSER names, else the first Chromium on PATH.

    Raises UserError where the variable names something that is not there.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise UserError(f"{VARIABLE}: {named}: no such program")
        return Path(found)
    return next((Path(found) for name in BROWSERS if (found := shutil.which(name))), None)


def print_pdf(browser: Path, page: Path, pdf: Path) -> None:
    """Prints a page to a file. Raises UserError with what the browser said."""
    with tempfile.TemporaryDirectory(prefix="wattmarket-print-") as scratch:
        made = Path(scratch) / "page.pdf"
        line = [
            str(browser),
            "--headless",
            "--disable-gpu",
            "--disable-extensions",
            "--no-first-run",
            "--no-pdf-header-footer",
            f"--user-data-dir={scratch}/profile",
            f"--print-to-pdf={made}",
        ]
        # Its sandbox refuses to run as root; the page has no script and loads nothing.
        if os.geteuid() == 0:
            line.append("--no-sandbox")
        try:
            done = subprocess.run(
                [*line, page.resolve().as_uri()],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise UserError(f"{browser}: {error}") from None
        if done.returncode != 0 or not made.is_file():
            said = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
            raise UserError(f"{browser}: made no PDF of {page}: {said}")
        pdf.write_bytes(made.read_bytes())
