// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";

/// @notice The market's rules at their ends: the first period, one Wh, nothing at all, more than 32 bits.
contract MarketEdgesTest is OrdersFixture {
    uint256 private constant CREDIT_UNIT = 1e9;
    uint8 private constant POOLED = 64;

    /* --------------------------------------------------- declaring ----------------------------------------------- */

    function test_TheFirstTurnHasNoOpening() external {
        uint256 closes = _declarationDeadline(0);
        vm.warp(closes);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.OutsideWindow.selector, 0, 0, closes));
        vm.prank(ann);
        market.declareTarget(_word(0, 1, 0, 0));
    }

    /// @dev Who declares nothing is no seller, who declares one Wh is.
    function test_ASellersLimitIsHerZoneFromOneWhOn() external {
        _declare(ann, 0, 0, 1, 77);
        assertEq(market.slot(ann, 0).limit, 77, "of nobody");
        _declare(bea, 0, 1, 1, 77);
        assertEq(market.slot(bea, 0).limit, NORTH, "of a seller");
    }

    function test_OneWhNeedsTheRightToGenerate() external {
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NoGenerationRight.selector, bob));
        _declare(bob, 0, 1, 5, 0);
    }

    function test_AnAgentsNeedIsHerMembers() external {
        _order(bea, MAX_PRICE, BUDGET);
        vm.expectEmit(address(market));
        emit IMarketEvents.NeedDeclared(0, bea, 3e18);
        vm.prank(agent);
        orders.declareNeed(bea, 0, 3e18);
        assertEq(
            market.needCommitment(0),
            keccak256(abi.encode(bytes32(0), bea, uint256(3e18))),
            "commitment"
        );
    }

    /* ----------------------------------------------------- locks ------------------------------------------------- */

    function test_WhatIsNotLockedIsNotPledged() external {
        _order(bea, MAX_PRICE, BUDGET);
        uint256 word = _wordIn(NORTH, 0, -1000, 400_000, 450_000, true);
        vm.prank(agent);
        orders.declareTarget(bea, word);
        assertEq(market.slot(bea, 0).flags & POOLED, 0, "without a deposit");
        assertEq(orders.budgetLeft(bea), BUDGET, "nothing is spent");
    }

    /// @dev 110 000 Wh at 450 000 ticks are more than 2^35 units.
    function test_AGreatLockReturnsWhole() external {
        _buyTokens(bea, 100e18);
        vm.prank(bea);
        market.declareTarget(_wordIn(NORTH, 0, -100_000, 400_000, 450_000, true));
        uint256 lock = 110_000 * 450_000 * CREDIT_UNIT;
        assertEq(market.account(bea).deposit, 100e18 - lock, "locked");
        vm.warp(_closingTime(0));
        _close(bea, 0);
        assertEq(market.account(bea).deposit, 100e18, "returned");
    }

    /* ----------------------------------------------------- energy ------------------------------------------------ */

    function test_OneWhIsTradeable() external {
        _declare(ann, 0, 1, 100_000, 0);
        _declare(bea, 0, -1, 400_000, 450_000);
        vm.warp(_start(1));
        _read(ann, 0, 1, 0);
        _read(bea, 0, 0, 1);
        assertEq(market.tradeable(ann, 0), 1, "sold");
        assertEq(market.tradeable(bea, 0), 1, "bought");
    }

    function test_EachPeriodHasItsOwnRating() external {
        vm.warp(_start(1));
        _read(ann, 0, 5, 0);
        vm.warp(_start(2));
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.AboveRating.selector, ann, SCALE + 2, SCALE + 1)
        );
        vm.prank(_meter(ann));
        market.generation(ann, 1, uint64(5 + SCALE + 2));
    }

    /// @dev Neither declared nor completely read.
    function test_WhateverWasReadIsClosed() external {
        vm.warp(_start(1));
        vm.prank(_meter(ann));
        market.generation(ann, 0, 50);
        vm.warp(_closingTime(0));
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(0, ann, 50, 0, 0, 0, 0, 50, 0);
        _close(ann, 0);
    }

    /// @dev Generated less consumed is what was declared, to the Wh.
    function test_WhatWasMeteredAsDeclaredIsNoDeviation() external {
        _declare(ann, 0, 1000, 100_000, 0);
        _declare(bea, 0, -1000, 400_000, 450_000);
        vm.warp(_start(1));
        _read(ann, 0, 1500, 500);
        _read(bea, 0, 500, 2500);
        vm.warp(_closingTime(0));
        _close(ann, 0);
        _close(bea, 0);
        (uint256 counted, uint256 sum) = ledger.deviation(ann, 0);
        assertEq(counted, 1, "counted");
        assertEq(sum, 0, "as declared");
        (, sum) = ledger.deviation(bea, 0);
        // 1000 Wh of a rating of 10 000 Wh.
        assertEq(sum, WAD / 10, "a tenth");
    }

    /// @dev Who declares nothing and takes something deviates; who is not read does not.
    function test_NothingDeclaredIsADeclaration() external {
        _declare(bea, 0, 0, 0, 0);
        _declare(bob, 0, 0, 0, 0);
        vm.warp(_start(1));
        _read(bea, 0, 0, 1000);
        vm.warp(_closingTime(0));
        _close(bea, 0);
        _close(bob, 0);
        (uint256 counted, uint256 sum) = ledger.deviation(bea, 0);
        assertEq(counted, 1, "counted");
        assertEq(sum, WAD / 10, "a tenth");
        (counted, ) = ledger.deviation(bob, 0);
        assertEq(counted, 0, "not counted");
    }

    /// @dev Ann sells bea `wh` at the fee of a tick's levy and nothing else, and period 0 is closed.
    function _sold(uint32 rated, uint256 wh) private {
        vm.startPrank(ADMIN);
        market.empower(ann, bytes32(0), NORTH, true, true, rated);
        market.empower(bea, bytes32(0), NORTH, true, true, rated);
        market.setFee(NORTH, NORTH, 0, 1, true);
        vm.stopPrank();
        _postElecoin(0, 1_000_000);
        _buyTokens(bea, 900_000e18);
        _openTrading(ann, bea, 0, wh, 200_000);
        assertEq(_trade(bea, ann, 0, wh), wh, "traded");
        vm.warp(_closingTime(0));
        _close(ann, 0);
        _close(bea, 0);
    }

    function test_AnExactMWhIsAWattcoin() external {
        _sold(4_000_100, 1_000_000);
        assertEq(wattcoin.balanceOf(ann), WAD, "one");
        assertEq(market.account(ann).remainderWh, 0, "nothing is left");
    }

    function test_TheLeastFeeIsBooked() external {
        _sold(RATED, 1);
        assertEq(market.levyFees(), CREDIT_UNIT, "one unit");
        assertEq(market.networkFees(), 0, "no network fee");
    }

    /// @dev At an elecoin price of 1 the fees are whole ticks.
    function test_SheMayPayAllOfHerLimit() external {
        _postElecoin(0, 1_000_000);
        _buyTokens(bea, 100e18);
        _declare(ann, 0, 1000, 100_000, 0);
        _declare(bea, 0, -1000, 400_000, 215_000);
        vm.warp(_declarationDeadline(0));
        _post(Feed.Electricity, 0, _value(200_000, WAD, WAD));
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        _read(bea, 0, 0, 1000);
        vm.warp(_readingDeadline(0));
        (, uint256 price, uint256 fee) = market.checkQualification(bea, ann, 0);
        assertEq(price + fee, 215_000 * TICK, "all in");
        assertEq(_trade(bea, ann, 0, 1000), 1000, "traded");
    }

    /* ------------------------------------------------------ money ------------------------------------------------ */

    function test_TheExactPriceBuys() external {
        vm.deal(bea, 0.97e18);
        vm.prank(bea);
        market.buyToken{value: 0.97e18}(1e18);
        assertEq(market.account(bea).deposit, 1e18, "bought");
        assertEq(market.refundOf(bea), 0, "nothing to give back");
    }

    /* ----------------------------------------------------- offices ----------------------------------------------- */

    function test_AHigherRatingIsTheMetersToo() external {
        vm.prank(ADMIN);
        market.empower(bea, bytes32(0), NORTH, true, true, 2 * RATED);
        assertEq(market.registers(bea).ratedPower, 2 * RATED, "the meter's");
        vm.warp(_start(1));
        _read(bea, 0, 2 * SCALE + 1, 0);
        assertEq(market.slot(bea, 0).generated, 2 * SCALE + 1, "read at it");
    }

    function test_AMemberWithoutTheRightDoesNotTrade() external {
        vm.prank(ADMIN);
        market.empower(bea, bytes32(0), NORTH, true, false, RATED);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NoTradingRight.selector, bea));
        vm.prank(bea);
        market.declareNeed(0, 1);
    }

    function test_CorrectionsAreAcceptedForSixtyDays() external view {
        (address attestor, uint32 window) = market.attestor();
        assertEq(attestor, address(0), "nobody yet");
        assertEq(window, 60 days, "window");
    }

    function test_APauseIsTold() external {
        vm.startPrank(ADMIN);
        vm.expectEmit(address(market));
        emit IMarketEvents.Paused(ADMIN);
        market.pause();
        assertTrue(market.paused(), "paused");
        vm.expectEmit(address(market));
        emit IMarketEvents.Unpaused(ADMIN);
        market.unpause();
        assertTrue(!market.paused(), "on again");
    }
}

/// @notice Periods of seven metered seconds: ratings that are no whole Wh.
contract RatedEnergyTest is MarketFixture {
    function _schedule() internal pure override returns (Schedule memory s) {
        s = super._schedule();
        s.step = 7;
    }

    /// @dev 1543 W give 3 Wh and one Ws, which count as 4, and one more.
    function test_RatedEnergyIsRoundedUp() external {
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), NORTH, true, true, 1543);
        vm.warp(_start(1));
        vm.startPrank(_meter(ann));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AboveRating.selector, ann, 6, 5));
        market.generation(ann, 0, 6);
        market.generation(ann, 0, 5);
        assertEq(market.slot(ann, 0).generated, 5, "read");
    }
}
