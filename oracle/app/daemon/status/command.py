"""Collects a server's status and prints it, for people or as JSON."""

from __future__ import annotations

import json
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import httpx
from rich.console import Console
from rich.table import Table

from oracle import UserError
from oracle.app.daemon.config import load_config
from oracle.app.daemon.keystore import address_of
from oracle.app.daemon.nodes import nodes_of
from oracle.app.daemon.status.chain import Came, OnChain, nodes_seen, read_chain
from oracle.app.daemon.status.stored import Stored, read_store
from oracle.chain.client import ChainError
from oracle.chain.deployment import Deployment
from oracle.chain.market import Market
from oracle.chain.rpc_pool import Health
from oracle.rounds.report import Domain, Feed
from oracle.service.settings import package_version
from oracle.service.store.database import head_revision

PEER_SECONDS = 2.0
Document = dict[str, Any]


def status(path: Path, *, as_json: bool, epochs: int) -> int:
    """Prints it; 1 where something needs a person. Raises UserError on a wrong file."""
    document = collect(path, epochs)
    if as_json:
        click.echo(json.dumps(document, indent=2))
    else:
        _print(document)
    return 1 if document["wrong"] else 0


def collect(path: Path, epochs: int) -> Document:
    """Everything as JSON has it. `wrong` holds what needs a person, a line each."""
    config = load_config(path)
    deployment = Deployment.load(config.deployment)
    signer = address_of(config.key.keystore)
    domain = Domain(deployment.chain_id, deployment.address("EquilibriumOracle"))
    wrong: list[str] = []
    stored: Stored | None = None
    try:
        stored = read_store(config.store.url, domain, signer)
    except UserError as error:
        wrong.append(str(error))
    pool = nodes_of(config, deployment)
    seen: OnChain | None = None
    try:
        signed = {} if stored is None else stored.signed
        seen = read_chain(Market(pool, deployment), pool, signer, signed, epochs)
    except ChainError as error:
        wrong.append(f"chain: {error}")
    peers = [
        {
            "signer": peer.signer,
            "url": peer.url,
            "answers": _answers(peer.url),
            "heard": {} if stored is None else stored.heard.get(peer.signer, {}),
        }
        for peer in config.peer
        if peer.signer != signer
    ]
    nodes = nodes_seen(pool)
    wrong += [f"node {n.url}: {n.health}" for n in nodes if n.health != Health.WELL]
    wrong += [f"peer {p['url']}: no answer" for p in peers if not p["answers"]]
    wrong += _of_store(stored) + _of_chain(seen, signer)
    return {
        "version": package_version(),
        "signer": signer,
        "chain_id": deployment.chain_id,
        "oracle": domain.oracle,
        "store": _store(stored),
        "nodes": [asdict(node) for node in nodes],
        "head": None if seen is None else {"number": seen.head, "timestamp": seen.head_time},
        "in_set": None if seen is None else signer in seen.servers,
        "balance_wei": None if seen is None else str(seen.balance_wei),
        "epochs": {} if seen is None else {f.label: _epochs(seen, f) for f in Feed},
        "outbox": None if stored is None else _outbox(stored),
        "peers": peers,
        "evidence": [] if stored is None else [asdict(one) for one in stored.evidence],
        "staked_postings": {} if stored is None else stored.staked,
        "wrong": wrong,
    }


def _store(stored: Stored | None) -> Document:
    known = {"program_revision": head_revision()}
    if stored is None:
        return known
    return known | {
        "url": stored.url,
        "revision": stored.revision,
        "paused": stored.paused,
        "restored": stored.restored,
        "signed": len(stored.signed),
    }


def _outbox(stored: Stored) -> Document:
    return {"states": stored.outbox, "open": [asdict(one) for one in stored.open]}


def _epochs(seen: OnChain, feed: Feed) -> Document:
    found = seen.epochs[feed]
    counts = Counter(found.values())
    return {
        "counts": {came.value: counts[came] for came in Came},
        "newest": {str(epoch): came.value for epoch, came in found.items()},
    }


