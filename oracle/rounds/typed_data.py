"""EIP-712: what a key signs for one contract on one chain."""

from __future__ import annotations

from collections.abc import Iterable

from eth_utils.crypto import keccak

VERSION = "1"

_DOMAIN_TYPE = keccak(
    text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)


def address_word(address: str) -> bytes:
    """An address as 32 bytes."""
    return bytes.fromhex(address.removeprefix("0x")).rjust(32, b"\0")


def domain_separator(name: str, chain_id: int, contract: str) -> bytes:
    """Where a signature counts: one chain and one contract."""
    words = (
        _DOMAIN_TYPE,
        keccak(text=name),
        keccak(text=VERSION),
        chain_id.to_bytes(32, "big"),
        address_word(contract),
    )
    return keccak(b"".join(words))


def typed_digest(separator: bytes, type_: bytes, words: Iterable[bytes | int | str]) -> bytes:
    """keccak(0x1901, domain separator, struct hash). A word is 32 bytes, an integer or an address.

    `type_` is the hash of the struct's type, whose members are all static.
    """
    encoded = (
        word
        if isinstance(word, bytes)
        else address_word(word)
        if isinstance(word, str)
        else word.to_bytes(32, "big")
        for word in words
    )
    return keccak(b"\x19\x01" + separator + keccak(type_ + b"".join(encoded)))
