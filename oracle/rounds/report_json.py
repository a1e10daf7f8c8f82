"""A report as JSON: what servers send each other, and what they store."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from oracle.rounds.report import Feed, Report

Word = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-f]{64}$")]
"""32 bytes in lower case."""


class Strict(BaseModel):
    """No other fields, no other types, no changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class ReportDocument(Strict):
    """The fields of the contract's struct; words as hex, because JSON's numbers end at 53 bits."""

    feed: int = Field(ge=0, le=1)
    epoch: int = Field(ge=0, lt=2**32)
    value: Word
    input_block: int = Field(ge=0, lt=2**53)
    input_block_hash: Word
    commitment: Word
    signer_set: int = Field(ge=0, lt=2**32)
    root: Word

    @classmethod
    def of(cls, report: Report) -> ReportDocument:
        return cls(
            feed=int(report.feed),
            epoch=report.epoch,
            value=f"0x{report.value:064x}",
            input_block=report.input_block,
            input_block_hash=to_hex(report.input_block_hash),
            commitment=to_hex(report.commitment),
            signer_set=report.signer_set,
            root=to_hex(report.root),
        )

    def report(self) -> Report:
        return Report(
            feed=Feed(self.feed),
            epoch=self.epoch,
            value=int(self.value, 16),
            input_block=self.input_block,
            input_block_hash=to_bytes(self.input_block_hash),
            commitment=to_bytes(self.commitment),
            signer_set=self.signer_set,
            root=to_bytes(self.root),
        )


def to_hex(data: bytes) -> str:
    return "0x" + data.hex()


def to_bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
