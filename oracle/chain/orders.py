"""Standing orders: what a member signs so that her agent may act for her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from eth_utils.crypto import keccak

from oracle.chain.client import Receipt
from oracle.chain.interface import explain_revert, interface
from oracle.chain.market import ORDERS, Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction
from oracle.rounds.typed_data import domain_separator, typed_digest

DOMAIN_NAME = "wattmarket StandingOrders"
_T = TypeVar("_T")
BATCH = 50
"""Items of one transaction."""
# An item that runs out of gas fails like any other, so there is always more than one can take.
_GAS, _TARGET_GAS, _DEAL_GAS = 100_000, 150_000, 250_000

_ORDER_TYPE = keccak(
    text="StandingOrder(address member,address agent,uint96 maxPrice,uint96 dailyBudget,"
    "uint40 until,uint256 nonce,uint256 deadline)"
)
_REVOCATION_TYPE = keccak(text="Revocation(address member,uint256 nonce,uint256 deadline)")


@dataclass(frozen=True)
class OrderTerms:
    """Who may act, at which price at most (wei of ELE per kWh, energy, network and levy), with how
    much of the deposit a day (wei of ELE, UTC days of chain time), and until when (chain time)."""

    agent: str
    max_price: int
    daily_budget: int
    until: int

    def as_tuple(self) -> tuple[str, int, int, int]:
        """The fields in the order of the contract's struct."""
        return (self.agent, self.max_price, self.daily_budget, self.until)


@dataclass(frozen=True)
class OrderDomain:
    """Where an order counts: one chain and one contract of standing orders."""

    chain_id: int
    contract: str

    @classmethod
    def of(cls, market: Market) -> OrderDomain:
        return cls(market.deployment.chain_id, market.deployment.address(ORDERS))

    def order_digest(self, member: str, terms: OrderTerms, nonce: int, deadline: int) -> bytes:
        """What a member signs to give an order (EIP-712)."""
        return self._digest(_ORDER_TYPE, (member, *terms.as_tuple(), nonce, deadline))

    def revocation_digest(self, member: str, nonce: int, deadline: int) -> bytes:
        """What a member signs to end her order."""
        return self._digest(_REVOCATION_TYPE, (member, nonce, deadline))

    def _digest(self, type_: bytes, words: Sequence[int | str]) -> bytes:
        separator = domain_separator(DOMAIN_NAME, self.chain_id, self.contract)
        return typed_digest(separator, type_, words)


def give_order(
    market: Market, member: Signer, relayer: Signer, terms: OrderTerms, nonce: int, deadline: int
) -> Transaction:
    """The member's signed order, to be sent by anybody; her key sends nothing itself."""
    digest = OrderDomain.of(market).order_digest(member.address, terms, nonce, deadline)
    signature = b"".join(member.sign_digest(digest))
    args = (member.address, terms.as_tuple(), nonce, deadline, signature)
    return market.transaction(relayer, "setOrderFor", *args, contract=ORDERS)


def revoke_order(
    market: Market, member: Signer, relayer: Signer, nonce: int, deadline: int
) -> Transaction:
    """The member's signed revocation, to be sent by anybody."""
    digest = OrderDomain.of(market).revocation_digest(member.address, nonce, deadline)
    signature = b"".join(member.sign_digest(digest))
    args = (member.address, nonce, deadline, signature)
    return market.transaction(relayer, "revokeOrderFor", *args, contract=ORDERS)


def budgets_left(market: Market, members: Sequence[str]) -> dict[str, int]:
    """What each member's agent may still commit today, in wei of ELE; 0 without an order."""
    answers = market.read_many([(ORDERS, "budgetLeft", (member,)) for member in members])
    return {member: answer[0] for member, answer in zip(members, answers, strict=True)}


@dataclass(frozen=True)
class Deal:
    """One purchase for a member: between `min_wh` and `energy_wh` of a period's energy, for at most
    `max_price` (wei of ELE per kWh, fees included), until `deadline` (chain time)."""

    member: str
    retailer: str
    period: int
    energy_wh: int
    min_wh: int
    max_price: int
    deadline: int

    def as_tuple(self) -> tuple[str, str, int, int, int, int, int]:
        """The fields in the order of the contract's struct."""
        return (
            self.member,
            self.retailer,
            self.period,
            self.energy_wh,
            self.min_wh,
            self.max_price,
            self.deadline,
        )


@dataclass(frozen=True)
class ItemFailure:
    """An item of a batch that changed nothing, and why."""

    item: int
    member: str
    reason: str


def declare_targets(
    market: Market, agent: Signer, words: Sequence[tuple[str, int]]
) -> list[Transaction]:
    """The packed targets (member, word) of members with one agent, in batches; an item that fails
    blocks no other."""
    return [
        market.transaction(
            agent,
            "declareTargets",
            [member for member, _ in batch],
            [word for _, word in batch],
            gas=_GAS + _TARGET_GAS * len(batch),
            contract=ORDERS,
        )
        for batch in _batches(words)
    ]


def buy(market: Market, agent: Signer, deals: Sequence[Deal]) -> list[Transaction]:
    """Purchases for members with one agent, in their order and in batches; items fail alone."""
    return [
        market.transaction(
            agent,
            "trades",
            [deal.as_tuple() for deal in batch],
            gas=_GAS + _DEAL_GAS * len(batch),
            contract=ORDERS,
        )
        for batch in _batches(deals)
    ]


def _batches(items: Sequence[_T]) -> list[Sequence[_T]]:
    return [items[i : i + BATCH] for i in range(0, len(items), BATCH)]


def failures(market: Market, receipts: Sequence[Receipt]) -> list[ItemFailure]:
    """What batches left out, by the events of their transactions."""
    if not receipts:
        return []
    event = interface(ORDERS).events["ItemFailed"]
    blocks, ours = [receipt.block for receipt in receipts], {receipt.hash for receipt in receipts}
    place, topics = market.deployment.address(ORDERS), ["0x" + event.topic.hex()]
    found = [
        event.decode(log)
        for log in market.client.logs(place, topics, min(blocks), max(blocks))
        if log.transaction in ours
    ]
    return [ItemFailure(a["item"], a["member"], explain_revert(a["reason"])) for a in found]
