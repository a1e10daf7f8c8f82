"""What the contracts refuse, with the reason that brownie decodes, and what is never refused."""

import brownie
import pytest
from brownie import web3
from market_day import (
    ELECOIN,
    ELECTRICITY,
    SERVER_NAMES,
    posted_value,
    reason,
    typed_digest,
    until,
)

from scripts.market_config import NEVER_SELLS, NORTH, TICK, TYPICAL_NEED, WAD

PERIOD = EPOCH = 0
PRICE = 200_000
VALUE = posted_value(PRICE, WAD, WAD)
ELECOIN_PRICE = 1_020_000 * TICK


def declare(day):
    """Cleo and dario buy; anna sells more than they want from PRICE on, so that it clears."""
    day.declare_target("anna", PERIOD, 1_500, PRICE, 0)
    day.declare_target("cleo", PERIOD, -900, 280_000, 310_000)
    day.declare_target("dario", PERIOD, -800, 280_000, 310_000)


@pytest.fixture
def priced(day):
    """A day whose elecoin price is posted and whose first targets are declared and frozen."""
    day.market.declareNeed(EPOCH, TYPICAL_NEED, {"from": day.account("cleo")})
    until(day.need_deadline(EPOCH))
    day.post(day.report(ELECOIN, EPOCH, posted_value(ELECOIN_PRICE // TICK)))
    declare(day)
    until(day.declaration_deadline(PERIOD))
    return day


@pytest.fixture
def trading(priced):
    """The trading window of a period in which dario's meter was silent."""
    day = priced
    day.post(day.report(ELECTRICITY, PERIOD, VALUE))
    until(day.start_of(PERIOD + 1))
    day.read("anna", PERIOD, 1_450, 50)
    day.read("cleo", PERIOD, 0, 950)
    day.buy_token("cleo", WAD, ELECOIN_PRICE)
    until(day.reading_deadline(PERIOD))
    return day


# ------------------------------------------------------------------ roles


def test_only_the_administrator_administers(day):
    anna, market = day.account("anna"), day.market
    stranger = {"from": anna}
    refused = reason("OwnableUnauthorizedAccount", anna)
    for call in (
        lambda: market.empower.call(anna, b"\1", NORTH, True, True, 1, stranger),
        lambda: market.revoke.call(day.account("bela"), stranger),
        lambda: market.installMeter.call(anna, anna, 0, 0, 3, stranger),
        lambda: market.setFee.call(0, 0, 0, 0, True, stranger),
        lambda: market.setConstants.call(0, 0, 0, stranger),
        lambda: market.setEdgeServers.call([(anna, anna)], stranger),
        lambda: market.pause.call(stranger),
    ):
        with brownie.reverts(refused):
            call()


def test_the_administrators_office_is_handed_over_in_two_steps(day):
    anna, market = day.account("anna"), day.market
    market.transferOwnership(anna, {"from": day.administrator})
    assert market.administrator() == day.administrator
    with brownie.reverts(reason("OwnableUnauthorizedAccount", day.account("bela"))):
        market.acceptOwnership.call({"from": day.account("bela")})
    market.acceptOwnership({"from": anna})
    assert market.administrator() == anna
    with brownie.reverts(reason("OwnableUnauthorizedAccount", day.administrator)):
        market.pause.call({"from": day.administrator})


def test_only_the_market_makes_coins_and_books(day):
    anna = day.account("anna")
    sender, refused = {"from": anna}, reason("OnlyMarket", anna)
    for call in (
        lambda: day.elecoin.mint.call(anna, 1, sender),
        lambda: day.wattcoin.mint.call(anna, 1, sender),
        lambda: day.oracle.setEdgeServers.call([(anna, anna)], sender),
        lambda: day.ledger.book.call(anna, 0, 1, 1, True, 1, sender),
        lambda: day.ledger.register.call(anna, sender),
    ):
        with brownie.reverts(refused):
            call()


def test_only_a_members_own_meter_reads(day):
    until(day.start_of(PERIOD + 1))
    anna = day.account("anna")
    for stranger in (anna, day.meter("bela"), day.administrator):
        with brownie.reverts(reason("NotMeterOf", anna, stranger)):
            day.market.generation.call(anna, PERIOD, 100, {"from": stranger})
    with brownie.reverts(reason("NotInstalled", day.account("cleo"), 1)):
        day.market.generation.call(day.account("cleo"), PERIOD, 1, {"from": day.meter("cleo")})


def test_strangers_and_revoked_members_take_no_part(day):
    stranger, bela = day.administrator, day.account("bela")
    with brownie.reverts(reason("NotRegistered", stranger)):
        day.market.declareNeed.call(EPOCH, 1, {"from": stranger})
    day.market.revoke(bela, {"from": day.administrator})
    with brownie.reverts(reason("NoTradingRight", bela)):
        day.attempt.declare_target("bela", PERIOD, 5, 1, 0)


# ------------------------------------------------------------------ declaring and reading


def test_a_target_is_final_and_in_time(day):
    market, emil = day.market, day.account("emil")
    with brownie.reverts(reason("NoGenerationRight", emil)):
        day.attempt.declare_target("emil", PERIOD, 10, 100_000, 0)
    day.declare_target("emil", PERIOD, 10, NEVER_SELLS, 0)
    with brownie.reverts(reason("AlreadyDeclared", emil, PERIOD)):
        day.attempt.declare_target("emil", PERIOD, 11, NEVER_SELLS, 0)
    market.declareNeed(EPOCH, 5, {"from": emil})
    with brownie.reverts(reason("NeedAlreadyDeclared", emil, EPOCH)):
        market.declareNeed.call(EPOCH, 6, {"from": emil})
    closes = day.declaration_deadline(PERIOD)
    until(closes)
    with brownie.reverts(reason("OutsideWindow", PERIOD, 0, closes)):
        day.attempt.declare_target("anna", PERIOD, 10, 1, 0)
    with brownie.reverts(reason("OutsideWindow", EPOCH, 0, day.need_deadline(EPOCH))):
        market.declareNeed.call(EPOCH, 5, {"from": day.account("anna")})


def test_a_reading_is_in_time_once_rising_and_within_the_rating(day):
    market, anna, meter = day.market, day.account("anna"), {"from": day.meter("anna")}
    opens, closes = day.start_of(PERIOD + 1), day.reading_deadline(PERIOD)
    with brownie.reverts(reason("OutsideWindow", PERIOD, opens, closes)):
        market.generation.call(anna, PERIOD, 1, meter)
    until(opens)
    with brownie.reverts(reason("AboveRating", anna, 2_502, 2_501)):
        market.generation.call(anna, PERIOD, 2_502, meter)
    market.generation(anna, PERIOD, 2_000, meter)
    with brownie.reverts(reason("AlreadyRead", anna, PERIOD)):
        market.generation.call(anna, PERIOD, 2_001, meter)
    until(day.start_of(PERIOD + 2))
    with brownie.reverts(reason("RegisterFell", anna, 1_999, 2_000)):
        market.generation.call(anna, PERIOD + 1, 1_999, meter)
    with brownie.reverts(reason("OutsideWindow", PERIOD, opens, closes)):
        market.consumption.call(anna, PERIOD, 5, meter)


# ------------------------------------------------------------------ reports


def test_what_is_signed_is_the_contracts_digest(priced):
    report = priced.report(ELECTRICITY, PERIOD, VALUE)
    assert typed_digest(priced.domain, report) == bytes(priced.oracle.digest(report))


def test_a_report_counts_once_and_another_is_refused(priced):
    day = priced
    report = day.report(ELECTRICITY, PERIOD, VALUE)
    assert "Posted" in day.post(report).events
    held = day.oracle.posting(ELECTRICITY, PERIOD)
    # The same digest, by other signers: a receipt without effect.
    assert "Posted" not in day.post(report, SERVER_NAMES[1:]).events
    assert day.oracle.posting(ELECTRICITY, PERIOD) == held
    other = day.report(ELECTRICITY, PERIOD, posted_value(PRICE + 1, WAD, WAD))
    with brownie.reverts(reason("AlreadyPosted", bytes(day.oracle.digest(report))[:20])):
        day.attempt.post(other)


def test_two_different_edge_servers_must_sign(priced):
    day = priced
    report = day.report(ELECTRICITY, PERIOD, VALUE)
    for servers in (SERVER_NAMES[:1], SERVER_NAMES):
        with brownie.reverts(reason("WrongSignatureCount", len(servers), 2)):
            day.attempt.post(report, servers)
    with brownie.reverts(reason("DuplicateSigner", day.server("second"))):
        day.attempt.post(report, ("second", "second"))
    with brownie.reverts(reason("UnknownSigner", day.server("nobody"))):
        day.attempt.post(report, ("first", "nobody"))
    # Signatures of another report lead to some other signer.
    other = day.report(ELECTRICITY, PERIOD, posted_value(PRICE + 1, WAD, WAD))
    with brownie.reverts(revert_pattern="UnknownSigner: 0x.*"):
        day.oracle.post.call(
            report,
            day.signatures(other),
            day.certificate(ELECTRICITY, PERIOD),
            {"from": day.account("emil")},
        )


def test_a_report_names_its_inputs(priced):
    day = priced
    commitment = bytes(day.market.targetCommitment(PERIOD))
    for other, error in (
        ({"commitment": b"\7" * 32}, reason("WrongCommitment", b"\7" * 32, commitment)),
        ({"signerSet": 2}, reason("StaleSignerSet", 2, 1)),
        ({"inputBlockHash": b"\7" * 32}, None),
        ({"inputBlock": web3.eth.block_number + 50}, None),
    ):
        report = day.report(ELECTRICITY, PERIOD, VALUE, **other)
        with brownie.reverts(error, revert_pattern=None if error else "WrongInputBlock: .*"):
            day.attempt.post(report)
    floor = day.market.floorPrice(PERIOD)
    below = day.report(ELECTRICITY, PERIOD, posted_value(floor // TICK - 1, WAD, WAD))
    with brownie.reverts(reason("PriceOutOfBounds", floor - TICK, floor, (2**32 - 1) * TICK)):
        day.attempt.post(below)
    off_grid = VALUE + 1
    with brownie.reverts(reason("MalformedValue", off_grid)):
        day.attempt.post(day.report(ELECTRICITY, PERIOD, off_grid))


def test_a_report_has_its_window(priced):
    day = priced
    opens, closes = day.declaration_deadline(PERIOD), day.start_of(PERIOD)
    later = (day.declaration_deadline(PERIOD + 1), day.start_of(PERIOD + 1))
    with brownie.reverts(reason("OutsidePricingWindow", ELECTRICITY, PERIOD + 1, *later)):
        day.attempt.post(day.report(ELECTRICITY, PERIOD + 1, VALUE))
    until(closes)
    with brownie.reverts(reason("OutsidePricingWindow", ELECTRICITY, PERIOD, opens, closes)):
        day.attempt.post(day.report(ELECTRICITY, PERIOD, VALUE))
    with brownie.reverts(reason("Unpriced", PERIOD)):
        day.oracle.electricityPrice(PERIOD)


def test_a_new_set_of_servers_voids_reports_of_the_old(priced):
    day = priced
    report = day.report(ELECTRICITY, PERIOD, VALUE)
    servers = [(day.server(name), day.account("anna")) for name in SERVER_NAMES]
    day.market.setEdgeServers(servers, {"from": day.administrator})
    with brownie.reverts(reason("StaleSignerSet", 1, 2)):
        day.attempt.post(report)
    day.post(day.report(ELECTRICITY, PERIOD, VALUE))


# ------------------------------------------------------------------ trading


def test_a_trade_keeps_the_buyers_limits(trading):
    day = trading
    anna, cleo = day.account("anna"), day.account("cleo")
    network, levy = day.fee("anna", "cleo", ELECOIN_PRICE)
    all_in = PRICE * TICK + network + levy
    with brownie.reverts(reason("PriceAboveMax", all_in, all_in - 1)):
        day.attempt.trade("cleo", "anna", PERIOD, 100, 1, all_in - 1)
    with brownie.reverts(reason("BelowMinimum", 950, 951)):
        day.attempt.trade("cleo", "anna", PERIOD, 2_000, 951)
    with brownie.reverts(reason("DeadlinePassed", 1)):
        day.attempt.trade("cleo", "anna", PERIOD, 100, deadline=1)
    with brownie.reverts(reason("TradeWithSelf", cleo)):
        day.attempt.trade("cleo", "cleo", PERIOD, 100)
    with brownie.reverts(reason("NothingToTrade", day.account("emil"), PERIOD)):
        day.attempt.trade("cleo", "emil", PERIOD, 100)
    assert day.trade("cleo", "anna", PERIOD, 2_000).events["Traded"]["energyWh"] == 950
    with brownie.reverts(reason("NothingToTrade", cleo, PERIOD)):
        day.attempt.trade("cleo", "anna", PERIOD, 1)
    until(day.trading_end(PERIOD))
    window = (day.reading_deadline(PERIOD), day.trading_end(PERIOD))
    with brownie.reverts(reason("OutsideWindow", PERIOD, *window)):
        day.market.checkQualification(cleo, anna, PERIOD)


def test_a_silent_meter_trades_nothing_and_counts_at_its_worst(trading):
    day, dario = trading, trading.account("dario")
    with brownie.reverts(reason("NothingToTrade", dario, PERIOD)):
        day.attempt.trade("dario", "anna", PERIOD, 100)
    until(day.closing_time(PERIOD))
    day.market.close([dario, day.account("anna")], PERIOD, {"from": dario})
    # Twice the scale of 8 kW x 900 s is more than the 800 Wh declared.
    assert day.ledger.deviation(dario, 0) == (1, 2 * WAD)
    scale = 10_000 * 900 // 3600
    assert day.ledger.deviation(day.account("anna"), 0) == (1, 100 * WAD // scale)


def test_a_buyer_pays_from_her_deposit(trading):
    day, cleo = trading, trading.account("cleo")
    held = day.market.account(cleo)["deposit"]
    day.market.withdraw(held - 1, {"from": cleo})
    with brownie.reverts(revert_pattern=f"InsufficientDeposit: {cleo.address.lower()}, 1, .*"):
        day.attempt.trade("cleo", "anna", PERIOD, 100)
    with brownie.reverts(reason("InsufficientDeposit", cleo, 1, 2)):
        day.market.redeemToken.call(2, {"from": cleo})
    with brownie.reverts(reason("UseDeposit", cleo, 5)):
        day.elecoin.transfer.call(day.market, 5, {"from": cleo})


def test_a_pause_stops_trades_but_neither_withdrawal_nor_redemption(trading):
    day, cleo = trading, trading.account("cleo")
    day.market.pause({"from": day.administrator})
    with brownie.reverts(reason("EnforcedPause")):
        day.attempt.trade("cleo", "anna", PERIOD, 100)
    coins = day.market.balance()
    day.market.withdraw(WAD // 4, {"from": cleo})
    day.market.redeemToken(WAD // 2, {"from": cleo})
    assert day.elecoin.balanceOf(cleo) == WAD // 4
    assert day.market.balance() == coins - WAD // 2 * 97 // 100
    day.market.unpause({"from": day.administrator})
    assert day.trade("cleo", "anna", PERIOD, 100).events["Traded"]["energyWh"] == 100


def test_a_refusal_needs_a_reason_and_a_period_its_time(trading):
    day, anna, cleo = trading, trading.account("anna"), trading.account("cleo")
    day.trade("cleo", "anna", PERIOD, 300)
    with brownie.reverts(reason("NotClosable", PERIOD, day.closing_time(PERIOD))):
        day.market.close.call([anna], PERIOD, {"from": cleo})
    until(day.trading_end(PERIOD))
    sender = {"from": cleo}
    with brownie.reverts(reason("ReasonRequired", anna)):
        day.market.rate.call(PERIOD, [(anna, 300, 49, 0)], sender)
    for claimed in ([(anna, 301, 90, 0)], []):
        with brownie.reverts(reason("PurchasesMismatch", cleo, PERIOD)):
            day.market.rate.call(PERIOD, claimed, sender)
    day.market.rate(PERIOD, [(anna, 300, 49, 1)], sender)
    with brownie.reverts(reason("PurchasesMismatch", cleo, PERIOD)):
        day.market.rate.call(PERIOD, [(anna, 300, 90, 0)], sender)
    opens = day.closing_time(day.clock["round_periods"] - 1)
    with brownie.reverts(reason("RoundOpen", 0, opens)):
        day.ledger.settleRound.call(0, [anna], sender)
