"""The packed words, the running commitments and the report's digest."""

from __future__ import annotations

import pytest
from eth_abi.abi import encode
from eth_account.messages import _hash_eip191_message, encode_typed_data
from eth_utils.crypto import keccak
from hypothesis import given
from hypothesis import strategies as st

from oracle.rounds.report import DOMAIN_NAME, Domain, Feed, Report
from oracle.rounds.typed_data import VERSION
from oracle.rounds.words import PostedValue, Target, WordError, commitment, fold
from oracle.units import TICK, WAD

ACCOUNTS = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())
WORDS = st.integers(0, 2**137 - 1)
HASHES = st.binary(min_size=32, max_size=32)
TARGETS = st.builds(
    Target,
    period=st.integers(0, 2**24 - 1),
    net_wh=st.integers(-(2**31), 2**31 - 1),
    price_ticks=st.integers(0, 2**32 - 1),
    limit_ticks=st.integers(0, 2**32 - 1),
    zone=st.integers(0, 2**16 - 1),
    pooled=st.booleans(),
)
VALUES = st.builds(
    PostedValue,
    price_ticks=st.integers(0, 2**32 - 1),
    matching_wad=st.integers(0, WAD),
    served_wad=st.integers(0, WAD),
)
REPORTS = st.builds(
    Report,
    feed=st.sampled_from(Feed),
    epoch=st.integers(0, 2**32 - 1),
    value=st.integers(0, 2**256 - 1),
    input_block=st.integers(0, 2**64 - 1),
    input_block_hash=HASHES,
    commitment=HASHES,
    signer_set=st.integers(0, 2**32 - 1),
    root=HASHES,
)


@given(TARGETS)
def test_a_target_comes_back_from_its_word(target: Target) -> None:
    assert Target.unpack(target.pack()) == target


@given(WORDS)
def test_every_120_bits_are_a_target(word: int) -> None:
    assert Target.unpack(word).pack() == word


@given(VALUES)
def test_a_posted_value_comes_back_from_its_word(value: PostedValue) -> None:
    assert PostedValue.unpack(value.pack()) == value


def test_the_layout_of_a_target() -> None:
    assert Target(1, -1, 2, 3).pack() == 0x000001_FFFFFFFF_00000002_00000003
    assert Target(0, 5, 0, 0).pack() == 5 << 64
    assert Target(0, 5, 0, 0, 3, True).pack() == 1 << 136 | 3 << 120 | 5 << 64


def test_the_layout_of_a_posted_value() -> None:
    assert PostedValue(7, 5, 3).pack() == 7 * TICK | 5 << 96 | 3 << 160


@pytest.mark.parametrize(
    ("target", "field"),
    [
        (Target(2**24, 0, 0, 0), "period"),
        (Target(-1, 0, 0, 0), "period"),
        (Target(0, 2**31, 0, 0), "net_wh"),
        (Target(0, -(2**31) - 1, 0, 0), "net_wh"),
        (Target(0, 0, 2**32, 0), "price_ticks"),
        (Target(0, 0, 0, -1), "limit_ticks"),
    ],
)
def test_a_field_that_its_bits_cannot_hold(target: Target, field: str) -> None:
    with pytest.raises(WordError, match=f"{field}: .* must be from"):
        target.pack()


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (PostedValue(2**32), "price_ticks"),
        (PostedValue(0, WAD + 1), "matching_wad"),
        (PostedValue(0, 0, -1), "served_wad"),
    ],
)
def test_a_posted_value_out_of_range(value: PostedValue, field: str) -> None:
    with pytest.raises(WordError, match=f"{field}: .* must be from"):
        value.pack()


@pytest.mark.parametrize(
    "word",
    [1, TICK + 1, 1 << 224, 2**32 * TICK, (WAD + 1) << 96, (WAD + 1) << 160, 2**256 - 1],
)
def test_a_word_that_the_contract_refuses_is_refused_here(word: int) -> None:
    with pytest.raises(WordError):
        PostedValue.unpack(word)


def test_a_target_with_high_bits_is_refused() -> None:
    with pytest.raises(WordError, match="137 bits"):
        Target.unpack(1 << 137)


@given(st.lists(st.tuples(ACCOUNTS, st.integers(0, 2**256 - 1)), max_size=5))
def test_a_commitment_is_the_nested_hash_of_the_abi(entries: list[tuple[str, int]]) -> None:
    running = bytes(32)
    for account, value in entries:
        running = keccak(encode(["bytes32", "address", "uint256"], [running, account, value]))
    assert commitment(entries) == running


@given(ACCOUNTS, WORDS, st.integers(0, 119))
def test_one_bit_changes_a_commitment(account: str, word: int, bit: int) -> None:
    assert fold(bytes(32), account, word) != fold(bytes(32), account, word ^ 1 << bit)


@given(REPORTS, st.integers(1, 2**63), ACCOUNTS)
def test_the_digest_is_that_of_an_independent_eip_712(
    report: Report, chain_id: int, oracle: str
) -> None:
    kinds = ("uint8", "uint32", "uint256", "uint64", *("bytes32",) * 2, "uint32", "bytes32")
    names = ("feed", "epoch", "value", "inputBlock", "inputBlockHash", "commitment", "signerSet")
    names += ("root",)
    message = encode_typed_data(
        full_message={
            "types": {
                "EIP712Domain": [
                    {"name": "name", "type": "string"},
                    {"name": "version", "type": "string"},
                    {"name": "chainId", "type": "uint256"},
                    {"name": "verifyingContract", "type": "address"},
                ],
                "Report": [{"name": n, "type": k} for n, k in zip(names, kinds, strict=True)],
            },
            "primaryType": "Report",
            "domain": {
                "name": DOMAIN_NAME,
                "version": VERSION,
                "chainId": chain_id,
                "verifyingContract": oracle,
            },
            "message": dict(zip(names, report.as_tuple(), strict=True)),
        }
    )
    assert report.digest(Domain(chain_id, oracle)) == _hash_eip191_message(message)
