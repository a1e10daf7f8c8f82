"""Sending: one nonce counter a key, signed locally, broadcast in batches, checked by receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from oracle.chain.client import ChainError, Client, Receipt, revert_data
from oracle.chain.interface import explain_revert
from oracle.chain.signer import Signer


class TransactionFailed(RuntimeError):
    """A transaction reverted. `label` says what it was for."""

    def __init__(self, label: str, reason: str) -> None:
        self.label, self.reason = label, reason
        super().__init__(f"{label}: {reason}")


@dataclass(frozen=True)
class Transaction:
    """What to send: `to` None deploys. `label` is the function's name, for gas and messages."""

    signer: Signer
    to: str | None
    data: bytes
    label: str
    value: int = 0
    gas: int = 1_500_000


@dataclass(frozen=True)
class Sent:
    """A transaction on its way."""

    transaction: Transaction
    hash: bytes
    raw: bytes


@dataclass
class Sender:
    """Signs and broadcasts for many keys on one chain.

    Fees are EIP-1559: `max_fee` per gas (0 on a chain without fees), tip `tip`.
    """

    client: Client
    chain_id: int
    max_fee: int = 0
    tip: int = 0
    _nonces: dict[str, int] = field(default_factory=dict)

    def load_nonces(self, addresses: Sequence[str]) -> None:
        """Reads the nonces of keys that are used here for the first time, in one batch."""
        missing = [address for address in dict.fromkeys(addresses) if address not in self._nonces]
        self._nonces.update(zip(missing, self.client.nonces(missing), strict=True))

    def sign(self, transaction: Transaction) -> Sent:
        address = transaction.signer.address
        if address not in self._nonces:
            self.load_nonces([address])
        fields: dict[str, Any] = {
            "type": 2,
            "chainId": self.chain_id,
            "nonce": self._nonces[address],
            "gas": transaction.gas,
            "maxFeePerGas": self.max_fee,
            "maxPriorityFeePerGas": self.tip,
            "value": transaction.value,
            "data": transaction.data,
        }
        if transaction.to is not None:
            fields["to"] = transaction.to
        raw, hash_ = transaction.signer.sign_transaction(fields)
        self._nonces[address] += 1
        return Sent(transaction, hash_, raw)

    def send(self, transactions: Sequence[Transaction]) -> list[Sent]:
        """Signs and broadcasts, in order. Raises ChainError where the node refuses one."""
        addresses = [transaction.signer.address for transaction in transactions]
        self.load_nonces(addresses)
        sent = [self.sign(transaction) for transaction in transactions]
        try:
            self.client.send_raw([one.raw for one in sent])
        except ChainError:
            # Which of them arrived is unknown: the chain is asked again before the next one.
            for address in addresses:
                self._nonces.pop(address, None)
            raise
        return sent

    def reason(self, sent: Sent, receipt: Receipt) -> str:
        """Why a transaction reverted: from its trace, or where there is none by calling it again.

        A call again meets the state as its block ended (a creation: as it began, because the
        address that it makes depends on the nonce), so the trace is the better witness.
        """
        if receipt.gas_used >= sent.transaction.gas:
            return f"out of gas: all {sent.transaction.gas} are used"
        tracer = {"tracer": "callTracer"}
        place = receipt.block if sent.transaction.to is not None else receipt.block - 1
        call = {
            "from": receipt.sender,
            "data": "0x" + sent.transaction.data.hex(),
            "value": hex(sent.transaction.value),
            "gas": hex(sent.transaction.gas),
        }
        if sent.transaction.to is not None:
            call["to"] = sent.transaction.to
        # One at a time: some nodes fail a whole batch for one method that they do not know.
        (trace,) = self.client.batch_answers(
            [("debug_traceTransaction", ["0x" + sent.hash.hex(), tracer])]
        )
        output = revert_data((trace.get("result") or {}).get("output"))
        if output:
            return explain_revert(output)
        (answer,) = self.client.batch_answers([("eth_call", [call, hex(place)])])
        error = answer.get("error")
        if not isinstance(error, dict):
            return "reverted, though it passes on the block as it ended (its order there)"
        data = revert_data(error.get("data"))
        return explain_revert(data) if data else str(error.get("message"))

    def check(self, sent: Sequence[Sent], receipts: Sequence[Receipt | None]) -> list[Receipt]:
        """All receipts; raises TransactionFailed for the first that is missing or reverted."""
        checked = []
        for one, receipt in zip(sent, receipts, strict=True):
            if receipt is None:
                raise TransactionFailed(one.transaction.label, "was not mined")
            if not receipt.succeeded:
                raise TransactionFailed(one.transaction.label, self.reason(one, receipt))
            checked.append(receipt)
        return checked
