"""What meters sign, and what an attestor signs for many: the mirror of the library `Readings`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from eth_utils.crypto import keccak

from oracle.rounds.typed_data import domain_separator, typed_digest

DOMAIN_NAME = "wattmarket ElectricityTrading"
GROUP = 3
"""Accounts in a dense word: group g holds those of index 3g + 1 to 3g + 3."""
REGISTER_BITS = 40
NO_READING = 2 ** (2 * REGISTER_BITS) - 1

_READING_TYPE = keccak(
    text="Reading(address account,uint24 period,uint64 generation,uint64 consumption,uint8 quality)"
)
_ATTESTATION_TYPE = keccak(text="Attestation(uint24 period,uint32 firstGroup,bytes32 words)")
_ROOT_TYPE = keccak(text="ReadingsRoot(uint24 period,bytes32 root)")


class Quality(IntEnum):
    """How the registers were come by."""

    MEASURED = 0
    ESTIMATED = 1


@dataclass(frozen=True)
class Reading:
    """Cumulative registers of an account in Wh at the end of a period."""

    account: str
    period: int
    generation: int
    consumption: int
    quality: Quality = Quality.MEASURED

    def pack(self) -> int:
        """Bits 152-159 quality, 128-151 period, 64-127 generation, 0-63 consumption."""
        head = int(self.quality) << 152 | self.period << 128
        return head | self.generation << 64 | self.consumption

    def digest(self, chain_id: int, market: str) -> bytes:
        """What the meter signs (EIP-712)."""
        fields = (*self._fields(), int(self.quality))
        return typed_digest(domain_separator(DOMAIN_NAME, chain_id, market), _READING_TYPE, fields)

    def leaf(self) -> bytes:
        """Its leaf under an attested root: hashed twice, so that no inner node is one."""
        who = bytes.fromhex(self.account.removeprefix("0x")).rjust(32, b"\0")
        numbers = (self.period, self.generation, self.consumption, int(self.quality))
        return keccak(keccak(who + b"".join(n.to_bytes(32, "big") for n in numbers)))

    def _fields(self) -> tuple[str, int, int, int]:
        return (self.account, self.period, self.generation, self.consumption)


def dense_words(registers: Sequence[tuple[int, int] | None]) -> list[int]:
    """(generation, consumption) in Wh by account index, three to a word; None: no reading.

    Raises ValueError for a register that 40 bits cannot hold.
    """
    words = []
    for first in range(0, len(registers), GROUP):
        word = 0
        for place in range(GROUP):
            at = first + place
            known = registers[at] if at < len(registers) else None
            word |= (NO_READING if known is None else _dense(*known)) << 2 * REGISTER_BITS * place
        words.append(word)
    return words


def _dense(generation: int, consumption: int) -> int:
    for register in (generation, consumption):
        if not 0 <= register < 2**REGISTER_BITS - 1:
            raise ValueError(f"register: {register}: must be from 0 to {2**REGISTER_BITS - 2}")
    return generation << REGISTER_BITS | consumption


def attestation_digest(
    chain_id: int, market: str, period: int, first_group: int, words: Sequence[int]
) -> bytes:
    """What the attestor signs for dense words (EIP-712)."""
    listed = keccak(b"".join(word.to_bytes(32, "big") for word in words))
    separator = domain_separator(DOMAIN_NAME, chain_id, market)
    return typed_digest(separator, _ATTESTATION_TYPE, (period, first_group, listed))


def root_digest(chain_id: int, market: str, period: int, root: bytes) -> bytes:
    """What the attestor signs for a root (EIP-712)."""
    return typed_digest(domain_separator(DOMAIN_NAME, chain_id, market), _ROOT_TYPE, (period, root))


@dataclass(frozen=True)
class ReadingsTree:
    """A Merkle tree over leaves, pairs hashed in sorted order; `layers[0]` the leaves.

    With blinds every second leaf is one: the neighbour that a reading's proof shows.
    """

    layers: tuple[tuple[bytes, ...], ...]
    blinded: bool = False

    @classmethod
    def of(cls, readings: Sequence[Reading], blinds: Sequence[bytes] | None = None) -> ReadingsTree:
        """The tree of some readings.

        `blinds` are 32 random bytes for each, kept as long as it may be proved. A leaf alone is
        found by trying readings; beside a blind it is hidden until it is proved. Raises ValueError
        where there is nothing to prove, or blinds are not one for each.
        """
        if not readings:
            raise ValueError("readings: none: a root needs at least one")
        leaves = [reading.leaf() for reading in readings]
        if blinds is not None:
            if len(blinds) != len(readings) or any(len(blind) != 32 for blind in blinds):
                raise ValueError("blinds: must be 32 bytes for each reading")
            leaves = [node for pair in zip(leaves, blinds, strict=True) for node in pair]
        layers = [tuple(leaves)]
        while len(layers[-1]) > 1:
            layer = layers[-1]
            pairs = [layer[i : i + 2] for i in range(0, len(layer), 2)]
            layers.append(tuple(keccak(b"".join(sorted(p))) if p[1:] else p[0] for p in pairs))
        return cls(tuple(layers), blinded=blinds is not None)

    @property
    def root(self) -> bytes:
        return self.layers[-1][0]

    def proof(self, index: int) -> list[bytes]:
        """A reading's siblings from the leaf up; a node without one goes up alone."""
        if self.blinded:
            index *= 2
        found = []
        for layer in self.layers[:-1]:
            sibling = index ^ 1
            if sibling < len(layer):
                found.append(layer[sibling])
            index //= 2
        return found
