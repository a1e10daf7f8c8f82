"""The command line: a thin list of commands. Each imports what it runs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from oracle import UserError
from oracle.cli import (
    bills,
    community,
    comparing,
    deploying,
    devnet,
    edge_server,
    games,
    keeping,
    market,
    members,
    planning,
)
from oracle.cli.interrupts import interrupts

USAGE, INTERNAL, INTERRUPTED = 2, 1, 130
COMMANDS = (
    market.run,
    market.verify,
    bills.statement,
    community.community,
    bills.export,
    bills.correct,
    members.member,
    members.agent,
    games.solve,
    games.sweep,
    games.report,
    comparing.compare,
    planning.forecast,
    planning.simulate,
    deploying.deploy,
    deploying.handover,
    deploying.successor,
    deploying.servers,
    deploying.govern,
    deploying.doctor,
    edge_server.oracle,
    keeping.backup,
    keeping.restore,
    keeping.serve,
    devnet.devnet,
)


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


for command in COMMANDS:
    wattmarket.add_command(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code; whatever is wrong is one line on stderr."""
    with interrupts() as seen:
        return _main(arguments, seen)


def _main(arguments: Sequence[str] | None, seen: Sequence[int]) -> int:
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
        if seen:
            return _fail("interrupted", INTERRUPTED)
        if os.environ.get("WATTMARKET_DEBUG"):
            raise
        name = type(error).__name__
        return _fail(f"error in the program: {name}: {error} (WATTMARKET_DEBUG=1 shows where)", 1)
    return result if isinstance(result, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"wattmarket: {' '.join(message.split())}", err=True)
    return code
