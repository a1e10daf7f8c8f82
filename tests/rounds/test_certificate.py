"""Building a certificate: which tier, what it carries, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from oracle.rounds.certificate import (
    INLINE_GAS,
    Tier,
    certificate,
    inline_gas,
    need_order,
    pack_needs,
    pack_targets,
)
from oracle.rounds.certify import (
    CertificateError,
    NeedTotals,
    check_elecoin,
    check_interior,
    clearing_totals,
)
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.finish_stackelberg import ElecoinTerms, finish_elecoin
from oracle.rounds.merkle_sum import ZERO, MerkleSumTree, Node, climb, depth
from oracle.rounds.observe import Observation, ObservationError
from oracle.rounds.report import Feed
from oracle.rounds.words import PostedValue, Target, commitment
from oracle.units import TICK, WAD

PERIOD, FLOOR = 9, 60_000
THETA = int(20 * WAD * Fraction("1.02") ** 2 / Fraction("0.05"))
TERMS = ElecoinTerms(97 * 10**16, 102 * 10**16, 97 * 10**16, 105 * 10**16, THETA)


def observation(feed: Feed, words: list[int]) -> Observation:
    declared = tuple((f"0x{i + 1:040x}", word) for i, word in enumerate(words))
    folded = commitment(declared)
    return Observation(feed, PERIOD, 5, bytes(32), folded, 1, declared, FLOOR, TERMS, 0.3)


def period(count: int) -> Observation:
    """Every other member buys; the costs and values spread."""
    words = [
        Target(PERIOD, -300 - i, 200_000 + 500 * i, 250_000, 1).pack()
        if i % 2
        else Target(PERIOD, 200 + i, 70_000 + 300 * i, 0, 2, True).pack()
        for i in range(count)
    ]
    return observation(Feed.ELECTRICITY, words)


def epoch(count: int, need: int = 20 * WAD) -> Observation:
    return observation(Feed.ELECOIN, [need + i * 10**15 for i in range(count)])


def value_of(observed: Observation) -> PostedValue:
    if observed.feed is Feed.ELECOIN:
        value = finish_elecoin(observed.terms, observed.needs_wei)
    else:
        game = market(observed.targets, observed.floor_ticks)
        assert game is not None
        value = finish_clearing(game, observed.floor_ticks)
    assert value is not None
    return value


def test_a_small_period_is_proved_inline() -> None:
    observed = period(10)
    proof = certificate(observed, value_of(observed))
    assert proof.tier is Tier.INLINE
    assert 0 <= proof.gap_wei < TICK
    assert proof.tree is None
    assert proof.order == b""
    assert len(proof.declared) == 350
    # One record by hand: account, head of the word, its low 96 bits.
    account, word = observed.declared[2]
    record = proof.declared[70:105]
    assert record.hex() == account[2:] + f"{word >> 120:06x}" + f"{word & 2**96 - 1:024x}"
    assert pack_targets(observed.declared) == proof.declared


def test_a_small_epoch_is_proved_inline_with_the_order_of_the_needs() -> None:
    needs = [3 * WAD, 0, WAD, 2 * WAD]
    observed = observation(Feed.ELECOIN, needs)
    proof = certificate(observed, value_of(observed))
    assert proof.tier is Tier.INLINE
    assert proof.order == bytes.fromhex("000200030000")
    assert proof.declared == pack_needs(observed.declared)
    assert proof.declared[36:72].hex() == f"{2:040x}" + f"{0:032x}"


def test_totals_do_where_no_bound_binds_and_the_market_keeps_them() -> None:
    observed = epoch(500)
    value = value_of(observed)
    proof = certificate(observed, value, totals_kept=True)
    assert (proof.tier, proof.declared, proof.order, proof.tree) == (Tier.INTERIOR, b"", b"", None)
    order = need_order(observed.needs_wei)
    assert proof.gap_wei == check_elecoin(observed.needs_wei, order, TERMS, value.price_ticks)
    assert certificate(observed, value).tier is not Tier.INTERIOR
    # One member who stops buying below the highest price is enough.
    small = observation(Feed.ELECOIN, [*observed.needs_wei, WAD])
    assert certificate(small, value_of(small), totals_kept=True).tier is Tier.OPTIMISTIC


@pytest.mark.parametrize("feed", list(Feed))
def test_beyond_the_gas_limit_it_is_optimistic(feed: Feed) -> None:
    make = period if feed is Feed.ELECTRICITY else epoch
    observed = make(30)
    value = value_of(observed)
    needed = inline_gas(feed, 30)
    assert certificate(observed, value, inline_gas_limit=needed).tier is Tier.INLINE
    proof = certificate(observed, value, inline_gas_limit=needed - 1)
    assert proof.tier is Tier.OPTIMISTIC
    assert proof.tree is not None
    assert (proof.tree.count, proof.declared) == (30, b"")
    # The last leaf is the commitment, so the tree shows that nothing is missing.
    assert proof.tree.levels[0][-1].hash == observed.commitment
    assert inline_gas(feed, 100) < INLINE_GAS


def test_the_root_holds_the_totals_of_the_price() -> None:
    observed = period(30)
    value = value_of(observed)
    proof = certificate(observed, value, inline_gas_limit=0)
    assert proof.tree is not None
    root = proof.tree.root
    totals = clearing_totals(observed.targets, FLOOR, value.price_ticks)
    assert root.as_tuple()[1:] == totals.as_words()


def test_a_wrong_value_gets_no_certificate() -> None:
    observed = period(10)
    value = value_of(observed)
    for wrong in (
        replace(value, price_ticks=value.price_ticks + 1),
        replace(value, price_ticks=value.price_ticks - 1),
        replace(value, price_ticks=FLOOR - 1),
        replace(value, matching_wad=value.matching_wad - 1),
        replace(value, served_wad=0),
    ):
        with pytest.raises(CertificateError, match=r"^(price|matching|served): "):
            certificate(observed, wrong)
    elecoin = epoch(10)
    with pytest.raises(CertificateError, match=r"^price: 970001 ticks: \d+ gives the leader more"):
        certificate(elecoin, PostedValue(970_001))


def test_other_declarations_get_no_certificate() -> None:
    observed = period(4)
    value = value_of(observed)
    other = replace(observed, declared=observed.declared[:-1])
    with pytest.raises(ObservationError):
        certificate(other, value)


def test_an_order_that_is_none_is_refused() -> None:
    needs = [3 * WAD, 0, WAD]
    for order in ([2], [0, 2], [2, 1], [2, 2], []):
        with pytest.raises(CertificateError, match=r"^order: "):
            check_elecoin(needs, order, TERMS, 1_000_000)


def test_terms_that_the_chain_could_not_sum_are_refused() -> None:
    with pytest.raises(CertificateError, match=r"^theta: "):
        check_elecoin([WAD], [0], replace(TERMS, theta=2**96), 1_000_000)
    with pytest.raises(CertificateError, match="bounded"):
        check_interior(NeedTotals(), TERMS, 1_000_000)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 16, 17])
def test_every_node_climbs_to_the_root(count: int) -> None:
    declared = [(f"0x{i + 1:040x}", i) for i in range(count)]
    tree = MerkleSumTree.of(declared, [(i, 2**255) for i in range(count)])
    assert (tree.count, 2 ** depth(count) >= count > 2 ** depth(count) // 2) == (count, True)
    assert tree.root.first == sum(range(count))
    assert tree.root.second == count * 2**255 % 2**256
    for level in range(depth(count) + 1):
        for position in range(2 ** (depth(count) - level)):
            node = tree.node(level, position)
            siblings = tree.siblings(position, level)
            assert climb(node, position, siblings) == tree.root
            assert (node == ZERO) == (position << level >= count)
    assert climb(Node(bytes(32), 1, 0), 0, tree.siblings(0)) != tree.root


def test_a_tree_needs_a_leaf_and_sums_for_each() -> None:
    for declared, sums in (([], []), ([("0x01", 1)], [])):
        with pytest.raises(ValueError, match="need one for each"):
            MerkleSumTree.of(declared, sums)
