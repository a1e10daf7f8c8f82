"""Commands about tomorrow, without a chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command(
    epilog="Examples: wattmarket forecast; wattmarket forecast street.toml --days 14 --money "
    "--plot forecasts.png"
)
@click.argument("community", required=False, type=click.Path(path_type=Path))
@click.option("--start", metavar="DATE", help="First local day; default: the last days there are.")
@click.option("--days", type=int, metavar="N", help="Local days to score.  [default: 7]")
@click.option(
    "--method", "methods", multiple=True, metavar="METHOD", help="Only this one; may be repeated."
)
@click.option("--money", is_flag=True, help="Say too what the errors cost each member.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it (PNG, SVG or PDF).")
def forecast(**options: Any) -> int:
    """Score every forecast of a COMMUNITY's members against what was metered.

    Each forecast sees only readings from before its period's declaration deadline.
    """
    from oracle.app.forecast_command import forecast_command

    return forecast_command(**options)
