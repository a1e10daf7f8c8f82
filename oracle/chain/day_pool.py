"""The pool for thousands on a chain: its contract, a day's signatures, its root and its leaves.

`DayPool` is deployed after the market and beside it; a deployment that has one names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from oracle.chain.artifacts import artifact
from oracle.chain.client import Client
from oracle.chain.deploy import Mine
from oracle.chain.deployment import DAY_POOL, Deployment, DeploymentError
from oracle.chain.interface import interface
from oracle.chain.market import ORACLE, Market
from oracle.chain.signer import Signer
from oracle.chain.transactions import Sender, Transaction
from oracle.rounds.day_pool import levels, packed_amounts, siblings, unpacked_amounts
from oracle.rounds.ports import Signature
from oracle.rounds.typed_data import domain_separator, typed_digest

DOMAIN_NAME = "wattmarket DayPool"
_DEPLOY_GAS = 3_000_000
_POST_GAS, _POST_GAS_PER_SEAT = 300_000, 8_000
_DAY_TYPE = keccak(text="Day(uint32 day,bytes32 amounts,uint32 signerSet)")


@dataclass(frozen=True)
class Seat:
    """An account's seat: its place, the next root to apply to it, wei of ELE, and what leaves."""

    account: str
    place: int
    applied: int
    balance: int
    leaving: int


@dataclass(frozen=True)
class DayDomain:
    """Where a day's signatures count: one chain and one contract."""

    chain_id: int
    contract: str

    @classmethod
    def of(cls, deployment: Deployment) -> DayDomain:
        return cls(deployment.chain_id, deployment.address(DAY_POOL))

    def digest(self, day: int, amounts: Sequence[int], signer_set: int) -> bytes:
        """What an edge server signs (EIP-712): a day since 1970, and amounts by seat in 1e9 wei."""
        separator = domain_separator(DOMAIN_NAME, self.chain_id, self.contract)
        words = (day, keccak(packed_amounts(amounts)), signer_set)
        return typed_digest(separator, _DAY_TYPE, words)


def deploy_day_pool(
    client: Client, sender: Sender, deployment: Deployment, deployer: Signer, mine: Mine
) -> Deployment:
    """The deployment with a `DayPool` on its elecoin and oracle.

    Raises DeploymentError where it has one already, TransactionFailed with the reason.
    """
    if DAY_POOL in deployment.contracts:
        raise DeploymentError(
            f"contracts.{DAY_POOL}: {deployment.address(DAY_POOL)}: there is one already"
        )
    arguments = deployment.address("Elecoin"), deployment.address(ORACLE)
    data = interface(DAY_POOL).deployment(artifact(DAY_POOL).bytecode, *arguments)
    creation = Transaction(deployer, None, data, f"deploy {DAY_POOL}", gas=_DEPLOY_GAS)
    (receipt,) = mine(sender.send([creation]))
    address = str(to_checksum_address(receipt.contract or ""))
    return replace(deployment, contracts={**deployment.contracts, DAY_POOL: address})


class DayPool:
    """The day pool of one deployment."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.address = market.deployment.address(DAY_POOL)

    # --- reading ----------------------------------------------------------------------------

    def seats(self) -> list[Seat]:
        """All seats, in the order of their places."""
        (count,) = self.market.read("seats", contract=DAY_POOL)
        found = self.market.read_many([(DAY_POOL, "seatAt", (i,)) for i in range(count)])
        accounts = [str(to_checksum_address(account)) for (account,) in found]
        words = self.market.read_many([(DAY_POOL, "seatOf", (account,)) for account in accounts])
        return [
            Seat(account, word[0] - 1, word[1], word[3], word[4])
            for account, (word,) in zip(accounts, words, strict=True)
        ]

    def today(self) -> int:
        """The day, since 1970, that chain time is in."""
        return int(self.market.read("today", contract=DAY_POOL)[0])

    def amounts(self, number: int) -> list[int]:
        """What the root with this number moves, by seat, from the calldata that posted it."""
        event = interface(DAY_POOL).events["DayPosted"]
        topics = ["0x" + event.topic.hex(), f"0x{number:064x}"]
        client, first = self.market.client, self.market.deployment.block
        (log,) = client.logs(self.address, topics, first, client.block().number)
        sent = client.request("eth_getTransactionByHash", "0x" + log.transaction.hex())
        post = interface(DAY_POOL).functions["postDay"]
        return unpacked_amounts(post.decode_arguments(bytes.fromhex(sent["input"][2:]))[1])

    # --- transactions -----------------------------------------------------------------------

    def take_seat(self, account: Signer, amount: int) -> list[Transaction]:
        """Joins, and pays `amount` wei of ELE in from the account's wallet, in whole 1e9."""
        send, signer = self.market.transaction, account
        sent = [send(signer, "join", contract=DAY_POOL)]
        if amount:
            sent.append(send(signer, "approve", self.address, amount, contract="Elecoin"))
            sent.append(send(signer, "payIn", amount, contract=DAY_POOL))
        return sent

    def sign(self, server: Signer, day: int, amounts: Sequence[int]) -> Signature:
        """One edge server's signature of a day."""
        (signer_set,) = self.market.read("signerSet", contract=ORACLE)
        domain = DayDomain.of(self.market.deployment)
        return server.sign_digest(domain.digest(day, amounts, signer_set))

    def post(
        self, signer: Signer, day: int, amounts: Sequence[int], signatures: Sequence[Signature]
    ) -> Transaction:
        """Posts a day, once it is over; by anyone, with f + 1 signatures."""
        gas = _POST_GAS + _POST_GAS_PER_SEAT * len(amounts)
        words = packed_amounts(amounts)
        return self.market.transaction(
            signer, "postDay", day, words, list(signatures), gas=gas, contract=DAY_POOL
        )

    def open_leaves(self, signer: Signer) -> list[Transaction]:
        """Applies every leaf that is open, in the order of the roots; by anyone."""
        (roots,) = self.market.read("roots", contract=DAY_POOL)
        seats = self.seats()
        sent = []
        for number in range(min((seat.applied for seat in seats), default=roots), roots):
            amounts = self.amounts(number)
            # Once a root, not once a seat: a day of n seats would be n trees of n leaves.
            tree = levels(number, amounts)
            for seat in seats:
                if seat.applied > number:
                    continue
                has = seat.place < len(amounts)
                leaf = (
                    seat.account,
                    amounts[seat.place] if has else 0,
                    siblings(tree, seat.place) if has else [],
                )
                sent.append(self.market.transaction(signer, "applyLeaf", *leaf, contract=DAY_POOL))
        return sent
