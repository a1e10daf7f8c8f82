"""Commands about a market on a chain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command(
    epilog="Examples: wattmarket run; wattmarket run --periods 4 --report day.json; "
    "wattmarket run street.toml --start 2026-03-31 --forecast weekly --keep"
)
@click.argument("community", required=False, type=click.Path(path_type=Path))
@click.option("--start", metavar="DATE", help="First local day, YYYY-MM-DD.")
@click.option("--periods", type=int, metavar="N", help="Periods to run; default: that whole day.")
@click.option(
    "--forecast",
    default="persistence",
    show_default=True,
    metavar="METHOD",
    help="persistence, weekly, profile, learned or perfect.",
)
@click.option(
    "--market",
    default="bilateral",
    show_default=True,
    metavar="MARKET",
    help="bilateral (by pairs) or pool (uniform price).",
)
@click.option(
    "--node",
    default="anvil",
    show_default=True,
    help="anvil, geth (three sealing nodes), or a node's URL.",
)
@click.option(
    "--period-seconds",
    type=int,
    metavar="S",
    help="Chain seconds of a period; default: 20 on geth, the community's step at a URL.",
)
@click.option(
    "--depth",
    type=int,
    default=0,
    show_default=True,
    metavar="BLOCKS",
    help="With --node URL: how deep a block lies before servers read it.",
)
@click.option(
    "--meter-delay",
    type=int,
    default=0,
    show_default=True,
    metavar="PERIODS",
    help="Readings come so many periods late.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Write the report here (JSON).")
@click.option(
    "--plot", type=click.Path(path_type=Path), help="Draw the day here (PNG, SVG or PDF)."
)
@click.option("--keep", is_flag=True, help="Leave chain and service up until Ctrl-C.")
@click.option(
    "--live", is_flag=True, help="After the day the market goes on by itself, served, until Ctrl-C."
)
@click.option(
    "--live-seconds",
    type=float,
    metavar="S",
    help="With --live on Anvil: wall seconds of a period; default: 40.",
)
@click.option(
    "--browser/--no-browser",
    default=False,
    help="With --keep or --live: open the page, where there is a screen.",
)
@click.option("--seed", type=int, help="Seed of keys and salts; default: keys of 0, random salts.")
@click.option("--port", type=int, help="Port of the service; default: a free one, --live: 8573.")
@click.option("--chain-port", type=int, help="Port of Anvil; default: a free one.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".wattmarket"),
    show_default=True,
    help="Where chain, store and deployment of the last run lie.",
)
def run(start: str | None, **options: Any) -> int:
    """Run a COMMUNITY's market day on a real chain; without a file, the one that ships with it.

    Every price is an equilibrium that three edge servers compute and sign; the bills come from
    the chain's events.
    """
    from oracle.app.day.command import run_command

    return run_command(start=start, **options)


@click.command(epilog="Examples: wattmarket verify --all; wattmarket verify rewards:1")
@click.argument("posting", required=False)
@click.option("--all", "everything", is_flag=True, help="Every posting and draw of the deployment.")
@click.option("--node", help="A node's URL; default: the chain that the last run left.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".wattmarket"),
    show_default=True,
    help="Where deployment.toml lies.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(**options: Any) -> int:
    """Recompute a posting or a draw of the rewards from chain data alone.

    POSTING is electricity:PERIOD, elecoin:EPOCH or rewards:ROUND.

    Exit codes: 0 equal; 1 different.
    """
    from oracle.app.verify.command import verify_command

    return verify_command(**options)
