"""Commands about the games alone: no chain, no community."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


@click.command(epilog="Example: wattmarket solve examples/stackelberg.toml --plot price.png")
@click.argument("scenario", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--plot", type=click.Path(path_type=Path), help="Write a figure (PNG, SVG or PDF).")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of random games.")
@click.option("--schema", metavar="GAME", help="Instead: print the JSON Schema of its scenarios.")
def solve(
    scenario: str | None, as_json: bool, plot: Path | None, seed: int, schema: str | None
) -> int:
    """Solve the game of a SCENARIO file (TOML or JSON; - reads standard input).

    Exit codes: 0 solved; 2 the scenario is wrong; 3 not converged (the JSON still comes).
    """
    from oracle.app.solve import schema_text
    from oracle.app.solve import solve as run

    if (scenario is None) == (schema is None):
        raise click.UsageError("one of the two is needed: SCENARIO, or --schema GAME")
    if schema is not None:
        click.echo(schema_text(schema))
        return 0
    assert scenario is not None
    text, code = run(scenario, as_json=as_json, plot=plot, seed=seed)
    click.echo(text)
    return code


@click.command(
    epilog="Examples: wattmarket sweep stackelberg.toml --sweep payment_factor=0.1:0.9:0.1; "
    "wattmarket sweep learning.toml --sweep exploration=0.1,0.3 --draws 100 "
    "--engine dask://10.0.0.5:8786 --out learned.csv"
)
@click.argument("scenario", type=click.Path(path_type=Path))
@click.option(
    "--sweep",
    "sweeps",
    multiple=True,
    metavar="FIELD=VALUES",
    help="A field (dotted: mining.fixed_reward, price_bounds.1) over a,b,c or first:last:step; "
    "several make every combination.",
)
@click.option("--draws", type=int, default=1, show_default=True, help="Solves of each, by seed.")
@click.option("--seed", type=int, default=0, show_default=True, help="Draws the tasks' seeds.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--out", type=click.Path(path_type=Path), help="Write every task's numbers (CSV).")
@click.option(
    "--engine",
    default="processes",
    show_default=True,
    help="processes, or dask://HOST:PORT of a dask scheduler.",
)
@click.option("--jobs", type=int, metavar="N", help="Processes; default: one a core.")
def sweep(**options: Any) -> int:
    """Solve a SCENARIO file's game for many values of its fields, or many times: Monte Carlo.

    Each task's seed is its number's: results are the same bits on one machine or many.
    Exit codes: 0 solved; 2 the scenario is wrong; 3 some did not converge.
    """
    from oracle.app.sweep.command import sweep_command

    return sweep_command(**options)


@click.command(epilog="Examples: wattmarket report; wattmarket report --out docs")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("report"),
    show_default=True,
    help="The folder to write to.",
)
def report(out: Path) -> int:
    """Compute the papers' tables and figures again, beside the published ones.

    Writes report.html (one page, complete in itself), report.md and its figures in report/.
    """
    from oracle.app.papers.command import papers_report

    return papers_report(out)
