"""The administrator's office in three hands: `MarketGovernance`, made for a market that is there.

The administration announces what matters and does it when its delay is over, the operator does the
daily work at once, the guardian pauses. Every act goes through the contract, which is the market's
administrator from its creation on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from oracle.chain.artifacts import artifact
from oracle.chain.deploy import Mine, contract_address
from oracle.chain.interface import interface
from oracle.chain.market import MARKET, Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Transaction

GOVERNANCE = "MarketGovernance"
LONGEST_DELAY = 30 * 86_400
"""Seconds; as in the contract."""
_DEPLOY_GAS = 6_000_000
_ACT_GAS = 1_500_000


@dataclass(frozen=True)
class Governance:
    """The office of a market. `address` is its contract's."""

    market: Market
    address: str

    def announce(
        self, signer: Signer, function: str, *args: Any, contract: str = MARKET, when: int = 0
    ) -> Transaction:
        """The administration says what it is going to do.

        It can be done from `when` on (chain seconds; 0: as soon as the delay is over), for a week.
        """
        call = self._call(function, args, contract)
        return self._transaction(signer, f"announce {function}", "schedule", *call, when)

    def act(self, signer: Signer, function: str, *args: Any, contract: str = MARKET) -> Transaction:
        """Operator or guardian at once; the administration what it announced in the same words."""
        call = self._call(function, args, contract)
        return self._transaction(signer, function, "execute", *call)

    def take_back(
        self, signer: Signer, function: str, *args: Any, contract: str = MARKET
    ) -> Transaction:
        """What the administration announced is not going to be done."""
        call = self._call(function, args, contract)
        return self._transaction(signer, f"cancel {function}", "cancel", signer.address, *call)

    def _call(self, function: str, args: tuple[Any, ...], contract: str) -> tuple[str, bytes]:
        target = self.market.deployment.address(contract)
        return target, interface(contract).encode(function, *args)

    def _transaction(self, signer: Signer, label: str, function: str, *args: Any) -> Transaction:
        data = interface(GOVERNANCE).encode(function, *args)
        return Transaction(signer, self.address, data, label, gas=_ACT_GAS)


def hand_over(
    market: Market,
    sender: Sender,
    administrator: Signer,
    mine: Mine,
    *,
    administration: str,
    operator: str,
    guardian: str,
    delay: int,
) -> Governance:
    """Makes the contract, which is the market's administrator from then on.

    `administrator` is the one so far. `delay` in seconds, at most 30 days. Raises
    TransactionFailed where it is refused, and the office stays where it was.
    """
    nonce = market.client.nonce(administrator.address)
    address = contract_address(administrator.address, nonce + 1)
    offices = (administration, operator, guardian)
    creation = interface(GOVERNANCE).deployment(
        artifact(GOVERNANCE).bytecode, market.address, *offices, delay
    )
    mine(
        sender.send(
            [
                market.transaction(administrator, "transferOwnership", address),
                Transaction(administrator, None, creation, f"deploy {GOVERNANCE}", gas=_DEPLOY_GAS),
            ]
        )
    )
    return Governance(market, address)
