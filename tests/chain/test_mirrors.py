"""The Python mirrors of the contracts' rules give what the deployed contracts give."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from market_lab import (
    BUYER,
    FEED_IN_TICKS,
    MEMBERS,
    METER,
    NORTH,
    SCHEDULE,
    SELLER,
    SERVERS,
    SOUTH,
    T0,
    TERMS,
    THIRD,
    Lab,
    zone_of,
)

from oracle.chain.client import RpcError
from oracle.chain.interface import explain_revert
from oracle.chain.market import LEDGER, ORACLE
from oracle.rounds.agree import agree, vote
from oracle.rounds.certificate import Tier
from oracle.rounds.finish_clearing import finish_clearing, market
from oracle.rounds.observe import Observation
from oracle.rounds.posting import calldata
from oracle.rounds.price import price
from oracle.rounds.report import Feed, Report
from oracle.rounds.words import PostedValue, Target, commitment
from oracle.units import (
    NEVER_SELLS,
    TICK,
    WAD,
    ceil_div,
    div_wad_up,
    energy_fee_wei_up,
    mul_wad_up,
)

pytestmark = pytest.mark.node

HASHES = st.binary(min_size=32, max_size=32)
ON_CHAIN = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def epoch_price(lab: Lab, epoch: int, *needs: int) -> Report:
    """Declares needs, has the servers price the epoch, and posts what they agree on."""
    declared = [
        lab.call(member, "declareNeed", epoch, need)
        for member, need in zip(MEMBERS, needs, strict=False)
    ]
    lab.at(SCHEDULE.need_deadline(epoch) - 60, *declared)
    return post(lab, Feed.ELECOIN, epoch, SCHEDULE.need_deadline(epoch))


def observe(lab: Lab, feed: Feed, epoch: int) -> Observation:
    return lab.market.observe(feed, epoch, lab.client.block().number)


def post(lab: Lab, feed: Feed, epoch: int, when: int) -> Report:
    priced = price(observe(lab, feed, epoch))
    assert priced is not None
    votes = [vote(priced.report, lab.market.domain, server) for server in SERVERS]
    agreed = agree(votes, 2)
    proof = calldata(priced.certificate, feed)
    lab.at(when, lab.market.post(SERVERS[0], agreed.report, agreed.signatures, proof))
    return agreed.report


def declare(lab: Lab, when: int, *targets: Target) -> None:
    lab.at(
        when,
        *(
            lab.call(member, "declareTarget", target.pack())
            for member, target in zip(MEMBERS, targets, strict=False)
        ),
    )


# --- words ------------------------------------------------------------------------------------


EDGES = [
    Target(0, 2**31 - 1, 2**32 - 2, 2**32 - 1),
    Target(0, -(2**31), 2**32 - 1, 2**32 - 1),
    Target(0, 0, 0, 0),
    Target(0, -1, 1, 2),
    Target(0, 1, NEVER_SELLS, 0),
]


@pytest.mark.parametrize("target", EDGES)
def test_a_target_is_stored_field_by_field(lab: Lab, target: Target) -> None:
    declare(lab, T0 - 1000, target)
    slot = lab.market.read("slot", SELLER.address, 0)[0]
    period, net, price_ticks, limit = slot[:4]
    shown = target if net <= 0 else replace(target, limit_ticks=target.zone)
    assert Target(period, net, price_ticks, limit, target.zone) == shown
    (event,) = [e for e in lab.market.events(0, 10**6) if e.name == "TargetDeclared"]
    assert Target.unpack(event.arguments["word"]) == target


def test_bits_above_a_target_are_refused_on_both_sides(lab: Lab) -> None:
    word = 1 << 137
    reason = lab.refused(T0 - 1000, lab.call(SELLER, "declareTarget", word))
    assert reason == f"MalformedTarget(word: {word})"


def test_commitments_fold_as_they_do_on_chain(lab: Lab) -> None:
    assert observe(lab, Feed.ELECTRICITY, 0).commitment == bytes(32) == commitment([])
    words = [Target(0, 1 - n, 5, 6, zone_of(m)) for n, m in enumerate(MEMBERS)]
    for n, (member, word) in enumerate(zip(MEMBERS, words, strict=True)):
        lab.at(T0 - 1000 + n, lab.call(member, "declareTarget", word.pack()))
        seen = observe(lab, Feed.ELECTRICITY, 0)
        assert seen.declared == tuple(
            (m.address, w.pack()) for m, w in zip(MEMBERS[: n + 1], words, strict=False)
        )
        seen.check()
        assert seen.commitment == lab.market.read("targetCommitment", 0)[0] != bytes(32)


def test_needs_fold_likewise_up_to_the_greatest(lab: Lab) -> None:
    for when, (member, need) in enumerate(zip(MEMBERS, (0, 1, 2**128 - 1), strict=True)):
        lab.at(T0 - 2500 + when, lab.call(member, "declareNeed", 0, need))
        observe(lab, Feed.ELECOIN, 0).check()
    assert observe(lab, Feed.ELECOIN, 0).needs_wei == (0, 1, 2**128 - 1)


def test_an_observation_is_of_its_block_and_not_of_later_ones(lab: Lab) -> None:
    declare(lab, T0 - 1000, Target(0, 5, 0, 0))
    before = lab.client.block().number
    lab.at(T0 - 900, lab.call(BUYER, "declareTarget", Target(0, -5, 9, 9).pack()))
    seen = lab.market.observe(Feed.ELECTRICITY, 0, before)
    assert len(seen.declared) == 1
    assert seen.input_block_hash == lab.client.block(before).hash
    seen.check()
    assert len(observe(lab, Feed.ELECTRICITY, 0).declared) == 2


@ON_CHAIN
@given(
    st.sampled_from(Feed),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**256 - 1),
    st.integers(0, 2**64 - 1),
    HASHES,
    HASHES,
    st.integers(0, 2**32 - 1),
    HASHES,
)
def test_the_digest_is_the_oracles(
    lab: Lab,
    feed: Feed,
    epoch: int,
    value: int,
    block: int,
    hash_: bytes,
    held: bytes,
    set_: int,
    root: bytes,
) -> None:
    report = Report(feed, epoch, value, block, hash_, held, set_, root)
    (digest,) = lab.market.read("digest", report.as_tuple(), contract=ORACLE)
    assert digest == report.digest(lab.market.domain)


@pytest.mark.parametrize("surplus_wh", [0, 3, 5, 900])
@pytest.mark.parametrize("asked", [0, 200_000])
def test_a_posted_value_is_stored_field_by_field(lab: Lab, surplus_wh: int, asked: int) -> None:
    declare(lab, T0 - 1000, Target(0, surplus_wh, asked, 0), Target(0, -5, 400_000, 400_000))
    report = post(lab, Feed.ELECTRICITY, 0, SCHEDULE.declaration_deadline(0))
    value = report.posted
    assert isinstance(value, PostedValue)
    found = lab.market.electricity_posting(0)
    assert found == (value.price_ticks, value.matching_wad, value.served_wad)
    (event,) = [e for e in lab.market.events(0, 10**6) if e.name == "Posted"]
    assert PostedValue.unpack(event.arguments["value"]) == value
    # Bit i of the mask is the server of index i.
    assert event.arguments["signers"] == 0b011
    assert event.arguments["status"] == Tier.INLINE
    priced = price(observe(lab, Feed.ELECTRICITY, 0))
    assert priced is not None
    assert event.arguments["bound"] == priced.certificate.gap_wei


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ((1, 0, 0), "NotClearing"),
        ((-1, 0, 0), "NotClearing"),
        ((0, -1, 0), "WrongMatching"),
        ((0, 0, -1), "WrongServed"),
    ],
)
def test_a_wrong_value_is_refused_whoever_signed_it(
    lab: Lab, change: tuple[int, int, int], reason: str
) -> None:
    declare(lab, T0 - 1000, Target(0, 900, 200_000, 0), Target(0, -5, 400_000, 400_000))
    priced = price(observe(lab, Feed.ELECTRICITY, 0))
    assert priced is not None
    assert isinstance(priced.report.posted, PostedValue)
    right = priced.report.posted
    fields = (right.price_ticks, right.matching_wad, right.served_wad)
    wrong = PostedValue(*(a + b for a, b in zip(fields, change, strict=True)))
    with pytest.raises(RuntimeError, match=reason):
        post_value(lab, wrong.pack())


def post_value(lab: Lab, value: int) -> Report:
    """Every server signs the value, and the declarations stand beside it."""
    priced = price(observe(lab, Feed.ELECTRICITY, 0))
    assert priced is not None
    report = replace(priced.report, value=value)
    agreed = agree([vote(report, lab.market.domain, server) for server in SERVERS], 2)
    proof = calldata(priced.certificate, Feed.ELECTRICITY)
    lab.at(
        SCHEDULE.declaration_deadline(0),
        lab.market.post(SERVERS[2], agreed.report, agreed.signatures, proof),
    )
    return report


@pytest.mark.parametrize(
    "value",
    [
        400_000 * TICK + 1,
        400_000 * TICK | (WAD + 1) << 96,
        400_000 * TICK | (WAD + 1) << 160,
        2**32 * TICK,
        1 << 224,
    ],
)
def test_a_value_that_is_refused_here_is_refused_there(lab: Lab, value: int) -> None:
    with pytest.raises(ValueError, match=r"must be|off the tick grid"):
        PostedValue.unpack(value)
    declare(lab, T0 - 1000, Target(0, 5, 0, 0), Target(0, -5, 400_000, 400_000))
    with pytest.raises(RuntimeError, match=f"MalformedValue\\(value: {value}\\)"):
        post_value(lab, value)


# --- agreement --------------------------------------------------------------------------------


def test_a_report_needs_exactly_a_quorum_of_distinct_registered_signers(lab: Lab) -> None:
    declare(lab, T0 - 1000, Target(0, 5, 0, 0), Target(0, -5, 400_000, 400_000))
    priced = price(observe(lab, Feed.ELECTRICITY, 0))
    assert priced is not None
    report, domain, when = priced.report, lab.market.domain, SCHEDULE.declaration_deadline(0)
    one, two, three = (vote(report, domain, server).signature for server in SERVERS)
    stranger = vote(report, domain, BUYER).signature

    def posted(*signatures: tuple[bytes, bytes]) -> Any:
        return lab.market.post(
            THIRD, report, signatures, calldata(priced.certificate, Feed.ELECTRICITY)
        )

    assert lab.refused(when, posted(one)).startswith("WrongSignatureCount(given: 1, needed: 2)")
    assert lab.refused(when + 1, posted(one, two, three)).startswith("WrongSignatureCount")
    assert lab.refused(when + 2, posted(two, two)) == (
        f"DuplicateSigner(signer: {SERVERS[1].address})"
    )
    assert lab.refused(when + 3, posted(one, stranger)) == f"UnknownSigner(signer: {BUYER.address})"
    lab.at(when + 4, posted(three, one))
    # Again it is a receipt without effect, by whomever it is signed; another report is refused.
    lab.at(when + 5, posted(two, three))
    other = replace(report, value=(report.posted.price_ticks + 1) * TICK)
    votes = [vote(other, domain, server).signature for server in SERVERS[:2]]
    reason = lab.refused(when + 6, lab.market.post(THIRD, other, votes, b""))
    assert reason == f"AlreadyPosted(digest: 0x{report.digest(domain)[:20].hex()})"


# --- the clock --------------------------------------------------------------------------------


def window_of(lab: Lab, opens: int, closes: int, transaction: Any, error: str) -> None:
    """[opens, closes): refused a second before and from the end on, taken at both edges inside."""
    assert lab.refused(opens - 1, transaction).startswith(error)
    for when in (opens, closes - 1):
        snapshot = lab.client.request("evm_snapshot")
        lab.at(when, transaction)
        assert lab.client.request("evm_revert", snapshot)
        lab.sender = type(lab.sender)(lab.client, lab.sender.chain_id)
    assert lab.refused(closes, transaction).startswith(error)


def test_the_schedule_on_chain_is_the_deployments(lab: Lab) -> None:
    assert lab.market.read("schedule")[0] == SCHEDULE.as_tuple()
    assert lab.market.read("schedule", contract=ORACLE)[0] == SCHEDULE.as_tuple()
    assert lab.market.read("schedule", contract=LEDGER)[0] == SCHEDULE.as_tuple()


def test_needs_end_where_the_elecoin_price_begins(lab: Lab) -> None:
    closes = SCHEDULE.need_deadline(0)
    need = lab.call(BUYER, "declareNeed", 0, WAD)
    lab.at(closes - 1, lab.call(SELLER, "declareNeed", 0, WAD))
    assert lab.refused(closes, need) == f"OutsideWindow(period: 0, opens: 0, closes: {closes})"


def test_an_elecoin_report_has_its_window(lab: Lab) -> None:
    lab.at(T0 - 2000, lab.call(BUYER, "declareNeed", 0, WAD))
    priced = price(observe(lab, Feed.ELECOIN, 0))
    assert priced is not None
    signatures = [vote(priced.report, lab.market.domain, s).signature for s in SERVERS[:2]]
    proof = calldata(priced.certificate, priced.report.feed)
    posting = lab.market.post(SERVERS[0], priced.report, signatures, proof)
    opens, closes = SCHEDULE.need_deadline(0), SCHEDULE.elecoin_deadline(0)
    window_of(lab, opens, closes, posting, "OutsidePricingWindow(feed: 1, epoch: 0")


def test_targets_end_where_the_electricity_price_begins(lab: Lab) -> None:
    closes = SCHEDULE.declaration_deadline(0)
    words = Target(0, 5, 0, 0), Target(0, -5, 400_000, 400_000)
    declare(lab, closes - 1, *words)
    reason = lab.refused(closes, lab.call(THIRD, "declareTarget", Target(0, 0, 0, 0).pack()))
    assert reason == f"OutsideWindow(period: 0, opens: 0, closes: {closes})"


def test_a_target_opens_when_its_slot_is_free(lab: Lab) -> None:
    ring = SCHEDULE.ring_length
    opens = SCHEDULE.closing_time(1)
    window_of(
        lab,
        opens,
        SCHEDULE.declaration_deadline(1 + ring),
        lab.call(THIRD, "declareTarget", Target(1 + ring, 0, 0, 0).pack()),
        f"OutsideWindow(period: {1 + ring}, opens: {opens}",
    )


def test_an_electricity_report_has_its_window(lab: Lab) -> None:
    declare(lab, T0 - 1000, Target(0, 5, 0, 0), Target(0, -5, 400_000, 400_000))
    priced = price(observe(lab, Feed.ELECTRICITY, 0))
    assert priced is not None
    signatures = [vote(priced.report, lab.market.domain, s).signature for s in SERVERS[:2]]
    proof = calldata(priced.certificate, priced.report.feed)
    posting = lab.market.post(SERVERS[0], priced.report, signatures, proof)
    opens, closes = SCHEDULE.declaration_deadline(0), SCHEDULE.start_of(0)
    window_of(lab, opens, closes, posting, "OutsidePricingWindow(feed: 0, epoch: 0")


def test_readings_have_their_window(lab: Lab) -> None:
    reading = lab.call(METER, "generation", SELLER.address, 2, 900)
    window_of(
        lab, SCHEDULE.end_of(2), SCHEDULE.reading_deadline(2), reading, "OutsideWindow(period: 2"
    )


def traded_period(lab: Lab) -> Target:
    """Period 0 priced and metered: one sells, one buys. Returns the buyer's target."""
    buyer = Target(0, -500, 300_000, 350_000)
    epoch_price(lab, 0, WAD, 3 * WAD)
    declare(lab, SCHEDULE.elecoin_deadline(0) - 9, Target(0, 600, 90_000, 0), buyer)
    post(lab, Feed.ELECTRICITY, 0, SCHEDULE.declaration_deadline(0))
    paid = mul_wad_up(WAD, lab.market.elecoin_price(0)[0])
    lab.at(T0, lab.call(BUYER, "buyToken", WAD, value=paid))
    readings = [
        lab.call(METER, register, member.address, 0, wh)
        for member, register, wh in (
            (SELLER, "generation", 700),
            (SELLER, "consumption", 100),
            (BUYER, "generation", 0),
            (BUYER, "consumption", 500),
        )
    ]
    lab.at(SCHEDULE.end_of(0), *readings)
    return buyer


