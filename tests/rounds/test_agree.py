"""Agreement: f + 1 signatures of one report, or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_keys.datatypes import PrivateKey, Signature

from oracle.chain.signer import Signer
from oracle.rounds.agree import Disagreement, Vote, agree, quorum, vote
from oracle.rounds.report import Domain, Feed, Report

DOMAIN = Domain(30573, "0x" + "0c" * 20)
TRUTH = Report(Feed.ELECTRICITY, 7, 12 * 10**12, 99, b"\x11" * 32, b"\x22" * 32, 1)
LIE = replace(TRUTH, value=13 * 10**12)
SERVERS = [Signer(bytes([n]) * 32) for n in range(1, 8)]


def cast(report: Report, *servers: int) -> list[Vote]:
    return [vote(report, DOMAIN, SERVERS[n]) for n in servers]


@pytest.mark.parametrize(("servers", "needed"), [(1, 1), (3, 2), (5, 3), (7, 4), (23, 12)])
def test_a_quorum_is_one_more_than_the_faulty(servers: int, needed: int) -> None:
    assert quorum(servers) == needed == (servers - 1) // 2 + 1


def test_exactly_as_many_signatures_as_the_contract_takes() -> None:
    agreed = agree(cast(TRUTH, 0, 1, 2, 3, 4), 3)
    assert agreed.report == TRUTH
    assert [v.signer for v in agreed.votes] == [SERVERS[n].address for n in range(3)]
    assert agreed.signatures == tuple(v.signature for v in agreed.votes)


def test_servers_that_are_down_do_not_matter_while_a_quorum_is_up() -> None:
    assert agree(cast(TRUTH, 1, 4), 2).report == TRUTH


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_lying_minority_does_not_matter(order: tuple[int, ...]) -> None:
    votes = cast(LIE, 0) + cast(TRUTH, 1, 2)
    assert agree([votes[n] for n in order], 2).report == TRUTH


def test_one_server_that_votes_often_is_one_server() -> None:
    with pytest.raises(Disagreement):
        agree(cast(TRUTH, 0, 0, 0), 2)


def test_only_the_first_vote_of_a_server_counts() -> None:
    # The liar would complete a quorum for either report, were both of its votes counted.
    with pytest.raises(Disagreement):
        agree(cast(LIE, 0) + cast(TRUTH, 0, 1), 2)
    assert agree(cast(LIE, 0) + cast(TRUTH, 0, 1, 2), 2).report == TRUTH


def test_a_split_says_how_the_votes_fell() -> None:
    other = replace(TRUTH, value=14 * 10**12)
    votes = cast(TRUTH, 0, 1) + cast(LIE, 2, 3) + cast(other, 4)
    with pytest.raises(Disagreement, match=r"no report has 3 signatures; .*\[2, 2, 1\]"):
        agree(votes, 3)


def test_nobody_voted() -> None:
    with pytest.raises(Disagreement):
        agree([], 1)


@pytest.mark.parametrize(
    "change",
    [
        {"feed": Feed.ELECOIN},
        {"epoch": 8},
        {"value": 12 * 10**12 + 1},
        {"input_block": 98},
        {"input_block_hash": b"\x12" * 32},
        {"commitment": b"\x23" * 32},
        {"signer_set": 2},
    ],
)
def test_votes_for_reports_that_differ_anywhere_do_not_add_up(change: dict[str, object]) -> None:
    with pytest.raises(Disagreement):
        agree(cast(TRUTH, 0) + cast(replace(TRUTH, **change), 1), 2)  # type: ignore[arg-type]


def test_a_vote_is_a_recoverable_compact_signature_of_the_digest() -> None:
    highs = set()
    for n, server in enumerate(SERVERS):
        ((r, vs),) = agree(cast(TRUTH, n), 1).signatures
        word = int.from_bytes(vs, "big")
        parity, s = word >> 255, word & (2**255 - 1)
        highs.add(parity)
        signature = Signature(vrs=(parity, int.from_bytes(r, "big"), s))
        digest = TRUTH.digest(DOMAIN)
        recovered = signature.recover_public_key_from_msg_hash(digest)
        assert recovered.to_checksum_address() == server.address
        assert recovered == PrivateKey(server.key).public_key
        # Twice the same bytes (RFC 6979), so that a restarted server repeats itself.
        assert cast(TRUTH, n)[0].signature == (r, vs)
    assert highs == {0, 1}


def test_a_signature_counts_on_one_chain_and_one_contract_only() -> None:
    digests = {
        TRUTH.digest(domain)
        for domain in (
            DOMAIN,
            replace(DOMAIN, chain_id=1),
            replace(DOMAIN, oracle="0x" + "0d" * 20),
        )
    }
    assert len(digests) == 3
