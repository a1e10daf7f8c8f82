"""What `wattmarket verify` does: find the chain, recompute, say equal or where it differs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from oracle import UserError
from oracle.app.run import DEPLOYMENT
from oracle.app.verify import Posting, Verdict, read_history, verify
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.devnet import anvil
from oracle.units import ticks_to_float


def verify_command(
    *, posting: str | None, everything: bool, node: str | None, folder: Path, as_json: bool
) -> int:
    """Exit code 0 where every posting asked for is equal, 1 where one differs."""
    if everything == (posting is not None):
        raise UserError("posting: name one (electricity:PERIOD, elecoin:EPOCH), or use --all")
    wanted = None if posting is None else Posting.parse(posting)
    deployment = Deployment.load(folder / DEPLOYMENT)
    with _chain(node, folder) as url:
        client = Client(url)
        deployment.check(client)
        verdicts = _verdicts(Market(client, deployment), wanted, quiet=as_json)
    if as_json:
        click.echo(json.dumps([_document(verdict) for verdict in verdicts], indent=1))
    else:
        _show(verdicts, Console())
    return 0 if all(verdict.equal for verdict in verdicts) else 1


@contextlib.contextmanager
def _chain(node: str | None, folder: Path) -> Iterator[str]:
    """The given node, or the chain that the last run left in the folder."""
    if node is not None:
        yield node
        return
    if not (folder / anvil.STATE).exists():
        raise UserError(f"{folder / anvil.STATE}: no chain there; name its node with --node URL")
    with anvil.running(folder, resume=True) as chain:
        yield chain.url


def _verdicts(market: Market, wanted: Posting | None, *, quiet: bool) -> list[Verdict]:
    history = read_history(market)
    if wanted is not None:
        return [verify(market, history, wanted)]
    known: Iterable[Posting] = sorted(
        history.posted.keys() | history.declared.keys(), key=lambda p: (p.feed, p.epoch)
    )
    console = Console(stderr=True, quiet=quiet)
    tracked = track(known, "verifying", console=console, transient=True)
    return [verify(market, history, posting) for posting in tracked]


def _document(verdict: Verdict) -> dict[str, Any]:
    return {
        "posting": str(verdict.posting),
        "equal": verdict.equal,
        "posted": None if verdict.posted is None else ticks_to_float(verdict.posted),
        "recomputed": None if verdict.recomputed is None else ticks_to_float(verdict.recomputed),
        "differences": list(verdict.differences),
    }


def _show(verdicts: list[Verdict], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("posting", "posted", "recomputed", "verdict"):
        table.add_column(name, justify="right" if name in ("posted", "recomputed") else "left")
    for verdict in verdicts:
        found = _document(verdict)
        prices = [_price(found[key]) for key in ("posted", "recomputed")]
        table.add_row(
            str(verdict.posting),
            *prices,
            "equal" if verdict.equal else "; ".join(found["differences"]),
        )
    console.print(table)
    equal = sum(verdict.equal for verdict in verdicts)
    console.print(f"{equal} of {len(verdicts)} equal")


def _price(value: float | None) -> str:
    return "unpriced" if value is None else f"{value:.6f}"
