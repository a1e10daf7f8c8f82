"""What is asked and answered in a private clearing, as bytes that all sides hash alike."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, Literal

from coincurve import PrivateKey, PublicKey
from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Literal["buy", "sell"]
FIELDS: dict[str, tuple[str, ...]] = {
    "move": ("quantity", "moved"),
    "answer": ("quantity", "flexible"),
    "settle": ("quantity",),
}
"""What an answer to each step holds; `oracle.games.clearing.agents` says what it means."""
_START = b"wattmarket private clearing 1\x00"
_ANSWER = b"wattmarket private answer 1\x00"

Hash = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$")]
Masked = Annotated[str, Field(pattern="^0x[0-9a-f]{48}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Join(_Model):
    """Who takes part, on which side, with which key (compressed secp256k1) for this session."""

    side: Side
    key: Annotated[str, Field(pattern="^0x0[23][0-9a-f]{64}$")]

    @model_validator(mode="after")
    def _on_the_curve(self) -> Join:
        PublicKey(bytes.fromhex(self.key[2:]))
        return self

    def body(self) -> bytes:
        """The one body that says this; it is what the member signs."""
        return canonical(self.model_dump())


class Entry(_Model):
    """A member in the roster, with the signature (EIP-712 `Action`) by which she joined."""

    account: Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
    side: Side
    key: Annotated[str, Field(pattern="^0x0[23][0-9a-f]{64}$")]
    expires: Annotated[int, Field(ge=0, le=10**12)]
    nonce: Hash
    signature: Annotated[str, Field(pattern="^0x[0-9a-fA-F]{130}$")]

    @property
    def join(self) -> Join:
        return Join(side=self.side, key=self.key)


class Reply(_Model):
    """An answer: numbers under masks, and the hash of everything that its sender was asked.

    `signature`: DER, ECDSA over SHA-256, by the session's key.
    """

    account: Annotated[str, Field(pattern="^0x[0-9a-fA-F]{40}$")]
    attempt: Annotated[int, Field(ge=0, le=1000)]
    number: Annotated[int, Field(ge=1, le=100_000)]
    seen: Hash
    values: Annotated[dict[str, Masked], Field(min_length=1, max_length=2)]
    signature: Annotated[str, Field(pattern="^0x[0-9a-f]{16,160}$")] = "0x" + "00" * 8

    def signed(self, key: bytes) -> Reply:
        der = PrivateKey(key).sign(self._bytes())
        return self.model_copy(update={"signature": "0x" + der.hex()})

    def is_of(self, key: str) -> bool:
        """Did this public key sign it?"""
        try:
            signature = bytes.fromhex(self.signature[2:])
            return bool(PublicKey(bytes.fromhex(key[2:])).verify(signature, self._bytes()))
        except ValueError:
            return False

    def _bytes(self) -> bytes:
        return _ANSWER + canonical(self.model_dump(exclude={"signature"}))


def canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def question(attempt: int, number: int, to: str, content: Mapping[str, Any]) -> str:
    """The text of a question; number 0 of an attempt is its roster."""
    return canonical({"attempt": attempt, "number": number, "to": to, **content}).decode()


def roster_text(attempt: int, entries: Sequence[Entry]) -> str:
    return question(attempt, 0, "all", {"roster": [entry.model_dump() for entry in entries]})


def begin(session: str, roster: str) -> bytes:
    """The transcript after the roster: its hash with the session's name."""
    return sha256(_START + session.encode() + b"\x00" + roster.encode()).digest()


def follow(transcript: bytes, text: str) -> bytes:
    """The transcript after one question more."""
    return sha256(transcript + text.encode()).digest()
