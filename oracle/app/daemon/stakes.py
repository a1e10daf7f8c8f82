"""`wattmarket oracle bond`, `unbond` and `withdraw`: the coins that a server's key has in a market.

What is to be done goes into the server's outbox: the server sends it and looks after it until it is
final. Two processes would not share a key's nonces otherwise.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from oracle import UserError
from oracle.app.daemon.config import OracleConfig, load_config, password_of
from oracle.app.daemon.durable import Durable
from oracle.app.daemon.keystore import open_keystore, refuse_development_key
from oracle.app.daemon.nodes import nodes_of
from oracle.app.daemon.start import DEVELOPMENT_NAMES, open_store, outbox_of
from oracle.chain.deployment import Deployment
from oracle.chain.interface import interface
from oracle.chain.market import MARKET, ORACLE, Market
from oracle.chain.outbox.entry import Call, Entry, State
from oracle.chain.outbox.sender import OutboxSender, WouldRevert
from oracle.chain.rpc_pool import AgreedClient
from oracle.chain.signer import Signer
from oracle.units import WAD, decimal

GAS = 150_000
SURPLUS_GAS = 900_000
"""Sharing the surplus writes a word for each of at most 23 servers."""
PLACES = 18
Echo = Callable[[str], None]


@dataclass(frozen=True)
class Effect:
    """A call of the market's contracts; `value` goes with it, `amount` (wei) is what it moves."""

    contract: str
    function: str
    what: str
    amount: int
    arguments: tuple[int, ...] = ()
    value: int = 0
    gas: int = GAS


@dataclass(frozen=True)
class Purse:
    """One server's key in one market, and the outbox that sends for it."""

    config: OracleConfig
    signer: Signer
    client: AgreedClient
    market: Market
    store: Durable
    outbox: OutboxSender

    def stake(self) -> tuple[int, int, int]:
        """Wei that are staked, wei that are leaving, and from when on (chain seconds)."""
        (held,) = self.market.read("bondOf", self.signer.address, contract=ORACLE)
        return int(held[0]), int(held[1]), int(held[2])

    def owed(self, contract: str, function: str) -> int:
        (wei,) = self.market.read(function, self.signer.address, contract=contract)
        return int(wei)


def bond(path: Path, amount: str, *, here: bool, echo: Echo = click.echo) -> int:
    """Adds to the stake. Raises UserError, one line; nothing is stored then."""
    wei = _wei(amount)
    with _purse(path) as purse:
        balance = purse.client.balance(purse.signer.address)
        if wei >= balance:
            raise UserError(f"AMOUNT: {amount}: the key has {decimal(balance)} coins, and pays gas")
        return _do(purse, [Effect(ORACLE, "bond", "to the stake", wei, value=wei)], here, echo)


def unbond(path: Path, amount: str, *, here: bool, echo: Echo = click.echo) -> int:
    """Asks for a part of the stake; it can be withdrawn when the market's delay is over."""
    wei = _wei(amount)
    with _purse(path) as purse:
        staked, leaving, _ = purse.stake()
        if wei > staked:
            raise UserError(f"AMOUNT: {amount}: the stake is {decimal(staked)} coins")
        terms = purse.market.oracle_terms()
        echo(f"It can be withdrawn {terms.unbond_delay} s after this is mined, and slashed until.")
        if leaving:
            echo(f"The {decimal(leaving)} coins that are leaving already wait as long.")
        if staked - wei < terms.minimum_bond:
            echo(f"Below {decimal(terms.minimum_bond)} coins this server signs nothing on stakes.")
        return _do(purse, [Effect(ORACLE, "unbond", "asked back", wei, (wei,))], here, echo)


