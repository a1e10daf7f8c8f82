"""What edge servers tell each other: a report that one signed, in an envelope of its own.

The envelope is EIP-712 under a domain that no contract knows, so it can never be mistaken for a
report. It names sender, receiver and deployment and expires in chain time. A report that arrives
is compared with one's own, never adopted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from eth_utils.crypto import keccak
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from oracle.rounds.ports import ReportSigner, Signature
from oracle.rounds.report import Domain, Feed, Report
from oracle.rounds.signature import NoSigner, recover
from oracle.rounds.typed_data import domain_separator, typed_digest

DOMAIN_NAME = "wattmarket peers"
MOST_BYTES = 65_536
"""A longer body is dropped unread."""

_SHARE_TYPE = keccak(
    text="SignatureShare(address sender,address receiver,address deployment,uint8 feed,"
    "uint32 epoch,bytes32 digest,bytes32 r,bytes32 vs,uint64 expires)"
)


class PeerMessageError(ValueError):
    """A message that is dropped; `reason` is a short fixed word for counting."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True)
class SignatureShare:
    """One server's signature of one report, for one peer. `expires` is chain time."""

    sender: str
    receiver: str
    report: Report
    signature: Signature
    expires: int
    envelope: Signature

    @property
    def name(self) -> str:
        return f"{self.report.feed.label}:{self.report.epoch}"


def share(
    report: Report,
    signature: Signature,
    domain: Domain,
    sender: ReportSigner,
    receiver: str,
    expires: int,
) -> SignatureShare:
    """The message for one receiver."""
    digest = _digest(sender.address, receiver, report, signature, expires, domain)
    return SignatureShare(
        sender.address, receiver, report, signature, expires, sender.sign_digest(digest)
    )


def _digest(
    sender: str, receiver: str, report: Report, signature: Signature, expires: int, domain: Domain
) -> bytes:
    separator = domain_separator(DOMAIN_NAME, domain.chain_id, domain.oracle)
    words = (
        sender, receiver, domain.oracle, int(report.feed), report.epoch, report.digest(domain),
        *signature, expires,
    )  # fmt: skip
    return typed_digest(separator, _SHARE_TYPE, words)


# --- as bytes -----------------------------------------------------------------------------------

_Address = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-fA-F]{40}$")]
_Word = Annotated[str, StringConstraints(pattern=r"^0x[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Report(_Strict):
    feed: int = Field(ge=0, le=1)
    epoch: int = Field(ge=0, lt=2**32)
    value: _Word
    input_block: int = Field(ge=0, lt=2**64)
    input_block_hash: _Word
    commitment: _Word
    signer_set: int = Field(ge=0, lt=2**32)
    root: _Word


class _Share(_Strict):
    chain_id: int = Field(ge=0, lt=2**64)
    deployment: _Address
    sender: _Address
    receiver: _Address
    report: _Report
    signature: tuple[_Word, _Word]
    expires: int = Field(ge=0, lt=2**64)
    envelope: tuple[_Word, _Word]


def to_json(message: SignatureShare, domain: Domain) -> bytes:
    """The body of a request, or an item of an answer."""
    report = message.report
    document: dict[str, Any] = {
        "chain_id": domain.chain_id,
        "deployment": domain.oracle,
        "sender": message.sender,
        "receiver": message.receiver,
        "report": {
            "feed": int(report.feed),
            "epoch": report.epoch,
            "value": f"0x{report.value:064x}",
            "input_block": report.input_block,
            "input_block_hash": _hex(report.input_block_hash),
            "commitment": _hex(report.commitment),
            "signer_set": report.signer_set,
            "root": _hex(report.root),
        },
        "signature": [_hex(word) for word in message.signature],
        "expires": message.expires,
        "envelope": [_hex(word) for word in message.envelope],
    }
    return json.dumps(document, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Expected:
    """Whom a server listens to. `signers`: the present set; `now`: chain time."""

    domain: Domain
    me: str
    signers: frozenset[str]
    now: int


def read(body: bytes, expected: Expected) -> SignatureShare:
    """A message from a peer, checked in the order of cost; nothing is solved for it.

    Raises PeerMessageError: too long, malformed, other deployment, not for us, unknown signer,
    expired, wrong envelope, wrong signature.
    """
    if len(body) > MOST_BYTES:
        raise PeerMessageError("too long", f"{len(body)} bytes; at most {MOST_BYTES}")
    try:
        found = _Share.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise PeerMessageError("malformed", f"{place}: {first['msg']}"[:200]) from None
    domain = expected.domain
    if (found.chain_id, found.deployment.lower()) != (domain.chain_id, domain.oracle.lower()):
        raise PeerMessageError("other deployment")
    if found.receiver.lower() != expected.me.lower():
        raise PeerMessageError("not for us")
    if found.sender.lower() not in {signer.lower() for signer in expected.signers}:
        raise PeerMessageError("unknown signer", found.sender)
    if found.expires <= expected.now:
        raise PeerMessageError("expired")
    message = _message(found)
    digest = _digest(
        message.sender, message.receiver, message.report, message.signature, message.expires, domain
    )
    _require(message.sender, digest, message.envelope, "wrong envelope")
    _require(message.sender, message.report.digest(domain), message.signature, "wrong signature")
    return message


def _message(found: _Share) -> SignatureShare:
    given = found.report
    report = Report(
        feed=Feed(given.feed),
        epoch=given.epoch,
        value=int(given.value, 16),
        input_block=given.input_block,
        input_block_hash=_bytes(given.input_block_hash),
        commitment=_bytes(given.commitment),
        signer_set=given.signer_set,
        root=_bytes(given.root),
    )
    first, second = found.signature
    left, right = found.envelope
    return SignatureShare(
        found.sender,
        found.receiver,
        report,
        (_bytes(first), _bytes(second)),
        found.expires,
        (_bytes(left), _bytes(right)),
    )


def _require(sender: str, digest: bytes, signature: Signature, reason: str) -> None:
    try:
        signer = recover(digest, *signature)
    except NoSigner as error:
        raise PeerMessageError(reason, str(error)) from None
    if signer.lower() != sender.lower():
        raise PeerMessageError(reason, f"it is {signer}'s")


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text[2:])
