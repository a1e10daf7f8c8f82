"""`wattmarket oracle doctor`: what must be true before a server starts, a line each."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click
import httpx

from oracle.app.checkup import Ill, check_clock, check_pace, examine
from oracle.app.daemon.config import GWEI, OracleConfig, load_config, password_of
from oracle.app.daemon.keystore import open_keystore, refuse_development_key
from oracle.app.daemon.nodes import nodes_of
from oracle.app.daemon.start import open_store
from oracle.chain.deployment import Deployment
from oracle.chain.market import ORACLE, Market
from oracle.chain.rpc_pool import Health, RpcPool
from oracle.chain.signer import Signer

POST_GAS = 200_000
DAYS = 7
MOST_SKEW = 30


@dataclass
class _Patient:
    """What the checks have found so far."""

    path: Path
    config: OracleConfig
    deployment: Deployment
    signer: Signer
    pool: RpcPool
    market: Market
    stack: ExitStack


def doctor(path: Path, echo: Callable[[str], None] = click.echo) -> int:
    """Prints `ok` or `WRONG` for each check; 1 if one is wrong. A wrong file ends it at once."""
    config = load_config(path)
    deployment = Deployment.load(config.deployment)
    signer = open_keystore(config.key.keystore, password_of(config.key))
    pool = nodes_of(config, deployment)
    with ExitStack() as stack:
        market = Market(pool, deployment)
        patient = _Patient(path, config, deployment, signer, pool, market, stack)
        return examine(CHECKS, patient, echo)


def _nodes(p: _Patient) -> str:
    well = p.pool.endpoints.well()
    ill = [e for e in p.pool.endpoints.all if e.health is not Health.WELL]
    if ill:
        raise Ill("; ".join(f"{e.client.url} is {e.health}" for e in ill))
    if len(well) < 2 or p.config.node.agree < 2:
        return f"{len(well)} well; one node alone can lie about what sets a price"
    return f"{len(well)} well, {p.config.node.agree} must agree"


def _contracts(p: _Patient) -> str:
    p.deployment.check(p.pool)
    return f"chain {p.deployment.chain_id}, the code and constants that the file names"


def _key(p: _Patient) -> str:
    refuse_development_key(p.signer, p.deployment.chain_id, ("administrator",))
    (index,) = p.market.read("serverIndexPlusOne", p.signer.address, contract=ORACLE)
    if index == 0:
        raise Ill(f"{p.signer.address} is no edge server of this market; setEdgeServers adds it")
    return f"{p.signer.address} is edge server {index}"


def _balance(p: _Patient) -> str:
    price = p.pool.gas_price()
    balance = p.pool.balance(p.signer.address)
    periods = DAYS * 86_400 // p.deployment.schedule.period
    needed = periods * POST_GAS * price
    if balance < needed:
        raise Ill(
            f"{balance / 1e18:g} coins; {DAYS} days of postings cost {needed / 1e18:g} "
            f"at {price / GWEI:g} gwei"
        )
    return f"{balance / 1e18:g} coins"


def _clock(p: _Patient) -> str:
    return check_clock(p.pool, p.deployment, MOST_SKEW)


def _schedule(p: _Patient) -> str:
    return check_pace(p.pool, p.deployment)


def _store(p: _Patient) -> str:
    store = open_store(p.config, p.deployment, p.signer, p.stack)
    waiting = len(store.open_entries(p.signer.address))
    pause = "; paused" if store.paused() else ""
    return f"{store.database.shown}: {waiting} open transactions{pause}"


def _peers(p: _Patient) -> str:
    (servers,) = p.market.read("edgeServers", contract=ORACLE)
    others = {s.lower() for s, _ in servers} - {p.signer.address.lower()}
    named = {peer.signer.lower(): peer.url for peer in p.config.peer}
    missing = sorted(others - named.keys())
    if missing:
        raise Ill(f"no [[peer]] for {', '.join(missing)}")
    silent = [url for signer, url in named.items() if signer in others and not _answers(url)]
    if silent:
        raise Ill(f"no answer from {', '.join(silent)}")
    return f"{len(others)} answer"


def _answers(url: str) -> bool:
    try:
        return httpx.get(url + "/livez", timeout=5.0).status_code in (200, 503)
    except httpx.HTTPError:
        return False


CHECKS: tuple[tuple[str, Callable[[_Patient], str]], ...] = (
    ("nodes", _nodes),
    ("contracts", _contracts),
    ("key", _key),
    ("balance", _balance),
    ("clock", _clock),
    ("schedule", _schedule),
    ("store", _store),
    ("peers", _peers),
)
