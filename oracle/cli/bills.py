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


@click.command(
    epilog="Examples: wattmarket export; wattmarket export --format both --out tables --names"
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder to write to; default: export in the run's folder.",
)
@click.option(
    "--format",
    "form",
    default="csv",
    show_default=True,
    metavar="FORMAT",
    help="csv, parquet or both.",
)
@click.option("--names", is_flag=True, help="Members' names, too; without it, addresses alone.")
@FOLDER
def export(**options: Any) -> int:
    """Write what the last run left as tables: periods, readings, energy, trades, bills and more.

    Units are in the columns' names; docs/export.md lists them.
    """
    from oracle.app.export.command import export_command

    return export_command(**options)


@click.command(
    epilog="Examples: wattmarket correct anna 2026-03-31T12:00 --consumed=-250 --reason 3; "
    "wattmarket correct anna 48 --generated 1200",
)
@click.argument("member")
@click.argument("at", metavar="PERIOD")
@click.option("--generated", type=int, default=0, metavar="WH", help="Wh more were generated.")
@click.option("--consumed", type=int, default=0, metavar="WH", help="Wh more were consumed.")
@click.option(
    "--reason",
    type=int,
    default=1,
    show_default=True,
    metavar="CODE",
    help="1 replaced value, 2 clock, 3 meter fault; others are yours.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Seed of the administrator's key."
)
@click.option("--node", help="A node's URL; default: the chain that the last run left.")
@FOLDER
def correct(**options: Any) -> int:
    """Book by how much a MEMBER's closed PERIOD was read wrongly.

    PERIOD is its number, or the local time at which it starts. Settled trades stand; what changes
    is the grid's, and is a line of the statement of the month in which it is booked.
    """
    from oracle.app.correct import correct_command

    return correct_command(**options)
