"""What `wattmarket verify` does: find the chain, recompute, say equal or where it differs."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from oracle import UserError
from oracle.app.day.nodes import GETH
from oracle.app.day.run import DEPLOYMENT
from oracle.app.verify.draws import Contests, Draw, DrawVerdict, read_contests, verify_draw
from oracle.app.verify.postings import Posting, Verdict, read_history, verify
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.devnet import anvil
from oracle.devnet.geth import GethNetwork
from oracle.devnet.geth.files import NETWORK
from oracle.rounds.report import Feed
from oracle.units import ticks_to_float

ALLOWED = "electricity:PERIOD, elecoin:EPOCH or rewards:ROUND"


def verify_command(
    *, posting: str | None, everything: bool, node: str | None, folder: Path, as_json: bool
) -> int:
    """Exit code 0 where every posting asked for is equal, 1 where one differs."""
    if everything == (posting is not None):
        raise UserError(f"posting: name one ({ALLOWED}), or use --all")
    wanted = None if posting is None else parse(posting)
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
    if (folder / GETH / NETWORK).exists():
        network = GethNetwork(folder / GETH)
        try:
            network.up()
            yield network.urls[0]
        finally:
            network.stop()
        return
    if not (folder / anvil.STATE).exists():
        raise UserError(f"{folder / anvil.STATE}: no chain there; name its node with --node URL")
    with anvil.running(folder, resume=True) as chain:
        yield chain.url


def parse(text: str) -> Posting | Draw:
    """What is to be verified. Raises UserError."""
    name, _, number = text.partition(":")
    if name not in ("electricity", "elecoin", "rewards") or not number.isdecimal():
        raise UserError(f"posting: {text!r}: must be {ALLOWED}")
    return Draw(int(number)) if name == "rewards" else Posting(Feed[name.upper()], int(number))


def _verdicts(
    market: Market, wanted: Posting | Draw | None, *, quiet: bool
) -> list[Verdict | DrawVerdict]:
    history = read_history(market)

    def contests() -> Contests:
        return read_contests(market, history.servers)

    if isinstance(wanted, Draw):
        return [verify_draw(market, contests(), wanted)]
    if wanted is not None:
        return [verify(market, history, wanted)]
    known: Iterable[Posting] = sorted(
        history.posted.keys() | history.declared.keys(), key=lambda p: (p.feed, p.epoch)
    )
    console = Console(stderr=True, quiet=quiet)
    tracked = track(known, "verifying", console=console, transient=True)
    found: list[Verdict | DrawVerdict] = [verify(market, history, posting) for posting in tracked]
    held = contests()
    return found + [verify_draw(market, held, draw) for draw in held.closed]


def _document(verdict: Verdict | DrawVerdict) -> dict[str, Any]:
    if isinstance(verdict, DrawVerdict):
        return {
            "posting": str(verdict.posting),
            "equal": verdict.equal,
            "stage": verdict.stage.name.lower(),
            "seed": None if verdict.seed is None else "0x" + verdict.seed.hex(),
            "zones": [asdict(zone) for zone in verdict.zones],
            "differences": list(verdict.differences),
        }
    return {
        "posting": str(verdict.posting),
        "equal": verdict.equal,
        "posted": None if verdict.posted is None else ticks_to_float(verdict.posted),
        "recomputed": None if verdict.recomputed is None else ticks_to_float(verdict.recomputed),
        "differences": list(verdict.differences),
    }


def _show(verdicts: list[Verdict | DrawVerdict], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("posting", "posted", "recomputed", "verdict"):
        table.add_column(name, justify="right" if name in ("posted", "recomputed") else "left")
    for verdict in verdicts:
        said = "equal" if verdict.equal else "; ".join(verdict.differences)
        if isinstance(verdict, Verdict):
            found = _document(verdict)
            prices = [_price(found[key]) for key in ("posted", "recomputed")]
            table.add_row(str(verdict.posting), *prices, said)
            continue
        if not verdict.zones:
            stage = verdict.stage.name.lower().replace("_", " ")
            table.add_row(str(verdict.posting), stage, stage, said)
        for zone in verdict.zones:
            drawn = "not drawn" if zone.drawn is None else _short(zone.drawn)
            name = f"{verdict.posting} zone {zone.zone}"
            table.add_row(name, drawn, _short(zone.winner), said)
    console.print(table)
    equal = sum(verdict.equal for verdict in verdicts)
    console.print(f"{equal} of {len(verdicts)} equal")


def _short(address: str) -> str:
    return f"{address[:6]}…{address[-4:]}"


def _price(value: float | None) -> str:
    return "unpriced" if value is None else f"{value:.6f}"