def _of_store(stored: Stored | None) -> list[str]:
    if stored is None:
        return []
    found = [
        f"evidence: {one.sender} signed {len(one.digests)} reports for {one.feed}:{one.epoch}"
        for one in stored.evidence
    ]
    if stored.paused:
        found.append("paused by the operator")
    if stored.restored:
        found.append("restored: asks chain and peers before it signs")
    if stored.staked["stands"]:
        found.append(f"{stored.staked['stands']} wrong or unchecked postings on stakes stand")
    return found


def _of_chain(seen: OnChain | None, signer: str) -> list[str]:
    if seen is None:
        return []
    found = [
        f"{feed.label}:{epoch}: {came}"
        for feed, epochs in seen.epochs.items()
        for epoch, came in epochs.items()
        if came in (Came.CONTRADICTED, Came.MISSED)
    ]
    if signer not in seen.servers:
        found.append(f"{signer} is no edge server of this market")
    return found


def _answers(url: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(url + "/livez", timeout=PEER_SECONDS).status_code in (200, 503)
    return False


# --- for people -----------------------------------------------------------------------------


def _print(document: Document) -> None:
    console = Console(highlight=False, soft_wrap=True)
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(style="bold")
    table.add_column()
    for name, text in _rows(document):
        table.add_row(name, text)
    console.print(table)
    for line in document["wrong"]:
        console.print(f"WRONG  {line}", markup=False)


def _rows(document: Document) -> list[tuple[str, str]]:
    store, head = document["store"], document["head"]
    rows = [("version", document["version"]), ("signer", _signer(document))]
    rows.append(("market", f"chain {document['chain_id']}, oracle {document['oracle']}"))
    if "url" in store:
        said = f"{store['url']}, revision {store['revision']}, {store['signed']} signed"
        rows.append(("store", said + (", paused" if store["paused"] else "")))
    if head is not None:
        age = time.time() - head["timestamp"]
        rows.append(("head", f"{head['number']}, {age:.0f} s ago by this machine's clock"))
    rows += [("node", f"{n['url']}: {n['health']}, head {n['head']}") for n in document["nodes"]]
    for feed, epochs in document["epochs"].items():
        counts = ", ".join(f"{n} {came}" for came, n in epochs["counts"].items() if n)
        newest = list(epochs["newest"])
        span = f" of {newest[0]} to {newest[-1]}" if newest else ""
        rows.append((feed, f"{counts or 'none is over'}{span}"))
    if document["outbox"] is not None:
        states = document["outbox"]["states"].items()
        rows.append(("outbox", ", ".join(f"{n} {state}" for state, n in states) or "empty"))
        rows += [("", _open(one)) for one in document["outbox"]["open"]]
    for peer in document["peers"]:
        heard = ", ".join(f"{feed}:{epoch}" for feed, epoch in peer["heard"].items())
        answers = "answers" if peer["answers"] else "no answer"
        rows.append(("peer", f"{peer['url']}: {answers}; last heard: {heard or 'nothing'}"))
    staked = ", ".join(f"{n} {verdict}" for verdict, n in document["staked_postings"].items() if n)
    rows.append(("on stakes", staked or "none"))
    rows.append(
        ("evidence", f"{len(document['evidence'])} pairs" if document["evidence"] else "none")
    )
    return rows


def _signer(document: Document) -> str:
    if document["balance_wei"] is None:
        return str(document["signer"])
    place = "in the set" if document["in_set"] else "NOT in the set"
    return f"{document['signer']}, {place}, {int(document['balance_wei']) / 1e18:g} coins"


def _open(one: Document) -> str:
    sent = "never sent" if one["sent_at"] is None else f"sent at block {one['sent_at']}"
    return f"nonce {one['nonce']}: {one['effect']}: {one['state']}, {sent}, {one['attempts']} tries"
