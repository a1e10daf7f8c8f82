"""`wattmarket doctor`: whether a deployment is what its file says, and well; for anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from oracle.app.checkup import Ill, check_clock, check_pace, examine
from oracle.app.daemon.office import Office
from oracle.chain.client import Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import ORACLE, Market
from oracle.rounds.agree import quorum
from oracle.units import WAD

MOST_SKEW = 60


@dataclass(frozen=True)
class _Patient:
    client: Client
    deployment: Deployment
    market: Market


def doctor(path: Path, node: str, echo: Callable[[str], None] = click.echo) -> int:
    """Prints `ok` or `WRONG` for each check; 1 if one is wrong. A wrong file ends it at once."""
    deployment, client = Deployment.load(path), Client(node)
    patient = _Patient(client, deployment, Market(client, deployment))
    return examine(CHECKS, patient, echo, decisive="contracts")


def _contracts(p: _Patient) -> str:
    p.deployment.check(p.client)
    return f"chain {p.deployment.chain_id}, the code and constants that the file names"


def _clock(p: _Patient) -> str:
    return check_clock(p.client, p.deployment, MOST_SKEW)


def _schedule(p: _Patient) -> str:
    return check_pace(p.client, p.deployment)


def _servers(p: _Patient) -> str:
    office = Office.of(p.market)
    least = p.market.oracle_terms().minimum_bond
    bonds = p.market.read_many([(ORACLE, "bondOf", (signer,)) for signer in office.servers])
    staked = sum(bond[0] >= least for (bond,) in bonds)
    needed = quorum(len(office.servers))
    if staked < needed:
        # Only reports on stakes need one; a small community's certificates are inline.
        return f"{len(office.servers)}, {needed} must agree; {staked} can post on stakes"
    return f"{len(office.servers)}, {needed} must agree; {staked} have their stake"


def _reserve(p: _Patient) -> str:
    (supply,) = p.market.read("totalSupply", contract="Elecoin")
    held = p.client.balance(p.market.address)
    owed = -(-supply * p.deployment.terms.redemption // WAD)
    if held < owed:
        raise Ill(f"{held / 1e18:g} coins for {supply / 1e18:g} elecoins, which redeem for more")
    return f"{held / 1e18:g} coins for {supply / 1e18:g} elecoins"


def _succession(p: _Patient) -> str:
    office = Office.of(p.market)
    if office.successor is None:
        (paused,) = p.market.read("paused")
        return "no successor; trading is paused" if paused else "no successor"
    starts = p.deployment.schedule.start_of(office.from_period)
    return f"{office.successor} takes over with period {office.from_period} ({starts})"


CHECKS: tuple[tuple[str, Callable[[_Patient], str]], ...] = (
    ("contracts", _contracts),
    ("clock", _clock),
    ("schedule", _schedule),
    ("servers", _servers),
    ("reserve", _reserve),
    ("succession", _succession),
)