def trade_of(lab: Lab, energy_wh: int) -> Any:
    return lab.call(
        BUYER, "trade", SELLER.address, 0, energy_wh, energy_wh, WAD, SCHEDULE.trading_end(0)
    )


def test_trading_has_its_window(lab: Lab) -> None:
    traded_period(lab)
    opens, closes = SCHEDULE.reading_deadline(0), SCHEDULE.trading_end(0)
    late = lab.call(BUYER, "trade", SELLER.address, 0, 100, 100, WAD, 2**40)
    window_of(lab, opens, closes, late, f"OutsideWindow(period: 0, opens: {opens}")


def test_rating_has_its_window_and_closing_follows_it(lab: Lab) -> None:
    traded_period(lab)
    lab.at(SCHEDULE.reading_deadline(0), trade_of(lab, 100))
    rating = lab.call(BUYER, "rate", 0, [(SELLER.address, 100, 100, 0)])
    opens, closes = SCHEDULE.trading_end(0), SCHEDULE.closing_time(0)
    assert lab.refused(opens - 1, rating).startswith("OutsideWindow(period: 0")
    closing = lab.call(THIRD, "close", [BUYER.address], 0)
    assert lab.refused(closes - 1, closing) == f"NotClosable(period: 0, opens: {closes})"
    assert lab.refused(closes, rating).startswith("OutsideWindow(period: 0")
    lab.at(closes + 1, closing)


