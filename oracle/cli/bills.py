"""Commands about what a run left: statements and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".wattmarket"),
    show_default=True,
    help="The run's folder.",
)


@click.command(
    epilog="Examples: wattmarket statement --month 2026-06; "
    "wattmarket statement --month 2026-06 --member anna --language de --out bills"
)
@click.option("--month", required=True, metavar="YYYY-MM", help="The local month.")
@click.option("--member", metavar="NAME", help="One member, by name or address; default: all.")
@click.option("--language", default="en", show_default=True, metavar="LANGUAGE", help="en or de.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder to write to; default: statements in the run's folder.",
)
@FOLDER
@click.option(
    "--pdf/--no-pdf", default=None, help="Print to PDF; default: where a Chromium is found."
)
def statement(**options: Any) -> int:
    """Write each member's statement of a month, from what the last run left.

    A page to read and print, its lines as CSV, every period as CSV, and the page as PDF where a
    Chromium is installed.
    """
    from oracle.app.statement.command import statement_command

    return statement_command(**options)
