// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {TradingFixture} from "./utils/TradingFixture.sol";

/// @notice Ratings of what was bought, and the Wattcoin it earns.
contract RatingTest is TradingFixture {
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
