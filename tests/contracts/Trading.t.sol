// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Account, Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed, IEquilibriumOracle} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarket, MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Trades at the posted price, their rating, and the Wattcoin they earn.
contract TradingTest is MarketFixture {
    uint256 private constant TICKS = 200_000;
    uint256 private constant ANY = type(uint256).max;

    function _open(uint256 wh) private {
        _buyTokens(bea, 100e18);
        _openTrading(ann, bea, 0, wh, TICKS);
    }

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
        // To the wei, the payer's side up.
        uint256 cost = _ceil(filled * price, 1000);
        uint256 network = _ceil(filled * _inElecoins(10_000), 1000);
        uint256 levy = _ceil(filled * _inElecoins(5000), 1000);
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
        vm.warp(_closingTime(0));
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
        uint256 paid = price + _inElecoins(10_000) + _inElecoins(5000);
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

    /* ---------------------------------------------------- rating -------------------------------------------------- */

    function _bought() private returns (Purchase[] memory p) {
        _open(1000);
        p = new Purchase[](3);
        p[0] = Purchase(ann, 300, 80, 0);
        p[1] = Purchase(ann, 500, 49, 4);
        p[2] = Purchase(ann, 200, 50, 0);
        for (uint256 i; i < 3; i++) {
            _trade(bea, ann, 0, p[i].energyWh);
        }
    }

    function test_RefusedEnergyEarnsNoWattcoinAndNoGreenClaim() external {
        Purchase[] memory p = _bought();
        vm.warp(_tradingEnd(0));
        for (uint256 i; i < 3; i++) {
            vm.expectEmit(address(market));
            emit IMarketEvents.Rated(0, bea, ann, p[i].energyWh, p[i].quality, p[i].reason);
        }
        vm.prank(bea);
        market.rate(0, p);
        assertEq(market.slot(ann, 0).refused, 500, "the seller's");
        assertEq(market.slot(bea, 0).refused, 500, "the buyer's");
        vm.warp(_closingTime(0));
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(0, ann, 1007, 7, 0, 1000, 0, 0, 500);
        _close(ann, 0);
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(0, bea, 0, 1000, 1000, 0, 0, 0, 500);
        _close(bea, 0);
        assertEq(market.account(ann).remainderWh, 500, "carried");
        assertEq(market.account(bea).remainderWh, 0, "buyers earn none");
    }

    function test_RatingIsOncePerPeriodInItsWindow() external {
        Purchase[] memory p = _bought();
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.OutsideWindow.selector,
            0,
            _tradingEnd(0),
            _closingTime(0)
        );
        vm.startPrank(bea);
        vm.warp(_tradingEnd(0) - 1);
        vm.expectRevert(refusal);
        market.rate(0, p);
        vm.warp(_closingTime(0));
        vm.expectRevert(refusal);
        market.rate(0, p);
        vm.warp(_closingTime(0) - 1);
        market.rate(0, p);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.PurchasesMismatch.selector, bea, 0));
        market.rate(0, p);
    }

    /// @notice Anything but her own purchases, whole and in order, is refused: nobody lowers another's Wattcoin.
    function testFuzz_OnlyHerPurchasesInTheirOrder(uint8 what, uint32 change) external {
        Purchase[] memory p = _bought();
        change = uint32(bound(change, 1, type(uint32).max - 1000));
        what %= 6;
        if (what == 0) p[0].energyWh += change;
        if (what == 1) p[1].retailer = sam;
        if (what == 2) (p[0], p[1]) = (p[1], p[0]);
        if (what == 3) p = new Purchase[](0);
        if (what == 4) (p[1].retailer, p[1].energyWh) = (bea, change);
        if (what == 5) p[2] = p[1];
        vm.warp(_tradingEnd(0));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.PurchasesMismatch.selector, bea, 0));
        vm.prank(bea);
        market.rate(0, p);
        assertEq(market.slot(ann, 0).refused, 0, "nothing moved");
    }

    function test_WhoBoughtNothingRatesNothing() external {
        Purchase[] memory p = _bought();
        vm.warp(_tradingEnd(0));
        address[3] memory others = [ann, bob, stranger];
        for (uint256 i; i < 3; i++) {
            vm.expectRevert(
                abi.encodeWithSelector(IMarketEvents.PurchasesMismatch.selector, others[i], 0)
            );
            vm.prank(others[i]);
            market.rate(0, p);
        }
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.PurchasesMismatch.selector, bob, 0));
        vm.prank(bob);
        market.rate(0, new Purchase[](0));
    }

    /// @notice What she bought a turn of the ring ago lies where this period's purchases would. As a seller of this
    /// period she must not bring it back: the retailer would lose energy that he never sold, and could never close.
    function test_OldPurchasesAreNotRatedAgain() external {
        _buyTokens(bea, 100e18);
        _openTrading(ann, bea, 0, 1000, TICKS);
        _trade(bea, ann, 0, 1000);
        for (uint256 t = 1; t < 5; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 0, 0);
            _read(bea, t, 0, 0);
            if (t == 2) _buyTokens(ann, 100e18);
        }
        // Now ann buys and bea sells.
        vm.warp(_declarationDeadline(5) - 1);
        _openTrading(bea, ann, 5, 500, TICKS);
        _trade(ann, bea, 5, 500);
        vm.warp(_tradingEnd(5));
        Purchase[] memory old = new Purchase[](1);
        old[0] = Purchase(ann, 1000, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.PurchasesMismatch.selector, bea, 5));
        vm.prank(bea);
        market.rate(5, old);
        vm.warp(_closingTime(5));
        _close(ann, 5);
    }

    function test_RatingNeedsAReasonAndAtMost100() external {
        Purchase[] memory p = _bought();
        vm.warp(_tradingEnd(0));
        vm.startPrank(bea);
        p[1].reason = 0;
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.ReasonRequired.selector, ann));
        market.rate(0, p);
        p[1].reason = 1;
        p[2].quality = 101;
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.InvalidQuality.selector, uint8(101)));
        market.rate(0, p);
    }

    /* --------------------------------------------------- wattcoin ------------------------------------------------- */

    /// @notice Whole MWh are minted, the rest is carried, over any sequence of periods.
    function testFuzz_WattcoinCarriesItsRemainder(uint16[5] memory sold) external {
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), NORTH, true, true, 4_000_000_000);
        vm.prank(ADMIN);
        market.empower(bea, bytes32(0), NORTH, true, true, 4_000_000_000);
        _buyTokens(bea, 900_000e18);
        uint256 total;
        for (uint256 t; t < sold.length + 3; t++) {
            if (t % 4 == 0) _postElecoin(t / 4, 1e6);
            vm.warp(_declarationDeadline(t) - 1);
            if (t < sold.length) {
                _declare(ann, t, int256(_sold(sold, t)), 100_000, 0);
                _declare(bea, t, -int256(_sold(sold, t)), 400_000, 450_000);
                vm.warp(_declarationDeadline(t));
                _post(Feed.Electricity, t, _value(TICKS, WAD, WAD));
            }
            vm.warp(_start(t));
            if (t > 0 && t <= sold.length) {
                _read(ann, t - 1, _sold(sold, t - 1), 0);
                _read(bea, t - 1, 0, _sold(sold, t - 1));
                vm.warp(_readingDeadline(t - 1));
                _trade(bea, ann, t - 1, ANY);
            }
            if (t < 3) continue;
            _close(ann, t - 3);
            total += _sold(sold, t - 3);
            assertEq(wattcoin.balanceOf(ann), (total / 1e6) * WAD, "minted");
            assertEq(market.account(ann).remainderWh, total % 1e6, "carried");
        }
        assertEq(wattcoin.totalSupply(), wattcoin.balanceOf(ann), "nobody else earns");
    }
    function _sold(uint16[5] memory sold, uint256 period) private pure returns (uint256) {
        return uint256(sold[period]) * 17 + 1;
    }
}