def test_a_round_settles_when_its_last_period_may_be_closed(lab: Lab) -> None:
    addresses = [m.address for m in MEMBERS]
    settling = lab.call(THIRD, "settleRound", 0, addresses, contract=LEDGER)
    opens = SCHEDULE.settlement_opening(0)
    assert opens == SCHEDULE.closing_time(1)
    assert str(opens) in lab.refused(opens - 1, settling)
    lab.at(opens, settling)
    assert [s.next_round for s in lab.market.standings(addresses)] == [1, 1, 1]


def test_the_price_of_an_epoch_is_that_of_its_period(lab: Lab) -> None:
    """buyToken asks the clock for the epoch: its price changes exactly at the epoch's start."""
    report = epoch_price(lab, 0, WAD, 3 * WAD)
    paid = report.posted.price_ticks * TICK
    second = SCHEDULE.start_of(SCHEDULE.epoch_periods)
    later = epoch_price(lab, 1, 0, 9 * WAD).posted.price_ticks * TICK
    assert later > paid
    for when, expected in ((second - 1, paid), (second, later)):
        assert SCHEDULE.epoch_of(SCHEDULE.period_at(when)) == (when >= second)
        reason = lab.refused(when, lab.call(BUYER, "buyToken", WAD))
        assert reason == f"InsufficientPayment(paid: 0, needed: {expected})"


