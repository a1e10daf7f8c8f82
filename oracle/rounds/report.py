"""What edge servers sign: the report of one feed and epoch, and its EIP-712 digest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from eth_utils.crypto import keccak

from oracle.rounds.typed_data import domain_separator, typed_digest
from oracle.rounds.words import ElecoinValue, PostedValue

DOMAIN_NAME = "wattmarket EquilibriumOracle"

_REPORT_TYPE = keccak(
    text="Report(uint8 feed,uint32 epoch,uint256 value,uint64 inputBlock,bytes32 inputBlockHash,"
    "bytes32 commitment,uint32 signerSet,bytes32 root)"
)


class Feed(IntEnum):
    """What is posted: one price an epoch and feed. An electricity epoch is a period."""

    ELECTRICITY = 0
    ELECOIN = 1

    @property
    def label(self) -> str:
        return self.name.lower()


def posted_value(feed: Feed, word: int) -> PostedValue | ElecoinValue:
    """The fields of a posted word. Raises WordError where it is none of this feed's."""
    return PostedValue.unpack(word) if feed is Feed.ELECTRICITY else ElecoinValue.unpack(word)


@dataclass(frozen=True)
class Domain:
    """Where a signature counts: one chain and one oracle contract."""

    chain_id: int
    oracle: str

    def separator(self) -> bytes:
        return domain_separator(DOMAIN_NAME, self.chain_id, self.oracle)


@dataclass(frozen=True)
class Report:
    """One posting, as the oracle contract takes it. `root`: see `posting.signed_root`."""

    feed: Feed
    epoch: int
    value: int
    input_block: int
    input_block_hash: bytes
    commitment: bytes
    signer_set: int
    root: bytes = bytes(32)

    @property
    def posted(self) -> PostedValue | ElecoinValue:
        return posted_value(self.feed, self.value)

    def as_tuple(self) -> tuple[int, int, int, int, bytes, bytes, int, bytes]:
        """The fields in the order of the contract's struct."""
        return (
            int(self.feed),
            self.epoch,
            self.value,
            self.input_block,
            self.input_block_hash,
            self.commitment,
            self.signer_set,
            self.root,
        )

    def digest(self, domain: Domain) -> bytes:
        """What an edge server signs (EIP-712)."""
        return typed_digest(domain.separator(), _REPORT_TYPE, self.as_tuple())
