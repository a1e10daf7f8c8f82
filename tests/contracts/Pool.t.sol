// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Purchase, Slot} from "contracts/interfaces/MarketTypes.sol";
import {IPool} from "contracts/interfaces/IPool.sol";
import {PoolFixture} from "./utils/PoolFixture.sol";

contract PoolTest is PoolFixture {
    uint8 private constant SETTLED = 32;
    uint8 private constant POOLED = 64;

    /// @dev What the fixture's north costs: 0.015 in currency at an elecoin price of 0.97, rounded up each.
    uint256 private constant NETWORK_FEE = 10_309_278_350_515_464;
    uint256 private constant LEVY_FEE = 5_154_639_175_257_732;

    function setUp() public override {
        super.setUp();
        _buyTokens(bea, 100e18);
        _buyTokens(bob, 100e18);
    }

    /// @dev ann has 1000 Wh and sam 300; bea lacks 500 and bob 200.
    function _four(uint256 period) private {
        _pooled(ann, NORTH, period, 1000);
        _pooled(bea, NORTH, period, -500);
        _pooled(sam, SOUTH, period, 300);
        _pooled(bob, SOUTH, period, -200);
    }

    function _readFour(uint256 period) private {
        _read(ann, period, 1007, 7);
        _read(bea, period, 0, 500);
        _read(sam, period, 300, 0);
        _read(bob, period, 0, 200);
        vm.warp(_poolOpening(period));
    }

    function _settleable(uint256 period) private {
        _four(period);
        _postAt(period, PRICE);
        _readFour(period);
    }

    function _closeAll(uint256 period) private {
        vm.warp(_closingTime(period));
        market.close(declarers[period], uint24(period));
    }

    function _ceil(uint256 wh, uint256 fee) private pure returns (uint256) {
        return ((wh * fee + TICK - 1) / TICK) * CREDIT_UNIT;
    }

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

    /// @dev All elecoins in the market are somebody's: deposits and unpaid fees.
    function _requireWhole() private view {
        uint256 owed = market.networkFees() + market.levyFees();
        address[4] memory all = [ann, bea, sam, bob];
        for (uint256 i; i < 4; i++) {
            owed += market.account(all[i]).deposit;
        }
        assertEq(elecoin.balanceOf(address(market)), owed, "balance");
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

    /* --------------------------------------------------- eligibility ---------------------------------------------- */

    function test_WhoDoesNotTakePart() external {
        // She asks too much; it is worth less to her; her limit leaves no room for the fee; no limit, no lock.
        uint256[3][4] memory cases = [
            [PRICE + 1, 400_000, 450_000],
            [PRICE, PRICE - 1, 450_000],
            [PRICE, PRICE, PRICE + 15_463],
            [PRICE, PRICE, 0]
        ];
        for (uint256 i; i < 4; i++) {
            uint256 state = vm.snapshotState();
            _oneOfEach(cases[i][0], cases[i][1], cases[i][2]);
            vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
            _settlePool(0);
            vm.revertToState(state);
        }
    }

    /// @dev ann sells 1000 Wh and bea lacks 500, at these prices.
    function _oneOfEach(uint256 cost, uint256 value, uint256 limit) private {
        _declareIn(ann, NORTH, 0, 1000, cost, 0, true);
        _declareIn(bea, NORTH, 0, -500, value, limit, true);
        _postAt(0, PRICE);
        _read(ann, 0, 1000, 0);
        _read(bea, 0, 0, 500);
        vm.warp(_poolOpening(0));
    }

    function test_AtTheBoundsSheTakesPart() external {
        // 0.015 at 0.97 is 15 463.917… ticks.
        _oneOfEach(PRICE, PRICE, PRICE + 15_464);
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[1], 500, "energy");
    }

    function test_ReadingsThatCannotBeTradedArePassedOver() external {
        _four(0);
        _postAt(0, PRICE);
        // ann's sign turned, bea's reading is not complete, bob's is missing.
        _read(ann, 0, 0, 5);
        vm.prank(_meter(bea));
        market.consumption(bea, 0, 500);
        _read(sam, 0, 300, 0);
        vm.warp(_poolOpening(0));
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
        _settlePool(0);
    }

    function test_AReadingThatSpansPeriodsIsTheGrids() external {
        vm.warp(_declarationDeadline(1) - 1);
        _four(1);
        _postAt(1, PRICE);
        _readFour(1);
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 1));
        _settlePool(1);
    }

    function test_EnergyBeyondTheToleranceIsTheGrids() external {
        _four(0);
        _postAt(0, PRICE);
        _read(ann, 0, 5000, 0);
        _read(bea, 0, 0, 5000);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[2], 1100, "surplus");
        assertEq(totals[3], 550, "need");
        _closeAll(0);
        _requireWhole();
    }

    /// @dev Before anything is priced a change of the tolerance holds at once: her lock still bounds what she buys.
    function test_ALockBoundsWhatSheBuysWhateverTheToleranceIsNow() external {
        _four(0);
        vm.prank(ADMIN);
        market.setConstants(FEED_IN, 10_000, THRESHOLD);
        _postAt(0, PRICE);
        _read(ann, 0, 5000, 0);
        _read(bea, 0, 0, 5000);
        vm.warp(_poolOpening(0));
        (uint256[4] memory totals, ) = _settledLines(0);
        assertEq(totals[2], 2000, "surplus");
        assertEq(totals[3], 550, "need");
        _closeAll(0);
        _requireWhole();
    }

    /* --------------------------------------------------- refusals ------------------------------------------------- */

    /// @dev The four declarations of {_four} in this order, and whatever follows.
    function _list(uint256[4] memory order, bytes memory more) private view returns (bytes memory) {
        bytes memory all = declared[0];
        bytes memory list;
        for (uint256 i; i < 4; i++) {
            bytes memory one = new bytes(38);
            for (uint256 k; k < 38; k++) {
                one[k] = all[order[i] * 38 + k];
            }
            list = bytes.concat(list, one);
        }
        return bytes.concat(list, more);
    }

    function _expectMismatch(bytes memory list) private {
        bytes32 committed = market.targetCommitment(0);
        vm.expectRevert();
        market.settlePool(0, list);
        // By name, and with what was given.
        (, bytes memory why) = address(market).call(abi.encodeCall(IPool.settlePool, (0, list)));
        assertEq(bytes4(why), IPool.DeclarationsMismatch.selector, "why");
        assembly ("memory-safe") {
            why := add(why, 4)
        }
        assertEq(_word(why, 1), 0, "period");
        assertEq(_word(why, 3), uint256(committed), "committed");
    }

    function _word(bytes memory encoded, uint256 i) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := mload(add(encoded, mul(i, 0x20)))
        }
    }

    function test_OnlyTheWholeListInItsOrder() external {
        _settleable(0);
        bytes memory whole = declared[0];
        _expectMismatch(_list([uint256(1), 0, 2, 3], ""));
        _expectMismatch(_list([uint256(0), 1, 2, 2], ""));
        _expectMismatch(_list([uint256(0), 1, 2, 3], hex"00"));
        _expectMismatch(bytes.concat(whole, whole));
        _expectMismatch("");
        for (uint256 i; i < whole.length; i += 7) {
            whole[i] ^= 0x01;
            _expectMismatch(whole);
            whole[i] ^= 0x01;
        }
        assembly ("memory-safe") {
            mstore(whole, sub(mload(whole), 38))
        }
        _expectMismatch(whole);
        assembly ("memory-safe") {
            mstore(whole, add(mload(whole), 37))
        }
        _expectMismatch(whole);
        _settlePool(0);
    }

    function test_ASellerAloneHasNothingToSettle() external {
        _declareIn(ann, NORTH, 0, 1000, 100_000, 0, true);
        _postAt(0, PRICE);
        vm.warp(_poolOpening(0));
        vm.expectRevert(abi.encodeWithSelector(IPool.NothingToSettle.selector, 0));
        _settlePool(0);
    }

    function test_OnlyOnce() external {
        _settleable(0);
        _settlePool(0);
        vm.expectRevert(abi.encodeWithSelector(IPool.PoolAlreadySettled.selector, 0));
        _settlePool(0);
    }

    function test_OnlyInTheSecondHalfOfTrading() external {
        _four(0);
        _postAt(0, PRICE);
        _readFour(0);
        (uint256 opens, uint256 closes) = (_poolOpening(0), _tradingEnd(0));
        bytes memory outside = abi.encodeWithSelector(
            IMarketEvents.OutsideWindow.selector,
            uint256(0),
            opens,
            closes
        );
        vm.warp(opens - 1);
        vm.expectRevert(outside);
        _settlePool(0);
        vm.warp(closes);
        vm.expectRevert(outside);
        _settlePool(0);
        vm.warp(closes - 1);
        _settlePool(0);
    }

    function test_NotWhilePaused() external {
        _settleable(0);
        vm.prank(ADMIN);
        market.pause();
        vm.expectRevert(IMarketEvents.EnforcedPause.selector);
        _settlePool(0);
        vm.prank(ADMIN);
        market.unpause();
        _settlePool(0);
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
