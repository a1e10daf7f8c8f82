"""What edge servers tell each other: a report that one signed, in an envelope of its own.

The envelope is EIP-712 under a domain that no contract knows, so it can never be mistaken for a
report. It names sender, receiver and deployment and expires in chain time. A report that arrives
is compared with one's own, never adopted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from eth_utils.crypto import keccak
from pydantic import Field, StringConstraints, ValidationError

from oracle.rounds.ports import ReportSigner, Signature
from oracle.rounds.report import Domain, Report
from oracle.rounds.report_json import ReportDocument, Strict, Word, to_bytes, to_hex
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


class _Share(Strict):
    chain_id: int = Field(ge=0, lt=2**53)
    deployment: _Address
    sender: _Address
    receiver: _Address
    report: ReportDocument
    signature: tuple[Word, Word]
    expires: int = Field(ge=0, lt=2**53)
    envelope: tuple[Word, Word]

    def message(self) -> SignatureShare:
        (r, vs), (left, right) = self.signature, self.envelope
        return SignatureShare(
            self.sender,
            self.receiver,
            self.report.report(),
            (to_bytes(r), to_bytes(vs)),
            self.expires,
            (to_bytes(left), to_bytes(right)),
        )


def to_json(message: SignatureShare, domain: Domain) -> bytes:
    """The body of a request, or an item of an answer."""
    (r, vs), (left, right) = message.signature, message.envelope
    document = _Share(
        chain_id=domain.chain_id,
        deployment=domain.oracle,
        sender=message.sender,
        receiver=message.receiver,
        report=ReportDocument.of(message.report),
        signature=(to_hex(r), to_hex(vs)),
        expires=message.expires,
        envelope=(to_hex(left), to_hex(right)),
    )
    return document.model_dump_json().encode()


def stored(body: bytes) -> SignatureShare:
    """A message that was read once, from our own store: it is not checked again."""
    return _Share.model_validate_json(body).message()


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
    message = found.message()
    digest = _digest(
        message.sender, message.receiver, message.report, message.signature, message.expires, domain
    )
    _require(message.sender, digest, message.envelope, "wrong envelope")
    _require(message.sender, message.report.digest(domain), message.signature, "wrong signature")
    return message


def _require(sender: str, digest: bytes, signature: Signature, reason: str) -> None:
    try:
        signer = recover(digest, *signature)
    except NoSigner as error:
        raise PeerMessageError(reason, str(error)) from None
    if signer.lower() != sender.lower():
        raise PeerMessageError(reason, f"it is {signer}'s")
