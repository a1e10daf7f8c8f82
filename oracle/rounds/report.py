"""What edge servers sign: the report of one feed and epoch, and its EIP-712 digest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from eth_utils.crypto import keccak

from oracle.rounds.words import PostedValue

DOMAIN_NAME = "wattmarket EquilibriumOracle"
DOMAIN_VERSION = "1"

_DOMAIN_TYPE = keccak(
    text="EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_REPORT_TYPE = keccak(
    text="Report(uint8 feed,uint32 epoch,uint256 value,uint64 inputBlock,bytes32 inputBlockHash,"
    "bytes32 commitment,uint32 signerSet)"
)


class Feed(IntEnum):
    """What is posted: one price an epoch and feed. An electricity epoch is a period."""

    ELECTRICITY = 0
    ELECOIN = 1

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Domain:
    """Where a signature counts: one chain and one oracle contract."""

    chain_id: int
    oracle: str

    def separator(self) -> bytes:
        words = (
            _DOMAIN_TYPE,
            keccak(text=DOMAIN_NAME),
            keccak(text=DOMAIN_VERSION),
            self.chain_id.to_bytes(32, "big"),
            bytes.fromhex(self.oracle.removeprefix("0x")).rjust(32, b"\0"),
        )
        return keccak(b"".join(words))


@dataclass(frozen=True)
class Report:
    """One posting, as the oracle contract takes it."""

    feed: Feed
    epoch: int
    value: int
    input_block: int
    input_block_hash: bytes
    commitment: bytes
    signer_set: int

    @property
    def posted(self) -> PostedValue:
        return PostedValue.unpack(self.value)

    def as_tuple(self) -> tuple[int, int, int, int, bytes, bytes, int]:
        """The fields in the order of the contract's struct."""
        return (
            int(self.feed),
            self.epoch,
            self.value,
            self.input_block,
            self.input_block_hash,
            self.commitment,
            self.signer_set,
        )

    def digest(self, domain: Domain) -> bytes:
        """keccak(0x1901, domain separator, struct hash): EIP-712."""
        fields = (
            word if isinstance(word, bytes) else word.to_bytes(32, "big")
            for word in self.as_tuple()
        )
        return keccak(b"\x19\x01" + domain.separator() + keccak(_REPORT_TYPE + b"".join(fields)))
