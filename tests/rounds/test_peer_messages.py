"""Messages between edge servers: what is taken, and that nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from hypothesis import given
from hypothesis import strategies as st

from oracle.chain.signer import Signer
from oracle.rounds.peer_messages import (
    DOMAIN_NAME,
    MOST_BYTES,
    Expected,
    PeerMessageError,
    SignatureShare,
    read,
    share,
    to_json,
)
from oracle.rounds.report import Domain, Feed, Report
from oracle.rounds.signature import HALF_ORDER, NoSigner, recover

ANN, BEN, EVE = (Signer(bytes([i]) * 32) for i in (1, 2, 3))
DOMAIN = Domain(30573, "0x" + "12" * 20)
REPORT = Report(Feed.ELECTRICITY, 96, 7, 1000, b"h" * 32, b"c" * 32, 1)
EXPECTED = Expected(DOMAIN, BEN.address, frozenset({ANN.address, BEN.address}), now=50)


def message(sender: Signer = ANN, **changes: Any) -> SignatureShare:
    report = changes.pop("report", REPORT)
    given = {"receiver": BEN.address, "expires": 100} | changes
    signature = sender.sign_digest(report.digest(DOMAIN))
    return share(report, signature, DOMAIN, sender, **given)


def refusal(body: bytes, expected: Expected = EXPECTED) -> str:
    with pytest.raises(PeerMessageError) as caught:
        read(body, expected)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_what_was_sent_is_what_is_read() -> None:
    sent = message()
    assert read(to_json(sent, DOMAIN), EXPECTED) == sent


def test_the_envelope_is_eip_712() -> None:
    sent = message()
    words = dict.fromkeys(("digest", "r", "vs"), "bytes32")
    fields = {
        "sender": "address", "receiver": "address", "deployment": "address", "feed": "uint8",
        "epoch": "uint32", **words, "expires": "uint64",
    }  # fmt: skip
    typed = encode_typed_data(
        {"name": DOMAIN_NAME, "version": "1", "chainId": 30573, "verifyingContract": DOMAIN.oracle},
        {"SignatureShare": [{"name": n, "type": t} for n, t in fields.items()]},
        {
            "sender": ANN.address, "receiver": BEN.address, "deployment": DOMAIN.oracle, "feed": 0,
            "epoch": 96, "digest": REPORT.digest(DOMAIN), "r": sent.signature[0],
            "vs": sent.signature[1], "expires": 100,
        },
    )  # fmt: skip
    r, vs = sent.envelope
    s = int.from_bytes(vs, "big")
    vrs = (27 + (s >> 255), int.from_bytes(r, "big"), s & (2**255 - 1))
    assert Account.recover_message(typed, vrs=vrs) == ANN.address


def test_who_is_not_meant_or_not_known_is_dropped() -> None:
    body = to_json(message(), DOMAIN)
    other = Domain(DOMAIN.chain_id, "0x" + "13" * 20)
    assert refusal(to_json(message(), other)) == "other deployment"
    assert refusal(to_json(message(), Domain(1, DOMAIN.oracle))) == "other deployment"
    assert refusal(to_json(message(receiver=EVE.address), DOMAIN)) == "not for us"
    assert refusal(to_json(message(EVE), DOMAIN)) == "unknown signer"
    assert refusal(body, replace(EXPECTED, now=100)) == "expired"
    assert refusal(b" " * (MOST_BYTES + 1)) == "too long"


def test_nobody_speaks_for_another() -> None:
    sent = message()
    stolen = replace(sent, sender=BEN.address)
    assert refusal(to_json(stolen, DOMAIN)) == "wrong envelope"
    longer = replace(sent, expires=10**9)
    assert refusal(to_json(longer, DOMAIN)) == "wrong envelope"
    # Her envelope around another's signature.
    foreign = share(REPORT, BEN.sign_digest(REPORT.digest(DOMAIN)), DOMAIN, ANN, BEN.address, 100)
    assert refusal(to_json(foreign, DOMAIN)) == "wrong signature"
    # A signed report is no envelope, and the other way round.
    swapped = replace(sent, envelope=sent.signature)
    assert refusal(to_json(swapped, DOMAIN)) == "wrong envelope"


@given(st.data())
def test_every_changed_field_is_noticed(data: st.DataObject) -> None:
    document = json.loads(to_json(message(), DOMAIN))
    place = data.draw(st.sampled_from(["report", "", "signature", "envelope"]))
    part: Any = document[place] if place else document
    key = data.draw(
        st.sampled_from(range(2) if isinstance(part, list) else sorted(set(part) - {"report"}))
    )
    before = part[key]
    if isinstance(before, int):
        part[key] = data.draw(st.integers(0, 1000).filter(lambda n: n != before))
    elif isinstance(before, list):
        part[key] = before[::-1]
    else:
        at = data.draw(st.integers(2, len(before) - 1))
        digit = data.draw(
            st.sampled_from("0123456789abcdef").filter(lambda d: d != before[at].lower())
        )
        part[key] = before[:at] + digit + before[at + 1 :]
    assert refusal(json.dumps(document).encode())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_noise_is_malformed(body: bytes) -> None:
    assert refusal(body) == "malformed"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)


@given(ODD, st.sampled_from(["report", "sender", "signature", "expires", "chain_id", "more"]))
def test_odd_documents_are_refused_in_one_line(value: Any, place: str) -> None:
    document = json.loads(to_json(message(), DOMAIN))
    document[place] = value
    refusal(json.dumps(document).encode(), replace(EXPECTED, now=2**64))


def test_who_signed() -> None:
    digest = REPORT.digest(DOMAIN)
    r, vs = ANN.sign_digest(digest)
    assert recover(digest, r, vs) == ANN.address
    high = (HALF_ORDER + 1).to_bytes(32, "big")
    for other in ((bytes(32), bytes(32)), (r, high), (r[:31], vs)):
        with pytest.raises(NoSigner):
            recover(digest, *other)
