// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {TradingFixture} from "./utils/TradingFixture.sol";

/// @notice Trades at the posted price.
contract TradingTest is TradingFixture {
    function _expect(bytes4 error, address account, uint256 value) private {
        vm.expectRevert(abi.encodeWithSelector(error, account, value));
    }

    /* ---------------------------------------------------- trading ------------------------------------------------- */

    function testFuzz_TradeMovesEnergyAndMoney(
        uint32 asked,
        uint32 minWh,
        uint32 sells,
        uint32 buys,
        uint32 ticks
    ) external {
        sells = uint32(bound(sells, 1, SCALE));
        buys = uint32(bound(buys, 1, SCALE));
        ticks = uint32(bound(ticks, 100_000, 400_000));
        _buyTokens(bea, 1000e18);
        _declare(ann, 0, int256(uint256(sells)), 100_000, 0);
        _declare(bea, 0, -int256(uint256(buys)), 400_000, 500_000);
        vm.warp(_declarationDeadline(0));
        _post(Feed.Electricity, 0, _value(ticks, WAD, WAD));
        vm.warp(_start(1));
        _read(ann, 0, sells, 0);
        _read(bea, 0, 0, buys);
        vm.warp(_readingDeadline(0));

        uint256 filled = sells < buys ? sells : buys;
        (uint256 available, uint256 price, uint256 fee) = market.checkQualification(bea, ann, 0);
        assertEq(available, filled, "available");
        assertEq(price, ticks * TICK, "price");
        assertEq(fee, _inElecoins(10_000) + _inElecoins(5000), "fee");
        if (asked < filled) filled = asked;
        if (filled < minWh || filled == 0) {
            vm.expectRevert(
                abi.encodeWithSelector(IMarketEvents.BelowMinimum.selector, filled, minWh)
            );
            vm.prank(bea);
            market.trade(ann, 0, asked, minWh, ANY, block.timestamp);
            return;
        }
        // Energy to the wei; fees in 1e9 wei, the payer's side up.
        uint256 cost = _ceil(filled * price, 1000);
        uint256 network = _ceil(filled * _inElecoins(10_000), 1e12) * 1e9;
        uint256 levy = _ceil(filled * _inElecoins(5000), 1e12) * 1e9;
        vm.expectEmit(address(market));
        emit IMarketEvents.Traded(0, bea, ann, uint32(filled), price, cost, network, levy);
        vm.prank(bea);
        market.trade(ann, 0, asked, minWh, price + fee, block.timestamp);
        assertEq(market.tradeable(ann, 0), sells - filled, "left to sell");
        assertEq(market.tradeable(bea, 0), buys - filled, "left to buy");
        _assertSettled(cost, network, levy);
    }

    function _assertSettled(uint256 cost, uint256 network, uint256 levy) private {
        assertEq(market.account(ann).deposit, 0, "the seller's proceeds wait in her slot");
        assertEq(
            market.account(bea).deposit,
            1000e18 - cost - network - levy,
            "the buyer's deposit"
        );
        assertEq(market.networkFees() + market.levyFees(), 0, "fees wait, too");
        vm.warp(_closingTime(0));
        _close(bea, 0);
        _close(bea, 0);
        assertEq(market.networkFees(), network, "network");
        assertEq(market.levyFees(), levy, "levy");
        vm.expectEmit(address(market));
        emit IMarketEvents.FeesCollected(NETWORK, network, LEVY, levy);
        market.collectFees();
        assertEq(elecoin.balanceOf(NETWORK), network, "network paid");
        assertEq(elecoin.balanceOf(LEVY), levy, "levy paid");
        assertEq(market.networkFees() + market.levyFees(), 0, "nothing unpaid");
        market.collectFees();
        assertEq(elecoin.balanceOf(LEVY), levy, "paid once");
        _close(ann, 0);
        _close(ann, 0);
        assertEq(market.account(ann).deposit, cost, "until the period closes");
    }

    /// @dev A fee of so many ticks of currency at the lower bound of the elecoin price, rounded up.
    function _inElecoins(uint256 ticks) private pure returns (uint256) {
        return _ceil(ticks * TICK * WAD, LEAST);
    }

    function _ceil(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }

    function test_NobodySellsWhatTheMeterDidNotShow() external {
        _open(1000);
        assertEq(_trade(bea, ann, 0, 600), 600, "first");
        assertEq(_trade(bea, ann, 0, 600), 400, "the rest");
        _expect(IMarketEvents.NothingToTrade.selector, ann, 0);
        _trade(bea, ann, 0, 1);
    }

    function test_TradingWindow() external {
        _open(1000);
        (uint256 opens, uint256 closes) = (_readingDeadline(0), _tradingEnd(0));
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.OutsideWindow.selector,
            0,
            opens,
            closes
        );
        vm.startPrank(bea);
        vm.warp(opens - 1);
        vm.expectRevert(refusal);
        market.trade(ann, 0, 1, 1, ANY, ANY);
        vm.warp(closes);
        vm.expectRevert(refusal);
        market.trade(ann, 0, 1, 1, ANY, ANY);
        vm.expectRevert(refusal);
        market.checkQualification(bea, ann, 0);
        vm.warp(closes - 1);
        market.trade(ann, 0, 1, 1, ANY, ANY);
    }

    function test_DeadlineAndMostPrice() external {
        _open(1000);
        vm.startPrank(bea);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.DeadlinePassed.selector, block.timestamp - 1)
        );
        market.trade(ann, 0, 1, 1, ANY, block.timestamp - 1);
        (, uint256 price, uint256 fee) = market.checkQualification(bea, ann, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.PriceAboveMax.selector,
                price + fee,
                price + fee - 1
            )
        );
        market.trade(ann, 0, 1, 1, price + fee - 1, block.timestamp);
        market.trade(ann, 0, 1, 1, price + fee, block.timestamp);
    }

    function test_PauseStopsTradesAlone() external {
        _open(1000);
        vm.prank(ADMIN);
        market.pause();
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        _trade(bea, ann, 0, 1);
        // Everything else goes on.
        _declare(ann, 2, 5, 0, 0);
        vm.warp(_start(2));
        _read(ann, 1, 1, 1);
        market.collectFees();
        vm.warp(_closingTime(0));
        _close(ann, 0);
        vm.prank(ADMIN);
        market.unpause();
        assertTrue(!market.paused(), "on again");
    }

    function test_WhoMayNotTrade() external {
        _open(1000);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.TradeWithSelf.selector, bea));
        _trade(bea, bea, 0, 1);
        _expect(IMarketEvents.NothingToTrade.selector, stranger, 0);
        _trade(bea, stranger, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotRegistered.selector, stranger));
        _trade(stranger, ann, 0, 1);
        // bob may trade and not generate.
        _expect(IMarketEvents.NothingToTrade.selector, bob, 0);
        _trade(bea, bob, 0, 1);
        vm.prank(ADMIN);
        market.revoke(bea);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NoTradingRight.selector, bea));
        _trade(bea, ann, 0, 1);
        // What a seller declared while she might still sells.
        vm.startPrank(ADMIN);
        market.empower(bea, bytes32(0), NORTH, true, true, RATED);
        market.revoke(ann);
        vm.stopPrank();
        assertEq(_trade(bea, ann, 0, 1), 1, "declared");
    }

    /// @notice Energy flows from north to south, not back.
    function test_AZonePairMustBePermitted() external {
        _buyTokens(bea, 100e18);
        _openTrading(sam, bea, 0, 1000, TICKS);
        vm.prank(ADMIN);
        market.setFee(SOUTH, NORTH, 0, 0, true); // too late for period 0
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.PairNotPermitted.selector, SOUTH, NORTH)
        );
        _trade(bea, sam, 0, 1);
    }

    function test_BothSidesOfATradeHaveSomething() external {
        _buyTokens(bea, 1e18);
        _declare(ann, 0, 1000, 0, 0);
        _declare(sam, 0, 1000, 0, 0);
        _declare(bea, 0, -1000, 400_000, 450_000);
        _declare(bob, 0, 1000, type(uint32).max, 450_000);
        vm.warp(_declarationDeadline(0));
        _post(Feed.Electricity, 0, _value(TICKS, WAD, WAD));
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        _read(bob, 0, 0, 1000);
        vm.warp(_readingDeadline(0));
        // bea's meter did not report, bob declared a surplus that he had not, and he never declared a lack.
        _expect(IMarketEvents.NothingToTrade.selector, bea, 0);
        _trade(bea, ann, 0, 1);
        _expect(IMarketEvents.NothingToTrade.selector, bob, 0);
        _trade(bob, ann, 0, 1);
        _expect(IMarketEvents.NothingToTrade.selector, sam, 0);
        _trade(bob, sam, 0, 1);
        // Nor did who declared nothing.
        vm.prank(ADMIN);
        market.empower(stranger, bytes32(0), NORTH, true, true, RATED);
        _expect(IMarketEvents.NothingToTrade.selector, stranger, 0);
        _trade(stranger, ann, 0, 1);
    }

    function test_Unpriced() external {
        _declare(ann, 0, 1000, 100_000, 0);
        _declare(bea, 0, -1000, 400_000, 450_000);
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        _read(bea, 0, 0, 1000);
        vm.warp(_readingDeadline(0));
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, 0));
        _trade(bea, ann, 0, 1);
        vm.warp(_closingTime(0));
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(0, ann, 1000, 0, 0, 0, 0, 1000, 0);
        _close(ann, 0);
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(0, bea, 0, 1000, 0, 0, 1000, 0, 0);
        _close(bea, 0);
    }

    /// @dev The committed words decide: cost ≤ price ≤ value, and price + fee ≤ what the grid charges.
    function testFuzz_Eligibility(uint32 cost, uint32 value, uint32 limit) external {
        cost = uint32(bound(cost, TICKS - 5, TICKS + 5));
        value = uint32(bound(value, TICKS - 5, TICKS + 5));
        _buyTokens(bea, 100e18);
        uint256 allIn = TICKS * TICK + _inElecoins(10_000) + _inElecoins(5000);
        limit = uint32(bound(limit, allIn / TICK - 5, allIn / TICK + 5));
        _declare(ann, 0, 1000, cost, 0);
        _declare(bea, 0, -1000, value, limit);
        vm.warp(_declarationDeadline(0));
        _post(Feed.Electricity, 0, _value(TICKS, WAD, WAD));
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        _read(bea, 0, 0, 1000);
        vm.warp(_readingDeadline(0));
        if (cost > TICKS) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IMarketEvents.PriceBelowCost.selector,
                    TICKS * TICK,
                    cost * TICK
                )
            );
        } else if (value < TICKS) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IMarketEvents.PriceAboveReservation.selector,
                    TICKS * TICK,
                    value * TICK
                )
            );
        } else if (allIn > limit * TICK) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IMarketEvents.PriceAboveReservation.selector,
                    allIn,
                    limit * TICK
                )
            );
        }
        _trade(bea, ann, 0, 1);
    }

    function testFuzz_NobodyBuysOnCredit(uint96 short) external {
        _openTrading(ann, bea, 0, 1000, TICKS);
        (, uint256 price, ) = market.checkQualification(bea, ann, 0);
        uint256 paid = price + _inCredits(_inElecoins(10_000)) + _inCredits(_inElecoins(5000));
        short = uint96(bound(short, 1, paid));
        if (short < paid) _buyTokens(bea, paid - short);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.InsufficientDeposit.selector,
                bea,
                paid - short,
                paid
            )
        );
        _trade(bea, ann, 0, 1000);
        _buyTokens(bea, short);
        _trade(bea, ann, 0, 1000);
        assertEq(market.account(bea).deposit, 0, "to the wei");
    }

    /// @notice Fees wait in the word of the buyer's purchases up to 2^32 − 1 units of 1e9 wei each. What does not fit is
    /// booked at once with all that waited, to the wei: no fee is too large.
    function testFuzz_FeesThatCannotWaitAreBookedAtOnce(uint32 network, uint32 levy) external {
        network = uint32(bound(network, 1e6, 3e9));
        levy = uint32(bound(levy, 1e6, 1e9));
        vm.prank(ADMIN);
        market.setFee(NORTH, NORTH, network, levy, true);
        uint24 t = 0;
        _buyTokens(bea, 100_000e18);
        _declare(ann, t, 30, TICKS, 0);
        _declare(bea, t, -30, TICKS, type(uint32).max);
        vm.warp(_declarationDeadline(t));
        _post(Feed.Electricity, t, _value(TICKS, WAD, WAD));
        vm.warp(_start(t + 1));
        _read(ann, t, 30, 0);
        _read(bea, t, 0, 30);
        vm.warp(_readingDeadline(t));
        uint256[4] memory sums;
        for (uint256 i; i < 10; i++) {
            _trade(bea, ann, t, 3);
            sums[0] += _ceil(3 * _inElecoins(network), 1e12);
            sums[1] += _ceil(3 * _inElecoins(levy), 1e12);
            bool fits = sums[0] < 1 << 32 && sums[1] < 1 << 32;
            if (!fits) {
                (sums[2], sums[3]) = (sums[2] + sums[0], sums[3] + sums[1]);
                (sums[0], sums[1]) = (0, 0);
            }
            assertEq(market.networkFees(), sums[2] * 1e9, "network");
            assertEq(market.levyFees(), sums[3] * 1e9, "levy");
            assertEq(market.slot(bea, t).traded, 3 * (i + 1), "bought");
        }
        vm.warp(_closingTime(t));
        _close(bea, t);
        assertEq(market.networkFees(), (sums[0] + sums[2]) * 1e9, "network, closed");
        assertEq(market.levyFees(), (sums[1] + sums[3]) * 1e9, "levy, closed");
        uint256 paid = market.networkFees() + market.levyFees() + 30 * TICKS * 1e9;
        assertEq(market.account(bea).deposit, 100_000e18 - paid, "all of it hers");
    }

    /// @notice What waits is booked, too, where a claim of the ring's place closes the period.
    function test_AClaimOfTheRingBooksTheFees() external {
        _open(1000);
        _trade(bea, ann, 0, 1000);
        vm.warp(_declarationDeadline(5) - 1);
        assertEq(market.networkFees(), 0, "they wait");
        _declare(bea, 5, -1, TICKS, TICKS);
        assertEq(market.networkFees(), _inCredits(_inElecoins(10_000)), "network");
        assertEq(market.levyFees(), _inCredits(_inElecoins(5000)), "levy");
    }

    /// @dev Rounded up to 1e9 wei.
    function _inCredits(uint256 wei_) private pure returns (uint256) {
        return _ceil(wei_, 1e9) * 1e9;
    }

    function test_FeesFollowTheElecoinPriceOfThePeriod() external {
        _postElecoin(0, 1_050_000);
        _postElecoin(1, 1_000_000);
        (uint256 network, uint256 levy) = market.feeOf(NORTH, SOUTH, 3);
        assertEq(network, _ceil(33_333 * TICK * WAD, 1.05e18), "network");
        assertEq(levy, _ceil(7777 * TICK * WAD, 1.05e18), "levy");
        (network, levy) = market.feeOf(NORTH, SOUTH, 4);
        assertEq(network, 33_333 * TICK, "network of the next epoch");
        assertEq(levy, 7777 * TICK, "levy of the next epoch");
    }
}
