// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Purchase, Slot} from "contracts/interfaces/MarketTypes.sol";
import {IPool} from "contracts/interfaces/IPool.sol";
import {PoolOfFour} from "./utils/PoolOfFour.sol";

/// @notice What the pool settles, and what returns where nobody settles it.
contract PoolTest is PoolOfFour {
    /* ---------------------------------------------------- settling ------------------------------------------------ */

    function test_APoolMovesEnergyAndMoneyExactly() external {
        uint256 before = market.account(bea).deposit;
        _settleable(0);
        // 10 % above what she declared, at her own grid price.
        uint256 lock = 550 * 450_000 * CREDIT_UNIT;
        assertEq(market.account(bea).deposit, before - lock, "locked");
        assertEq(_credit(bea, 0), lock, "kept in her slot");

        (uint256[4] memory totals, uint256[] memory lines) = _settledLines(0);
        assertEq(totals[0], PRICE * TICK, "price");
        assertEq(totals[1], 700, "energy");
        assertEq(totals[2], 1300, "surplus");
        assertEq(totals[3], 700, "need");
        assertEq(lines.length, 4, "lines");

        uint256 network = _ceil(500, NETWORK_FEE);
        uint256 levy = _ceil(500, NETWORK_FEE + LEVY_FEE) - network;
        uint256 paid = 500 * PRICE * CREDIT_UNIT + network + levy;
        assertEq(lines[0], uint256(500) << 128, "ann sold in her zone");
        assertEq(
            lines[1],
            (1 << 192) |
                (uint256(1) << 160) |
                (uint256(500) << 128) |
                ((network / CREDIT_UNIT) << 64) |
                (levy / CREDIT_UNIT),
            "bea bought"
        );
        assertEq(lines[2] >> 128, (uint256(2) << 32) | 200, "sam sold in hers");
        assertEq(lines[3] >> 128, (1 << 64) | (uint256(3) << 32) | 200, "bob bought");

        Slot memory s = market.slot(bea, 0);
        assertEq(s.traded, 500, "her slot's energy");
        assertEq(s.flags & (SETTLED | POOLED), SETTLED | POOLED, "her slot's flags");
        assertEq(s.consumed, 500, "her reading stands");
        assertEq(_credit(bea, 0), lock - paid, "what the lock leaves");
        assertEq(_credit(ann, 0), 500 * PRICE * CREDIT_UNIT, "ann's proceeds");

        assertEq(market.account(ann).deposit, 0, "nothing moves before closing");
        _closeAll(0);
        assertEq(market.account(ann).deposit, 500 * PRICE * CREDIT_UNIT, "ann is paid");
        assertEq(market.account(sam).deposit, 200 * PRICE * CREDIT_UNIT, "sam is paid");
        assertEq(market.account(bea).deposit, before - paid, "bea paid");
        _requireWhole();
    }

    function test_WhatOneZoneLacksComesFromTheOther() external {
        _pooled(ann, NORTH, 0, 1000);
        _pooled(bob, SOUTH, 0, -200);
        _pooled(bea, NORTH, 0, -500);
        _postAt(0, PRICE);
        _read(ann, 0, 1000, 0);
        _read(bob, 0, 0, 200);
        _read(bea, 0, 0, 500);
        vm.warp(_poolOpening(0));
        (, uint256[] memory lines) = _settledLines(0);
        // 0.033333 and 0.007777 in currency.
        uint256 north = 34_363_917_525_773_196;
        uint256 levy = 8_017_525_773_195_877;
        uint256 network = _ceil(200, north);
        assertEq(uint64(lines[1] >> 64), network / CREDIT_UNIT, "the pair's network fee");
        uint256 both = _ceil(200, north + levy);
        assertEq(uint64(lines[1]), (both - network) / CREDIT_UNIT, "the pair's levy");
        assertEq(market.networkFees(), network + _ceil(500, NETWORK_FEE), "collected");
    }

    function test_APairThatMayNotTradeDoesNot() external {
        _pooled(sam, SOUTH, 0, 1000);
        _pooled(bea, NORTH, 0, -500);
        _postAt(0, PRICE);
        _read(sam, 0, 1000, 0);
        _read(bea, 0, 0, 500);
        vm.warp(_poolOpening(0));
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
        _settlePool(0);
    }

    function test_WhoIsNotPooledStaysOutAndMustBeListed() external {
        _declareIn(sam, SOUTH, 0, 300, 100_000, 0, false);
        _pooled(ann, NORTH, 0, 1000);
        _declareIn(bob, SOUTH, 0, -200, 400_000, 450_000, false);
        _pooled(bea, NORTH, 0, -500);
        _postAt(0, PRICE);
        _readFour(0);
        _trade(bob, sam, 0, 50);
        (uint256[4] memory totals, uint256[] memory lines) = _settledLines(0);
        assertEq(totals[1], 500, "energy");
        assertEq(lines.length, 2, "lines");
        assertEq(lines[0] >> 128, (uint256(1) << 32) | 500, "the place counts all declarations");
        _trade(bob, sam, 0, 60);
        assertEq(market.slot(bob, 0).traded, 110, "trades by pairs go on");
        _closeAll(0);
        _requireWhole();
    }

    function test_PooledEnergyIsNotTradedByPairs() external {
        _settleable(0);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NothingToTrade.selector, ann, uint256(0))
        );
        _trade(bea, ann, 0, 10);
        _settlePool(0);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NothingToTrade.selector, ann, uint256(0))
        );
        _trade(bea, ann, 0, 10);
        vm.warp(_tradingEnd(0));
        Purchase[] memory none = new Purchase[](0);
        vm.prank(bea);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.PurchasesMismatch.selector, bea, uint256(0))
        );
        market.rate(0, none);
    }

    function test_ADepositThatDoesNotCoverTheLockLeavesHerToPairs() external {
        vm.startPrank(bea);
        market.withdraw(100e18 - 550 * 450_000 * CREDIT_UNIT + 1);
        vm.stopPrank();
        uint256 before = market.account(bea).deposit;
        _four(0);
        assertEq(market.account(bea).deposit, before, "not locked");
        assertEq(market.slot(bea, 0).flags & POOLED, 0, "not pooled");
        _postAt(0, PRICE);
        _readFour(0);
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[3], 200, "only bob's need");
    }

    function test_TheLastWeiCoversTheLock() external {
        vm.startPrank(bea);
        market.withdraw(100e18 - 550 * 450_000 * CREDIT_UNIT);
        vm.stopPrank();
        _settleable(0);
        assertEq(market.account(bea).deposit, 0, "all is locked");
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[3], 700, "her need counts");
    }

    function test_EnergySoldInThePoolCountsForWattcoins() external {
        _settleable(0);
        _settlePool(0);
        _closeAll(0);
        assertEq(market.account(ann).remainderWh, 500, "carried to the next Wattcoin");
    }

    /* ------------------------------------------------- never settled ---------------------------------------------- */

    function _requireUnmoved() private {
        _closeAll(0);
        assertEq(market.account(bea).deposit, 100e18, "bea has her lock back");
        assertEq(market.account(bob).deposit, 100e18, "bob too");
        assertEq(market.account(ann).deposit, 0, "ann sold nothing");
        _requireWhole();
    }

    function test_LocksReturnWhenNobodySettles() external {
        _settleable(0);
        _requireUnmoved();
    }

    function test_LocksReturnWhereNoPriceWasPosted() external {
        _four(0);
        vm.warp(_start(1));
        _readFour(0);
        vm.expectRevert();
        _settlePool(0);
        _requireUnmoved();
    }

    function test_LocksReturnWhereNothingWasRead() external {
        _four(0);
        _postAt(0, PRICE);
        _requireUnmoved();
    }

    function test_ALockIsOutOfReach() external {
        _settleable(0);
        uint256 free = market.account(bea).deposit;
        vm.startPrank(bea);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.InsufficientDeposit.selector, bea, free, free + 1)
        );
        market.withdraw(free + 1);
        market.withdraw(free);
        vm.stopPrank();
        _settlePool(0);
        _closeAll(0);
        _requireWhole();
    }

    /* ----------------------------------------------------- random ------------------------------------------------- */

    /// @dev Any energies and prices: Σ (lock − credit) = Σ proceeds + fees, and every account's energy balances.
    function testFuzz_MoneyAndEnergyAreKept(
        uint32[4] memory wh,
        uint32[4] memory read,
        uint32[2] memory limits,
        uint32 ticks
    ) external {
        address[4] memory who = [ann, bea, sam, bob];
        uint256 price = bound(ticks, 82_475, 500_000);
        for (uint256 i; i < 4; i++) {
            int256 net = int256(bound(wh[i], 1, 9000));
            uint256 limit = bound(limits[i / 2], 1, 600_000);
            uint16 zone = i < 2 ? NORTH : SOUTH;
            _declareIn(who[i], zone, 0, i % 2 == 0 ? net : -net, 300_000, limit, true);
        }
        _postAt(0, price);
        for (uint256 i; i < 4; i++) {
            uint256 energy = bound(read[i], 0, 9999);
            _read(who[i], 0, i % 2 == 0 ? energy : 0, i % 2 == 0 ? 0 : energy);
        }
        vm.warp(_poolOpening(0));
        try market.settlePool(0, declared[0]) {
            uint256 sold = market.slot(ann, 0).traded + market.slot(sam, 0).traded;
            uint256 bought = market.slot(bea, 0).traded + market.slot(bob, 0).traded;
            assertEq(sold, bought, "energy");
            assertTrue(sold != 0, "something was settled");
        } catch (bytes memory why) {
            assertEq(bytes4(why), IPool.NothingToSettle.selector, "why not");
        }
        _closeAll(0);
        _requireWhole();
    }
}
