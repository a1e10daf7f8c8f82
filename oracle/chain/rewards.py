"""The contest's contract as a typed object: where a round stands, and what is sent to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from eth_utils.address import to_checksum_address

from oracle.chain.market import Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction
from oracle.rounds.tickets import commitment, secret

REWARDS, ELECOIN = "TullockRewards", "Elecoin"
BATCH_GAS = 8_000_000


class Stage(IntEnum):
    """Where a contest stands; as in the contract."""

    OPEN, REVEALING, DRAWN, EMPTY, ROLLED_OVER = range(5)


@dataclass(frozen=True)
class Contest:
    """A round's contest. `committed` and `revealed` have a bit for each server; `prize` in wei."""

    closed_block: int
    signer_set: int
    committed: int
    revealed: int
    prize: int
    active_zones: int
    stage: Stage


@dataclass(frozen=True)
class Pool:
    """A zone's part of a contest; `winner` None until it is drawn."""

    tickets: int
    entries: int
    paid: bool
    winner: str | None


@dataclass(frozen=True)
class Entry:
    """One entry: its owner and the running sum of tickets (Wh), hers included."""

    owner: str
    tickets: int


class Rewards:
    """The rewards of one deployment."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.address = market.deployment.address(REWARDS)

    def _read(self, function: str, *args: Any) -> tuple[Any, ...]:
        return self.market.read(function, *args, contract=REWARDS)

    # --- reading ----------------------------------------------------------------------------

    def contest(self, round_: int) -> Contest:
        block, servers, committed, revealed, prize, zones, stage = self._read("contest", round_)[0]
        return Contest(block, servers, committed, revealed, prize, zones, Stage(stage))

    def pool(self, round_: int, zone: int) -> Pool:
        tickets, entries, paid, winner = self._read("pool", round_, zone)[0]
        none = int(winner, 16) == 0
        return Pool(tickets, entries, paid, None if none else str(to_checksum_address(winner)))

    def entries(self, round_: int, zone: int) -> list[Entry]:
        """All entries of a zone, in order."""
        count = self.pool(round_, zone).entries
        calls: list[tuple[str, str, tuple[Any, ...]]] = [
            (REWARDS, "entry", (round_, zone, i)) for i in range(count)
        ]
        answers = self.market.read_many(calls)
        return [Entry(str(to_checksum_address(owner)), tickets) for owner, tickets in answers]

    def winning(self, round_: int, zone: int) -> tuple[int, int]:
        """The winning entry's index and the number that was drawn."""
        index, number = self._read("winning", round_, zone)
        return int(index), int(number)

    def seed(self, round_: int) -> bytes:
        return bytes(self._read("seedOf", round_)[0])

    def block_hash(self, round_: int) -> bytes:
        return bytes(self._read("blockHashOf", round_)[0])

    def fund(self) -> int:
        """ELE (wei) that the next contest can give."""
        return int(self._read("fund")[0])

    def bond(self) -> int:
        """ELE (wei) that a commitment binds."""
        return int(self._read("bond")[0])

    def activation(self) -> int:
        """Wh that a zone must exceed."""
        return int(self._read("activation")[0])

    def bond_of(self, server: str) -> int:
        """ELE (wei) of a server that is in no commitment."""
        return int(self._read("bondOf", server)[0])

    # --- transactions -----------------------------------------------------------------------

    def _send(self, signer: Signer, function: str, *args: Any, gas: int = 1_500_000) -> Transaction:
        return self.market.transaction(signer, function, *args, gas=gas, contract=REWARDS)

    def set_renewable(
        self, administrator: Signer, accounts: Sequence[str], renewable: bool = True
    ) -> Transaction:
        return self._send(administrator, "setRenewable", list(accounts), renewable, gas=BATCH_GAS)

    def add_bond(self, payer: Signer, server: str, amount: int) -> list[Transaction]:
        """The allowance and the bond, paid from the payer's wallet."""
        allowance = self.market.transaction(
            payer, "approve", self.address, amount, contract=ELECOIN
        )
        return [allowance, self._send(payer, "addBond", server, amount)]

    def withdraw_bond(self, server: Signer, amount: int) -> Transaction:
        return self._send(server, "withdrawBond", amount)

    def book(self, signer: Signer, accounts: Sequence[str], through: int) -> Transaction:
        return self._send(signer, "book", list(accounts), through, gas=BATCH_GAS)

    def commit(self, server: Signer, index: int, round_: int) -> Transaction:
        """Commits to the server's secret of a round; `index` as in the set of servers."""
        made = commitment(self.address, round_, index, self.secret(server, round_))
        return self._send(server, "commit", round_, made)

    def secret(self, server: Signer, round_: int) -> bytes:
        return secret(server, self.market.deployment.chain_id, self.address, round_)

    def close_entries(self, signer: Signer, round_: int) -> Transaction:
        return self._send(signer, "closeEntries", round_)

    def reveal(self, server: Signer, index: int, round_: int) -> Transaction:
        return self._send(server, "reveal", round_, index, self.secret(server, round_))

    def release_bond(self, signer: Signer, index: int, round_: int) -> Transaction:
        return self._send(signer, "releaseBond", round_, index)

    def roll_over(self, signer: Signer, round_: int) -> Transaction:
        return self._send(signer, "rollOver", round_)

    def draw(self, signer: Signer, round_: int, zone: int, index: int) -> Transaction:
        return self._send(signer, "draw", round_, zone, index)

    def claim(self, signer: Signer, round_: int, zone: int) -> Transaction:
        return self._send(signer, "claim", round_, zone)