# --- money ------------------------------------------------------------------------------------


def test_the_floor_is_the_feed_in_in_elecoins_rounded_up(lab: Lab) -> None:
    expected = ceil_div(Fraction(FEED_IN_TICKS * WAD, TERMS.redemption))
    assert lab.market.read("floorPrice", 0)[0] == expected * TICK
    assert observe(lab, Feed.ELECTRICITY, 0).floor_ticks == expected


def test_a_fee_is_rounded_up_at_the_epochs_price(lab: Lab) -> None:
    report = epoch_price(lab, 0, WAD, 3 * WAD)
    elecoin = report.posted.price_ticks * TICK
    assert lab.market.elecoin_price(0) == (elecoin, False)
    found = lab.market.read("feeOf", NORTH, SOUTH, 0)
    assert found == (div_wad_up(45_001 * TICK, elecoin), div_wad_up(8_003 * TICK, elecoin))
    assert found[0] * elecoin % WAD != 0
    with pytest.raises(RpcError) as refused:
        lab.market.read("feeOf", SOUTH, NORTH, 0)
    assert explain_revert(refused.value.data) == "PairNotPermitted(fromZone: 1, toZone: 0)"


def test_elecoins_cost_their_price_rounded_up(lab: Lab) -> None:
    price_wei = epoch_price(lab, 0, WAD, 3 * WAD).posted.price_ticks * TICK
    amount = 1_234_567_890_123_456_789
    cost = mul_wad_up(amount, price_wei)
    assert cost * WAD != amount * price_wei
    short = lab.call(BUYER, "buyToken", amount, value=cost - 1)
    assert lab.refused(T0, short) == f"InsufficientPayment(paid: {cost - 1}, needed: {cost})"
    lab.at(T0 + 1, lab.call(BUYER, "buyToken", amount, value=cost))
    assert lab.market.read("refundOf", BUYER.address)[0] == 0
    assert lab.market.read("account", BUYER.address)[0][0] == amount


