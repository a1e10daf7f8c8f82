"""Commands of an edge server."""

from __future__ import annotations

from pathlib import Path

import click

CONFIG = click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=Path("oracle.toml"),
    show_default=True,
    help="The server's file; docs/oracle.md explains every key.",
)

HERE = click.option(
    "--here", is_flag=True, help="Send it from here and wait; for a server that does not run."
)


@click.group(
    epilog="Examples: wattmarket oracle doctor --config oracle.toml; "
    "wattmarket oracle start --config oracle.toml"
)
def oracle() -> None:
    """Run an edge server: it reads, solves, signs, agrees with its peers, and posts."""


@oracle.command(epilog="Example: wattmarket oracle start --config oracle.toml --dry-run")
@CONFIG
@click.option("--dry-run", is_flag=True, help="Compute everything, sign and send nothing.")
def start(config: Path, dry_run: bool) -> int:
    """Run until SIGINT or SIGTERM; what is under way is finished first."""
    from oracle.app.daemon.start import start as run

    return run(config, dry_run=dry_run)


@oracle.command(epilog="Example: wattmarket oracle doctor --config oracle.toml")
@CONFIG
def doctor(config: Path) -> int:
    """Check chain, contracts, key, clock, store and peers, a line each.

    Exit codes: 0 all well; 1 something is not.
    """
    from oracle.app.daemon.doctor import doctor as run

    return run(config)


@oracle.command(
    epilog="Examples: wattmarket oracle status --config oracle.toml; "
    "wattmarket oracle status --json | jq .wrong"
)
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option(
    "--epochs",
    type=click.IntRange(1, 90),
    default=12,
    show_default=True,
    help="How many of the newest epochs of each feed to look at.",
)
def status(config: Path, as_json: bool, epochs: int) -> int:
    """Show what a server did and sees: epochs, outbox, peers, nodes, evidence, store.

    It reads the store and asks nodes and peers; it needs no password and changes nothing, so it may
    run beside the server.

    Exit codes: 0 all well; 1 something needs a person, a line WRONG each; 2 the file is wrong.
    """
    from oracle.app.daemon.status.command import status as run

    return run(config, as_json=as_json, epochs=epochs)


@oracle.command(epilog="Example: wattmarket oracle pause --config oracle.toml")
@CONFIG
def pause(config: Path) -> int:
    """Stop signing and posting, also across restarts; what was sent is still looked after."""
    from oracle.app.daemon.switch import switch

    return switch(config, paused=True)


@oracle.command(epilog="Example: wattmarket oracle resume --config oracle.toml")
@CONFIG
def resume(config: Path) -> int:
    """Go on after a pause."""
    from oracle.app.daemon.switch import switch

    return switch(config, paused=False)


@oracle.command(epilog="Example: wattmarket oracle bond 1.5 --config oracle.toml")
@click.argument("amount")
@CONFIG
@HERE
def bond(amount: str, config: Path, here: bool) -> int:
    """Stake AMOUNT coins of the server's key.

    Who signs prices on stakes (docs/oracle.md) needs the market's least stake.

    Exit codes: 0 in the outbox, or with --here final; 1 sent and failed; 2 it cannot be done.
    """
    from oracle.app.daemon.stakes import bond as run

    return run(config, amount, here=here)


@oracle.command(epilog="Example: wattmarket oracle unbond 1.5 --config oracle.toml")
@click.argument("amount")
@CONFIG
@HERE
def unbond(amount: str, config: Path, here: bool) -> int:
    """Ask for AMOUNT coins of the stake back; `withdraw` takes them when the delay is over.

    Exit codes: 0 in the outbox, or with --here final; 1 sent and failed; 2 it cannot be done.
    """
    from oracle.app.daemon.stakes import unbond as run

    return run(config, amount, here=here)


@oracle.command(epilog="Example: wattmarket oracle withdraw --config oracle.toml")
@CONFIG
@HERE
def withdraw(config: Path, here: bool) -> int:
    """Withdraw what is the key's: stakes that have left, rewards of challenges, surplus.

    Exit codes: 0 in the outbox, or with --here final; 1 sent and failed; 2 it cannot be done.
    """
    from oracle.app.daemon.stakes import withdraw as run

    return run(config, here=here)


@oracle.command(epilog="Example: wattmarket oracle key keys/server-1.json")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--password-file",
    type=click.Path(path_type=Path),
    help="A file with the password, for its owner alone; without it you are asked.",
)
def key(file: Path, password_file: Path | None) -> int:
    """Make a new key in an encrypted FILE and print its address."""
    from oracle.app.daemon.new_key import new_key

    return new_key(file, password_file)
