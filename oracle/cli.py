"""The command line: a thin list of commands. Each imports what it runs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from oracle import UserError

USAGE, INTERNAL, INTERRUPTED = 2, 1, 130


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Examples: wattmarket run; wattmarket solve scenario.toml --json",
)
@click.version_option(package_name="wattmarket")
def wattmarket() -> None:
    """A community electricity market on Ethereum whose posted prices are equilibria of games.

    Exit codes: 0 done; 1 an error of the program; 2 wrong input (one line on stderr);
    3 a solver did not converge; 130 interrupted.
    """


@wattmarket.command(epilog="Example: wattmarket solve examples/stackelberg.toml --plot price.png")
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


@wattmarket.command(
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
    help="persistence, weekly, profile or perfect.",
)
@click.option(
    "--market",
    default="bilateral",
    show_default=True,
    metavar="MARKET",
    help="bilateral (by pairs) or pool (uniform price).",
)
@click.option("--node", default="anvil", show_default=True, help="anvil, or a node's URL.")
@click.option(
    "--period-seconds", type=int, metavar="S", help="With --node URL: chain seconds of a period."
)
@click.option("--report", type=click.Path(path_type=Path), help="Write the report here (JSON).")
@click.option(
    "--plot", type=click.Path(path_type=Path), help="Draw the day here (PNG, SVG or PDF)."
)
@click.option("--keep", is_flag=True, help="Leave chain and service up until Ctrl-C.")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the keys.")
@click.option("--port", type=int, help="Port of the service; default: a free one.")
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
    from oracle.app.run_command import run_command

    return run_command(start=start, **options)


@wattmarket.command(epilog="Examples: wattmarket verify --all; wattmarket verify electricity:40")
@click.argument("posting", required=False)
@click.option("--all", "everything", is_flag=True, help="Every posting of the deployment.")
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
    """Recompute a POSTING (electricity:PERIOD or elecoin:EPOCH) from chain data alone.

    Exit codes: 0 equal; 1 different.
    """
    from oracle.app.verify_command import verify_command

    return verify_command(**options)


@wattmarket.command(epilog="Examples: wattmarket report; wattmarket report --out docs")
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
    from oracle.app.papers_report import papers_report

    return papers_report(out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; whatever is wrong is one line on stderr."""
    try:
        result = wattmarket.main(
            args=None if arguments is None else list(arguments),
            prog_name="wattmarket",
            standalone_mode=False,
        )
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help(), err=True)
        return USAGE
    except click.ClickException as error:
        return _fail(error.format_message(), USAGE)
    except UserError as error:
        return _fail(str(error), USAGE)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # Whoever read us has seen enough; Python must not complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("WATTMARKET_DEBUG"):
            raise
        name = type(error).__name__
        return _fail(f"error in the program: {name}: {error} (WATTMARKET_DEBUG=1 shows where)", 1)
    return result if isinstance(result, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"wattmarket: {' '.join(message.split())}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
