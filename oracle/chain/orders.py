"""Standing orders: what a member signs so that her agent may act for her."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eth_utils.crypto import keccak

from oracle.chain.market import ORDERS, Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Transaction
from oracle.rounds.typed_data import domain_separator, typed_digest

DOMAIN_NAME = "wattmarket StandingOrders"

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