def test_the_elecoin_price_is_the_finish_of_the_needs_on_chain(lab: Lab) -> None:
    report = epoch_price(lab, 0, 4 * WAD, 4 * WAD, 4 * WAD)
    # The lab's θ is that of a typical need of 4 elecoins: the price is the target to the tick.
    assert abs(report.posted.price_ticks * TICK - TERMS.target) <= TICK
    assert lab.market.read("elecoinTerms")[0] == TERMS.as_tuple()


def test_a_trade_at_the_price_that_the_words_clear_at(lab: Lab) -> None:
    """Observed words → integer finish → posted → traded: the same price all the way."""
    buyer = traded_period(lab)
    seen = observe(lab, Feed.ELECTRICITY, 0)
    period = market(seen.targets, seen.floor_ticks)
    assert period is not None
    ticks = finish_clearing(period, 0).price_ticks
    assert seen.floor_ticks < ticks < buyer.price_ticks
    lab.at(SCHEDULE.reading_deadline(0), trade_of(lab, 333))
    (event,) = [e for e in lab.market.events(0, 10**6) if e.name == "Traded"]
    assert event.arguments["price"] == ticks * TICK
    network, levy = lab.market.read("feeOf", NORTH, SOUTH, 0)
    assert event.arguments["cost"] == ticks * TICK * 333 // 1000
    assert event.arguments["network"] == energy_fee_wei_up(network, 333)
    assert event.arguments["levy"] == energy_fee_wei_up(levy, 333)