def withdraw(path: Path, *, here: bool, echo: Echo = click.echo) -> int:
    """Withdraws all that is the key's: the stake that has left, rewards of challenges, surplus."""
    with _purse(path) as purse:
        _, leaving, leaves_at = purse.stake()
        due = leaving if purse.client.block().timestamp >= leaves_at else 0
        if leaving > due:
            when = datetime.fromtimestamp(leaves_at, UTC)
            echo(f"{decimal(leaving)} coins of the stake leave at {when:%Y-%m-%d %H:%M:%S} UTC")
        effects = [
            Effect(ORACLE, "withdrawBond", "of the stake", due),
            Effect(
                ORACLE, "withdrawReward", "for challenges", purse.owed(ORACLE, "rewardOf")
            ),
            Effect(
                MARKET, "withdrawSurplus", "of the surplus", purse.owed(MARKET, "surplusOf"),
                gas=SURPLUS_GAS,
            ),
        ]  # fmt: skip
        owed = [effect for effect in effects if effect.amount]
        if not owed:
            echo(f"{purse.signer.address}: there is nothing to withdraw")
        return _do(purse, owed, here, echo)


def _wei(text: str) -> int:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise UserError(f"AMOUNT: {text}: must be coins, such as 1.5") from None
    if not amount.is_finite() or amount <= 0 or amount >= 2**96:
        raise UserError(f"AMOUNT: {text}: must be coins above 0, such as 1.5")
    whole, rest = divmod(amount * WAD, 1)
    if rest:
        raise UserError(f"AMOUNT: {text}: a coin has {PLACES} decimals")
    return int(whole)


@contextmanager
def _purse(path: Path) -> Iterator[Purse]:
    config = load_config(path)
    deployment = Deployment.load(config.deployment)
    signer = open_keystore(config.key.keystore, password_of(config.key))
    refuse_development_key(signer, deployment.chain_id, DEVELOPMENT_NAMES)
    client = nodes_of(config, deployment)
    deployment.check(client)
    with ExitStack() as stack:
        store = open_store(config, deployment, signer, stack)
        outbox = outbox_of(config, deployment, client, signer, store)
        yield Purse(config, signer, client, Market(client, deployment), store, outbox)


def _do(purse: Purse, effects: Sequence[Effect], here: bool, echo: Echo) -> int:
    """Into the outbox, each once; 1 where one was sent from here and did not take effect."""
    _refuse_unsure(purse)
    entries = [_entry(purse, effect, echo) for effect in effects]
    if not entries:
        return 0
    if here:
        return _send(purse, [entry.call.key for entry in entries], echo)
    echo("The server sends this when it runs; `wattmarket oracle status` shows how far it is.")
    return 0


def _refuse_unsure(purse: Purse) -> None:
    """A store that does not know of all that its key sent would take nonces twice."""
    mined = purse.client.mined_nonce(purse.signer.address)
    if purse.store.restored() or purse.store.next_nonce(purse.signer.address) < mined:
        raise UserError(
            "store: does not know of all that its key sent: `wattmarket oracle start` learns it"
        )


def _entry(purse: Purse, effect: Effect, echo: Echo) -> Entry:
    waiting = next(
        (
            entry
            for entry in purse.store.open_entries(purse.signer.address)
            if entry.call.key.partition(":")[0] == effect.function
        ),
        None,
    )
    if waiting is not None:
        echo(f"{effect.function}: one is on its way already, with nonce {waiting.nonce}")
        return waiting
    data = interface(effect.contract).encode(effect.function, *effect.arguments)
    to = purse.market.deployment.address(effect.contract)
    key = f"{effect.function}:at-{purse.client.block().number}"
    try:
        entry = purse.outbox.enqueue(Call(key, to, data, effect.value, effect.gas))
    except WouldRevert as error:
        raise UserError(f"it would fail now: {error}") from None
    echo(f"{effect.function}: {decimal(effect.amount)} coins {effect.what}, nonce {entry.nonce}")
    return entry


def _send(purse: Purse, keys: Sequence[str], echo: Echo) -> int:
    """Until all are final; may be interrupted and begun again."""
    done = True
    for key in keys:
        while (entry := purse.store.find(key)) is not None and not entry.ended:
            purse.outbox.step()
            time.sleep(purse.config.poll_seconds)
        well = (
            entry is not None
            and entry.state is State.FINAL
            and entry.inclusion is not None
            and entry.inclusion.succeeded
        )
        done = done and well
        echo(f"{key.partition(':')[0]}: {'final' if well else 'FAILED'}")
    return 0 if done else 1
