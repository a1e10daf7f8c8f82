"""Commands about a local chain that stays up."""

from __future__ import annotations

from pathlib import Path

import click

FOLDER = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path(".wattmarket/devnet"),
    show_default=True,
    help="Where the chain lies.",
)


@click.group(
    epilog="Examples: wattmarket devnet up --node geth --nodes 3; wattmarket devnet status; "
    "wattmarket devnet down"
)
def devnet() -> None:
    """A local chain that stays up: Geth nodes that seal together, or Anvil."""


@devnet.command(epilog="Example: wattmarket devnet up --node geth --nodes 3")
@click.option("--node", default="geth", show_default=True, help="geth or anvil.")
@click.option("--nodes", type=int, default=3, show_default=True, help="Geth nodes, each a sealer.")
@click.option(
    "--block-seconds", type=int, default=1, show_default=True, help="Seconds from block to block."
)
@FOLDER
def up(node: str, nodes: int, block_seconds: int, folder: Path) -> int:
    """Start a chain and return when every node sees new blocks; `down` ends it."""
    from oracle.app.devnet.command import up as start

    return start(folder, node, nodes, block_seconds)


@devnet.command(epilog="Example: wattmarket devnet status --json")
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status(folder: Path, as_json: bool) -> int:
    """Each node's head, peers and signer.

    Exit codes: 0 all answer; 1 one does not.
    """
    from oracle.app.devnet.command import status as show

    return show(folder, as_json=as_json)


@devnet.command(epilog="Example: wattmarket devnet down --keep")
@FOLDER
@click.option("--keep", is_flag=True, help="Leave the chain in the folder; `up` goes on with it.")
def down(folder: Path, keep: bool) -> int:
    """End the chain and remove what it left."""
    from oracle.app.devnet.command import down as end

    return end(folder, keep=keep)
