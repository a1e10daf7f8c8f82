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
    from oracle.app.forecast.command import forecast_command

    return forecast_command(**options)


@click.command(
    epilog="Examples: wattmarket simulate --add-pv 3x8kW --add-battery 50kWh --plot what-if.png; "
    "wattmarket simulate street.toml --sweep roofs=0:10:2 --sweep battery=0,25,50 --json"
)
@click.argument("community", required=False, type=click.Path(path_type=Path))
@click.option("--add-pv", metavar="NxKW", help="Roofs to add, such as 3x8kW.")
@click.option("--pv-at", multiple=True, metavar="NAME", help="Whose roofs; default: the least kW.")
@click.option("--add-battery", metavar="KWH", help="A battery, such as 50kWh or 50kWh/20kW.")
@click.option("--battery-at", metavar="NAME", help="Whose it is; default: the community's own.")
@click.option("--add-members", type=int, metavar="N", help="Homes to add.")
@click.option("--member-kwh", type=float, metavar="KWH", help="What each uses a year.")
@click.option(
    "--sweep",
    multiple=True,
    metavar="NAME=VALUES",
    help="members, roofs, roof_kw, battery, energy_price, price_factor, feed_in or fee_factor, "
    "as a,b,c or first:last:step; several make every combination.",
)
@click.option("--samples", type=int, metavar="N", help="Only so many combinations, drawn.")
@click.option("--start", metavar="DATE", help="First local day.")
@click.option("--days", type=int, metavar="N", help="Days in a row to simulate.")
@click.option("--weeks", type=int, metavar="N", help="Weeks to simulate, spread evenly.")
@click.option(
    "--weather-years", type=int, default=5, show_default=True, metavar="N", help="For the bands."
)
@click.option(
    "--reference-year",
    "reference",
    is_flag=True,
    help="A whole year of reference weather (Germany) and standard loads instead of the profiles.",
)
@click.option("--forecast", default="persistence", show_default=True, metavar="METHOD")
@click.option("--pv-cost", type=float, metavar="PER_KW", help="Says when added roofs pay back.")
@click.option("--battery-cost", type=float, metavar="PER_KWH", help="The same for the battery.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw it (PNG, SVG or PDF).")
@click.option(
    "--engine",
    default="processes",
    show_default=True,
    help="processes, or dask://HOST:PORT of a dask scheduler.",
)
@click.option("--jobs", type=int, metavar="N", help="Processes; default: one a core.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws weather and homes.")
def simulate(**options: Any) -> int:
    """What if? A COMMUNITY with other members, roofs, batteries and tariffs, without a chain.

    Each scenario's bills, savings, shares and peaks, with bands over weather years.
    """
    from oracle.app.simulate.command import simulate_command

    return simulate_command(**options)
