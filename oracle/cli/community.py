"""Commands that make a community's folder of data that is there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click


@click.group(
    epilog="Examples: wattmarket community import meters.csv --unit kWh; "
    "wattmarket community simbench 1-LV-rural1--0-sw"
)
def community() -> None:
    """Make a community of meters' files or of a benchmark grid."""


def _location(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[float, float] | None:
    if value is None:
        return None
    try:
        latitude, longitude = (float(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter("must be LATITUDE,LONGITUDE such as 49.5,8.55") from None
    return latitude, longitude


def _day(context: click.Context, option: click.Parameter, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("must be a date such as 2026-03-31") from None


def _tariffs(command: Any) -> Any:
    """The options about prices, for both commands."""
    for option in reversed(
        (
            click.option(
                "--out",
                type=click.Path(path_type=Path),
                default=Path("community"),
                show_default=True,
                help="The folder to write.",
            ),
            click.option("--force", is_flag=True, help="Replace that folder if it is one."),
            click.option("--name", help="The community's name; default: the folder's."),
            click.option(
                "--template",
                type=click.Path(path_type=Path),
                metavar="COMMUNITY",
                help="Tariffs, fees and market from this file; default: the shipped example's.",
            ),
            click.option("--retail", metavar="NAME", help="Everybody's tariff in the template."),
            click.option("--feed-in", type=float, help="What the grid pays per kWh of surplus."),
            click.option(
                "--currency", metavar="ABC", help="The currency of the template's prices."
            ),
            click.option(
                "--prices",
                type=click.Path(path_type=Path),
                metavar="CSV",
                help="Day-ahead prices (ENTSO-E's CSV): the energy part of that tariff.",
            ),
            click.option(
                "--area", help="With --prices: the bidding zone, where the file has more."
            ),
            click.option(
                "--margin",
                type=float,
                default=0.0,
                help="With --prices: the supplier's margin per kWh.",
            ),
        )
    ):
        command = option(command)
    return command


@community.command(
    "import",
    epilog="Examples: wattmarket community import meters.csv; "
    "wattmarket community import jan.csv feb.csv --unit kWh --stamps end --timezone Europe/London "
    "--members members.csv --prices day_ahead.csv --out street",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--unit",
    type=click.Choice(["W", "kW", "MW", "Wh", "kWh", "MWh"]),
    help="Of the values, where the columns' names do not say it.",
)
@click.option(
    "--stamps",
    type=click.Choice(["auto", "start", "end"]),
    default="auto",
    show_default=True,
    help="Whether time stamps open or close their intervals.",
)
@click.option(
    "--dates",
    type=click.Choice(["auto", "day-first", "month-first"]),
    default="auto",
    show_default=True,
    help="How to read 03/04/2026.",
)
@click.option(
    "--channel",
    type=click.Choice(["load", "generation", "import", "export", "net"]),
    help="What values count, where names do not say it; default: load.",
)
@click.option("--timezone", metavar="ZONE", help="Of stamps without offset, such as Europe/London.")
@click.option("--step", type=int, metavar="S", help="A period: 900, 1800 or 3600 s.")
@click.option("--from", "since", callback=_day, metavar="DATE", help="First local day.")
@click.option("--to", "until", callback=_day, metavar="DATE", help="The local day to stop before.")
@click.option("--skip", multiple=True, metavar="NAME", help="Leave a meter or a column out.")
@click.option(
    "--members",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="The members' facts: a table with a row for each.",
)
@click.option("--zone", metavar="NAME", help="Everybody's zone; default: the template's first.")
@click.option("--location", callback=_location, metavar="LAT,LON", help="For clear-sky forecasts.")
@_tariffs
def import_(**options: Any) -> int:
    """Turn meters' FILES into a community that `wattmarket run` takes.

    CSV (a column or a row per meter), Green Button XML and Parquet. Prints what it assumed.
    """
    from oracle.app.community_import import ImportOptions, import_command

    return import_command(ImportOptions(**options))


@community.command(
    epilog="Examples: wattmarket community simbench 1-LV-rural1--0-sw; "
    "wattmarket community simbench 1-LV-semiurb4--2-sw --from 2016-06-01 --to 2016-07-01"
)
@click.argument("code")
@click.option("--from", "since", callback=_day, metavar="DATE", help="First local day.")
@click.option("--to", "until", callback=_day, metavar="DATE", help="The local day to stop before.")
@_tariffs
def simbench(code: str, **options: Any) -> int:
    """Turn the SimBench grid CODE into a community, its loads as members.

    Needs the package simbench (extra `simbench`). Its data is under the ODbL: ATTRIBUTION.md is
    written beside it and stays with it.
    """
    from oracle.app.community_import import ImportOptions, simbench_command

    return simbench_command(code, ImportOptions(files=(), **options))
