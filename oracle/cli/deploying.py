"""Commands that put markets on chains."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

PATH = click.Path(path_type=Path)
NODE = click.option("--node", default="http://127.0.0.1:8545", show_default=True, help="Its URL.")
_F = TypeVar("_F", bound=Callable[..., Any])


def _office(command: _F) -> _F:
    """The administrator's key."""
    command = click.option(
        "--password-file", required=True, type=PATH, help="Its password, for its owner alone."
    )(command)
    return click.option(
        "--keystore", required=True, type=PATH, help="The administrator's encrypted key."
    )(command)


@click.command(
    epilog="Examples: wattmarket deploy market.toml --keystore admin.json "
    "--password-file password; wattmarket deploy market-2.toml --succeeds deployment.toml "
    "--to deployment-2.toml --keystore admin.json --password-file password"
)
@click.argument("market", type=PATH)
@NODE
@_office
@click.option(
    "--to", "out", type=PATH, default=Path("deployment.toml"), show_default=True,
    help="Where the deployment is written.",
)  # fmt: skip
@click.option("--succeeds", type=PATH, help="The deployment that the new one takes over from.")
def deploy(
    market: Path, node: str, keystore: Path, password_file: Path, out: Path, succeeds: Path | None
) -> int:
    """Deploy the contracts that MARKET describes (docs/operate/install.md has every key).

    With --succeeds the new market starts with an epoch of the old one, has its members, and is
    named there; the old one settles what is open, then trades no more. Deposits stay redeemable.

    Exit codes: 0 done; 1 done, and `wattmarket handover` has something left to do.
    """
    from oracle.app.deploying.command import deploy_market

    return deploy_market(market, node, keystore, password_file, out, succeeds)


@click.command(
    epilog="Example: wattmarket handover deployment.toml deployment-2.toml --keystore admin.json "
    "--password-file password"
)
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@NODE
@_office
def handover(old: Path, new: Path, node: str, keystore: Path, password_file: Path) -> int:
    """Carry members and meters from the OLD deployment to the NEW one, as far as they are due.

    A meter is due when the old market's last period was read. May be called at any time, again
    and again.

    Exit codes: 0 all done; 1 something is left.
    """
    from oracle.app.deploying.command import hand_over

    return hand_over(old, new, node, keystore, password_file)


@click.command(epilog="Example: wattmarket successor deployment.toml --to deployment-2.toml")
@click.argument("deployment", type=PATH)
@NODE
@click.option("--to", "out", type=PATH, help="Write the newest market's deployment here.")
def successor(deployment: Path, node: str, out: Path | None) -> int:
    """Find the market that took over from a DEPLOYMENT, from the chain alone.

    Exit codes: 0 found; 1 there is none.
    """
    from oracle.app.deploying.command import find_successor

    return find_successor(deployment, node, out)


DEPLOYMENT = click.option(
    "--deployment", type=PATH, default=Path("deployment.toml"), show_default=True, help="Of which."
)


@click.group(epilog="Example: wattmarket servers show")
def servers() -> None:
    """A market's set of edge servers."""


@servers.command(epilog="Example: wattmarket servers show --node http://127.0.0.1:8545")
@DEPLOYMENT
@NODE
def show(deployment: Path, node: str) -> int:
    """The edge servers of a market, who runs them, and what they staked."""
    from oracle.app.deploying.servers import show as run

    return run(deployment, node)


@servers.command(
    epilog="Example: wattmarket servers rotate --remove 0x1111… --add 0x4444…:0x5555… "
    "--keystore admin.json --password-file password"
)
@DEPLOYMENT
@NODE
@_office
@click.option("--add", multiple=True, metavar="SIGNER:OPERATOR", help="May be repeated.")
@click.option("--remove", multiple=True, metavar="SIGNER", help="May be repeated.")
@click.option(
    "--patience", type=float, default=3600.0, show_default=True, metavar="S",
    help="Seconds to wait for a quiet moment.",
)  # fmt: skip
@click.option("--now", "at_once", is_flag=True, help="Do not wait: what is under way is lost.")
def rotate(
    deployment: Path,
    node: str,
    keystore: Path,
    password_file: Path,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    patience: float,
    at_once: bool,
) -> int:
    """Replace edge servers while rounds go on.

    Reports of the old set end with it, so this waits for a moment at which none is under way.
    """
    from oracle.app.deploying.servers import rotate as run

    waits = None if at_once else patience
    return run(deployment, node, keystore, password_file, add, remove, waits)


@click.command(
    epilog="Example: wattmarket govern --administration 0x1111… --operator 0x2222… "
    "--guardian 0x3333… --keystore admin.json --password-file password"
)
@DEPLOYMENT
@NODE
@_office
@click.option(
    "--administration", required=True, metavar="ADDRESS",
    help="Announces who meters, attests, serves, gets fees or governs; does it after the delay.",
)  # fmt: skip
@click.option(
    "--operator", required=True, metavar="ADDRESS",
    help="Members, fees, constants, corrections, at once.",
)  # fmt: skip
@click.option("--guardian", required=True, metavar="ADDRESS", help="Pauses, and no more.")
@click.option(
    "--delay", type=int, default=86_400, show_default=True, metavar="S", help="Seconds, to 30 days."
)
def govern(deployment: Path, node: str, keystore: Path, password_file: Path, **hands: Any) -> int:
    """Move the administrator's office into a contract that divides it (docs/security.md).

    The key has no rights in the market afterwards, unless it is given one of the three parts.
    What the parts do then goes through that contract.
    """
    from oracle.app.deploying.govern import Hands
    from oracle.app.deploying.govern import govern as run

    return run(deployment, node, keystore, password_file, Hands(**hands))


@click.command(epilog="Example: wattmarket doctor --deployment deployment.toml")
@DEPLOYMENT
@NODE
def doctor(deployment: Path, node: str) -> int:
    """Check a deployment on its chain: code, clock, servers, reserve, successor, a line each.

    For anybody with the file; `wattmarket oracle doctor` checks a server as well.

    Exit codes: 0 all well; 1 something is not.
    """
    from oracle.app.deploying.doctor import doctor as run

    return run(deployment, node)
