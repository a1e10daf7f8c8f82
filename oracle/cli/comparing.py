"""The command that asks whether anyone is better off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command(
    epilog="Examples: wattmarket compare; wattmarket compare street.toml --days 30 "
    "--plot street.png; wattmarket compare street.toml --engine dask://10.0.0.5:8786 --json"
)
@click.argument("community", required=False, type=click.Path(path_type=Path))
@click.option("--start", metavar="DATE", help="First local day; default: the first there is.")
@click.option("--days", type=int, metavar="N", help="Local days; default: all that there are.")
@click.option(
    "--forecast",
    default="persistence",
    show_default=True,
    metavar="METHOD",
    help="What members declare: persistence, weekly, profile, learned or perfect.",
)
@click.option(
    "--lie-days",
    type=int,
    default=7,
    show_default=True,
    metavar="N",
    help="Days, drawn by the seed, on which every member tries lies.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it (PNG, SVG or PDF).")
@click.option(
    "--engine",
    default="processes",
    show_default=True,
    help="processes, or dask://HOST:PORT of a dask scheduler.",
)
@click.option("--jobs", type=int, metavar="N", help="Processes; default: one a core.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the days of lies.")
def compare(**options: Any) -> int:
    """Is anyone better off? The same days of a COMMUNITY under eight mechanisms.

    Our equilibrium, mid-market rate, supply-demand ratio, two double auctions, two sharing keys and
    the grid alone: price, volume, savings, fairness, peaks, and what a lie brings.
    """
    from oracle.app.compare.command import compare_command

    return compare_command(**options)
