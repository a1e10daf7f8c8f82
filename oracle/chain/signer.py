"""Keys: transactions and report digests signed locally."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_keys.datatypes import PrivateKey

_HIGH_BIT = 1 << 255


@dataclass(frozen=True)
class Signer:
    """A private key held in memory. Development keys come from `devnet`, others from keystores."""

    key: bytes

    @cached_property
    def _account(self) -> LocalAccount:
        account: LocalAccount = Account.from_key(self.key)
        return account

    @property
    def address(self) -> str:
        return str(self._account.address)

    def sign_transaction(self, transaction: dict[str, Any]) -> tuple[bytes, bytes]:
        """Raw bytes and hash."""
        signed = self._account.sign_transaction(transaction)
        return bytes(signed.raw_transaction), bytes(signed.hash)

    def sign_digest(self, digest: bytes) -> tuple[bytes, bytes]:
        """An EIP-2098 signature: r, and s with the recovery bit on top; as RFC 6979 says."""
        signature = PrivateKey(self.key).sign_msg_hash(digest)
        s = signature.s | (_HIGH_BIT if signature.v else 0)
        return signature.r.to_bytes(32, "big"), s.to_bytes(32, "big")

    def __repr__(self) -> str:
        return f"Signer({self.address})"
