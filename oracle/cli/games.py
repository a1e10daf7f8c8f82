"""Commands about the games alone: no chain, no community."""

from __future__ import annotations

from pathlib import Path

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
