"""`wattmarket servers`: the set of edge servers, shown and replaced while rounds go on.

A report names the set that signed it, so replacing the set ends every report that is not posted
yet, and no honest server signs a second one for its epoch. So the set is replaced at a moment at
which nothing is between its deadline and its posting.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from eth_utils.address import is_address, to_checksum_address

from oracle import UserError
from oracle.app.deploying.command import Site, require_office, site
from oracle.chain.client import Block, Client
from oracle.chain.deployment import Deployment
from oracle.chain.market import MARKET, ORACLE, Market
from oracle.rounds.duty import Duty, duties

AHEAD_BLOCKS = 2
"""A transaction that is sent at a head is mined within so many blocks."""
POLL_SECONDS = 0.5
NOTHING = bytes(32)
Echo = Callable[[str], None]
Server = tuple[str, str]


def show(deployment: Path, node: str, echo: Echo = click.echo) -> int:
    """The set, its version, and what each has staked."""
    market = _market(Client(node), deployment)
    (version,), (servers,) = market.read_many(
        [(ORACLE, "signerSet", ()), (ORACLE, "edgeServers", ())]
    )
    bonds = market.read_many([(ORACLE, "bondOf", (signer,)) for signer, _ in servers])
    echo(f"set {version}")
    for (signer, operator), (bond,) in zip(servers, bonds, strict=True):
        echo(
            f"{to_checksum_address(signer)}  run by {to_checksum_address(operator)}  "
            f"stake {bond[0] / 1e18:g}"
        )
    return 0


def rotate(
    deployment: Path,
    node: str,
    keystore: Path,
    password_file: Path,
    add: Sequence[str],
    remove: Sequence[str],
    patience: float | None,
    echo: Echo = click.echo,
) -> int:
    """Replaces the set at the next quiet moment, or (patience None) at once.

    Raises UserError before anything is sent.
    """
    where = site(node, keystore, password_file)
    market = _market(where.client, deployment)
    require_office(market, where.administrator, "--keystore")
    (present,) = market.read("edgeServers", contract=ORACLE)
    following = new_set([_pair(pair) for pair in present], add, remove)
    if patience is not None:
        echo("waiting for a moment at which no report is between its deadline and its posting")
        _await_quiet(where, market, patience)
    where.perform([market.transaction(where.administrator, "setEdgeServers", following)])
    (version,) = market.read("signerSet", contract=ORACLE)
    echo(f"set {version}: {', '.join(signer for signer, _ in following)}")
    echo("Each of them needs a [[peer]] for every other; who left may stop now.")
    return 0


def new_set(present: Sequence[Server], add: Sequence[str], remove: Sequence[str]) -> list[Server]:
    """The set without some and with others, in the order of registration. Raises UserError."""
    leaving = [_address(text, "--remove") for text in remove]
    for signer in leaving:
        if signer not in {server for server, _ in present}:
            raise UserError(f"--remove: {signer}: is no edge server of this market")
    joining = [_joining(text) for text in add]
    following = [pair for pair in present if pair[0] not in leaving] + joining
    signers = [signer for signer, _ in following]
    twice = next((one for one in signers if signers.count(one) > 1), None)
    if twice is not None:
        raise UserError(f"--add: {twice}: is an edge server already")
    if len(following) % 2 == 0:
        raise UserError(f"--add, --remove: {len(following)} servers would remain: must be 2f + 1")
    if following == list(present):
        raise UserError("--add, --remove: nothing would change")
    return following


def quiet(market: Market, head: Block, block_seconds: float) -> bool:
    """Whether a set that is replaced within the next blocks ends no report.

    True where every open window's epoch is posted or has nothing to price, and none opens soon.
    """
    soon = int(head.timestamp + AHEAD_BLOCKS * block_seconds) + 1
    open_now = duties(market.schedule, head.timestamp)
    opening = {one.name for one in duties(market.schedule, soon)} - {one.name for one in open_now}
    return not opening and all(_settled(market, duty) for duty in open_now)


def _settled(market: Market, duty: Duty) -> bool:
    (posting, *_), (commitment, *_) = market.read_many(
        [
            (ORACLE, "challenged", (int(duty.feed), duty.epoch)),
            (MARKET, "reportTerms", (int(duty.feed), duty.epoch)),
        ]
    )
    return bool(posting[0] == duty.epoch + 1) or commitment == NOTHING


def _await_quiet(where: Site, market: Market, patience: float) -> None:
    end = time.monotonic() + patience
    while not quiet(market, where.client.block(), where.block_seconds):
        if time.monotonic() > end:
            raise UserError(
                f"--patience: {patience:g} s: no quiet moment came; is something not posted?"
            )
        time.sleep(POLL_SECONDS)


def _market(client: Client, path: Path) -> Market:
    deployment = Deployment.load(path)
    deployment.check(client)
    return Market(client, deployment)


def _joining(text: str) -> Server:
    signer, _, operator = text.partition(":")
    return _address(signer, "--add"), _address(operator, "--add")


def _address(text: str, flag: str) -> str:
    if not is_address(text):
        raise UserError(f"{flag}: {text or 'no operator'}: must be SIGNER:OPERATOR, two addresses")
    return str(to_checksum_address(text))


def _pair(pair: Sequence[str]) -> Server:
    signer, operator = pair
    return str(to_checksum_address(signer)), str(to_checksum_address(operator))
