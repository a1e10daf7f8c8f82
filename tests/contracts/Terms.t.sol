// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Constants, Fee, MarketTerms} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Terms that change with a delay.
contract TermsTest is MarketFixture {
    /* ---------------------------------------- terms that change with a delay -------------------------------------- */

    function test_TermsHoldAtOnceBeforeAnythingIsPriced() external {
        vm.warp(_needDeadline(0) - 1);
        vm.startPrank(ADMIN);
        vm.expectEmit(address(market));
        emit IMarketEvents.FeeScheduled(SOUTH, NORTH, 7, 8, true, 0);
        market.setFee(SOUTH, NORTH, 7, 8, true);
        vm.expectEmit(address(market));
        emit IMarketEvents.ConstantsScheduled(97_000, 20, 30, 0);
        market.setConstants(97_000, 20, 30);
        (uint256 network, uint256 levy) = market.feeOf(SOUTH, NORTH, 0);
        assertEq(network, _ceil(7e12 * WAD, LEAST), "network");
        assertEq(levy, _ceil(8e12 * WAD, LEAST), "levy");
        assertEq(market.floorPrice(0), 0.1e18, "floor");
        vm.warp(_needDeadline(0));
        market.setConstants(194_000, 20, 30);
        assertEq(market.constants().fromPeriod, 9, "later: an epoch and a turn of the ring");
        assertEq(market.floorPrice(8), 0.1e18, "present");
        assertEq(market.floorPrice(9), 0.2e18, "next");
    }

    function test_WhatIsInForceStaysWhenTheNextIsSet() external {
        vm.startPrank(ADMIN);
        market.setConstants(97_000, 20, 30);
        vm.warp(_needDeadline(0));
        market.setConstants(194_000, 40, 60);
        vm.stopPrank();
        assertEq(
            abi.encode(market.constants()),
            abi.encode(Constants(97_000, 20, 30, 194_000, 40, 60, 9)),
            "both"
        );
    }

    function test_ConstantsRefuse() external {
        vm.startPrank(ADMIN);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.InvalidTolerance.selector, uint16(10_001))
        );
        market.setConstants(0, 10_001, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.InvalidQuality.selector, uint8(101)));
        market.setConstants(0, 0, 101);
        market.setConstants(0, 10_000, 100);
    }

    /// @notice Whatever the administrator does, the terms of a period that could be declared never change again.
    function testFuzz_TermsOfDeclarablePeriodsStand(
        uint16[6] memory waits,
        uint32[6] memory terms
    ) external {
        vm.warp(_needDeadline(0));
        uint256 first;
        uint256 next;
        uint32[64] memory network;
        uint32[64] memory feedIn;
        for (uint256 i; i < waits.length; i++) {
            vm.warp(block.timestamp + (waits[i] % 9000));
            // Periods from `first` on may be open; those before `next` have been declarable.
            while (_closingTime(first) <= block.timestamp) first++;
            while (next < 5 || _closingTime(next - 5) <= block.timestamp) {
                (network[next], feedIn[next]) = (_networkAt(next), _feedInAt(next));
                next++;
            }
            vm.startPrank(ADMIN);
            try market.setFee(NORTH, NORTH, terms[i], 5, true) {} catch (bytes memory why) {
                assertEq(bytes32(why), bytes32(IMarketEvents.ChangePending.selector), "refusal");
            }
            try market.setConstants(terms[i], 500, 50) {} catch (bytes memory why) {
                assertEq(bytes32(why), bytes32(IMarketEvents.ChangePending.selector), "refusal");
            }
            vm.stopPrank();
            for (uint256 t = first; t < next; t++) {
                assertEq(_networkAt(t), network[t], "network fee");
                assertEq(_feedInAt(t), feedIn[t], "feed-in");
            }
        }
    }

    function _networkAt(uint256 period) private view returns (uint32) {
        Fee memory f = market.fee(NORTH, NORTH);
        return period >= f.fromPeriod ? f.nextNetwork : f.network;
    }

    function _feedInAt(uint256 period) private view returns (uint32) {
        Constants memory c = market.constants();
        return period >= c.fromPeriod ? c.nextFeedIn : c.feedIn;
    }

    function test_APendingChangeCanBeReplacedUntilItCanBeDeclared() external {
        vm.warp(_start(2));
        vm.startPrank(ADMIN);
        market.setFee(NORTH, NORTH, 1, 1, true);
        uint24 from = market.fee(NORTH, NORTH).fromPeriod;
        assertEq(from, 11, "from");
        vm.warp(_closingTime(from - 5) - 1);
        market.setFee(NORTH, NORTH, 2, 2, true);
        Fee memory f = market.fee(NORTH, NORTH);
        assertEq(f.network, 10_000, "present");
        assertEq(f.nextNetwork, 2, "replaced");
        from = f.fromPeriod;
        vm.warp(_closingTime(from - 5));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.ChangePending.selector, from));
        market.setFee(NORTH, NORTH, 3, 3, true);
        vm.warp(_closingTime(from - 1) - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.ChangePending.selector, from));
        market.setFee(NORTH, NORTH, 3, 3, true);
        vm.warp(_closingTime(from - 1));
        market.setFee(NORTH, NORTH, 3, 3, true);
        assertEq(market.fee(NORTH, NORTH).network, 2, "in force");
    }

    /// @dev A pair's fee changes with its very period.
    function test_AFeeHoldsToItsLastPeriod() external {
        vm.warp(_needDeadline(0));
        vm.prank(ADMIN);
        market.setFee(NORTH, NORTH, 970_000, 970_000, true);
        (uint256 network, ) = market.feeOf(NORTH, NORTH, 8);
        assertEq(network, _ceil(10_000 * TICK * WAD, LEAST), "present");
        (network, ) = market.feeOf(NORTH, NORTH, 9);
        assertEq(network, 1e18, "next");
    }

    function test_AGreatLevyPermitsNothing() external {
        vm.prank(ADMIN);
        market.setFee(SOUTH, NORTH, type(uint32).max, type(uint32).max, false);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.PairNotPermitted.selector, SOUTH, NORTH)
        );
        market.feeOf(SOUTH, NORTH, 0);
    }

    function test_EachPairHasItsOwnFee() external {
        vm.prank(ADMIN);
        market.setFee(5, 0, 7, 7, true);
        assertEq(market.fee(5, 0).nextNetwork, 7, "the one");
        for (uint16 bit; bit < 16; bit++) {
            assertEq(market.fee(5, uint16(1) << bit).nextNetwork, 0, "to another zone");
            assertEq(market.fee(4, uint16(1) << bit).nextNetwork, 0, "from another zone");
        }
    }

    function test_APairNeverSetMayNotTrade() external {
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.PairNotPermitted.selector,
            SOUTH,
            NORTH
        );
        vm.expectRevert(refusal);
        market.feeOf(SOUTH, NORTH, 0);
        vm.prank(ADMIN);
        market.setFee(SOUTH, NORTH, 1, 1, false);
        vm.expectRevert(refusal);
        market.feeOf(SOUTH, NORTH, 0);
    }

    function test_FeeAccounts() external {
        vm.startPrank(ADMIN);
        vm.expectEmit(address(market));
        emit IMarketEvents.FeeAccountsSet(ann, bob);
        market.setFeeAccounts(ann, bob);
        assertEq(market.networkAccount(), ann, "network");
        assertEq(market.levyAccount(), bob, "levy");
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.setFeeAccounts(address(0), bob);
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.setFeeAccounts(bob, address(0));
        // Fees paid to the market itself would belong to nobody.
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.Miswired.selector, address(market)));
        market.setFeeAccounts(address(market), bob);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.Miswired.selector, address(market)));
        market.setFeeAccounts(bob, address(market));
    }

    function _ceil(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}

/// @notice A redemption of a wei less than one.
contract FloorTest is MarketFixture {
    function _terms() internal pure override returns (MarketTerms memory terms) {
        terms = super._terms();
        (terms.elecoin.redemption, terms.elecoin.least) = (WAD - 1, WAD);
        terms.feedIn = 1;
    }

    function test_TheFloorIsRoundedUp() external view {
        assertEq(market.floorPrice(0), 2 * TICK, "one tick and a little");
    }
}
