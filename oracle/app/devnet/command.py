"""What `wattmarket devnet` prints around a chain that stays up."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from oracle.chain.client import ChainError, Client
from oracle.devnet import background
from oracle.devnet.geth import NodeStatus


def up(folder: Path, node: str, nodes: int, block_seconds: int) -> int:
    """Starts the chain and says where it answers."""
    with Console(stderr=True).status("starting the chain"):
        chain = background.up(folder, node, nodes, block_seconds)
    console = Console()
    for url in chain.urls:
        console.print(f"{chain.node} {url}", soft_wrap=True, highlight=False)
    console.print(
        f"chain id {chain.chain_id}; a block stays when it is {chain.depth} deep", highlight=False
    )
    return 0


def status(folder: Path, *, as_json: bool) -> int:
    """Exit code 0 where every node answers, 1 where one does not or none is up."""
    chain = background.served(folder)
    if chain is not None and chain.node == "anvil":
        return _anvil_status(chain.urls[0], as_json=as_json)
    found = background.geth_status(folder)
    if as_json:
        click.echo(json.dumps([_document(one) for one in found], indent=1))
    else:
        _show(found)
    return 0 if all(one.head is not None for one in found) else 1


def down(folder: Path, *, keep: bool) -> int:
    """Ends the chain."""
    with Console(stderr=True).status("ending the chain"):
        background.down(folder, keep=keep)
    return 0


def _anvil_status(url: str, *, as_json: bool) -> int:
    try:
        head: int | None = Client(url).block().number
    except ChainError:
        head = None
    if as_json:
        click.echo(json.dumps([{"name": "anvil", "url": url, "head": head}], indent=1))
    else:
        click.echo(f"anvil {url}: " + ("does not answer" if head is None else f"block {head}"))
    return 0 if head is not None else 1


def _document(one: NodeStatus) -> dict[str, Any]:
    return {
        "name": one.name,
        "url": one.url,
        "signer": one.sealer,
        "head": None if one.head is None else asdict(one.head),
        "peers": one.peers,
        "sealed_by": one.last_sealer,
    }


def _show(found: list[NodeStatus]) -> None:
    names = {one.sealer.lower(): one.name for one in found}
    rows = [("node", "head", "hash", "sealed by", "peers", "signer", "URL")]
    for one in found:
        if one.head is None:
            rows.append((one.name, "down", "", "", "", one.sealer, one.url))
            continue
        by = "" if one.last_sealer is None else names.get(one.last_sealer.lower(), one.last_sealer)
        head = (str(one.head.number), one.head.hash[:10], by)
        rows.append((one.name, *head, str(one.peers), one.sealer, one.url))
    # As wide as it is: an address cut short tells nobody anything.
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())
