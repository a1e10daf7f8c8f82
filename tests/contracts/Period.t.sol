// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Purchase, Slot} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Target} from "contracts/libraries/Target.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Declaring and metering: windows, commitments, what a reading may be, and the ring of slots.
contract PeriodTest is MarketFixture {
    uint8 private constant READ = 3;
    uint8 private constant DECLARED = 4;
    uint8 private constant COMPLETE = 8;
    uint8 private constant SPANNING = 16;

    function _outside(
        uint256 period,
        uint256 opens,
        uint256 closes
    ) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IMarketEvents.OutsideWindow.selector, period, opens, closes);
    }

    /* ---------------------------------------------------- needs -------------------------------------------------- */

    function testFuzz_DeclareNeed(uint128 need, uint16 epoch) external {
        vm.expectEmit(address(market));
        emit IMarketEvents.NeedDeclared(epoch, bea, need);
        vm.prank(bea);
        market.declareNeed(epoch, need);
        bytes32 first = keccak256(abi.encode(bytes32(0), bea, uint256(need)));
        assertEq(market.needCommitment(epoch), first, "commitment");
        vm.prank(bob);
        market.declareNeed(epoch, 5);
        assertEq(
            market.needCommitment(epoch),
            keccak256(abi.encode(first, bob, uint256(5))),
            "chained"
        );
        (uint256 count, uint256 sum, , ) = market.needTotals(epoch).unpack();
        assertEq(count, need == 0 ? 1 : 2, "who needs something");
        // A need counts up to half of θ / p̄.
        assertEq(sum, (need < 10.2e18 ? need : 10.2e18) + 5, "sum");
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NeedAlreadyDeclared.selector, bea, epoch)
        );
        vm.prank(bea);
        market.declareNeed(epoch, need);
        assertEq(market.account(bea).needEpoch, uint256(epoch) + 1, "once");
    }

    function test_NeedWindowAndRange() external {
        uint256 closes = _needDeadline(2);
        vm.warp(closes);
        vm.startPrank(bea);
        vm.expectRevert(_outside(2, 0, closes));
        market.declareNeed(2, 1);
        vm.warp(closes - 1);
        uint256 most = type(uint128).max;
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NeedOutOfRange.selector, most + 1, most)
        );
        market.declareNeed(2, most + 1);
        market.declareNeed(2, most);
        // One epoch after another: an earlier one would be a second word on the same time.
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NeedAlreadyDeclared.selector, bea, uint32(1))
        );
        vm.warp(closes - 4 * L - 1);
        market.declareNeed(1, 1);
    }

    /* --------------------------------------------------- targets -------------------------------------------------- */

    function testFuzz_DeclareTarget(uint8 period_, int32 net, uint32 price, uint32 limit) external {
        uint256 period = period_ % 5;
        uint256 word = _word(period, net, price, limit);
        vm.expectEmit(address(market));
        emit IMarketEvents.TargetDeclared(uint24(period), ann, word);
        _declare(ann, period, net, price, limit);
        Slot memory s = market.slot(ann, uint24(period));
        assertEq(s.period, period, "period");
        assertEq(int256(s.net), int256(net), "net");
        assertEq(s.price, price, "price");
        assertEq(s.limit, net > 0 ? NORTH : limit, "limit, or a seller's zone");
        assertEq(s.flags, DECLARED, "flags");
        bytes32 first = keccak256(abi.encode(bytes32(0), ann, word));
        assertEq(market.targetCommitment(period), first, "commitment");
        _declare(bea, period, -1, 2, 3);
        uint256 second = _word(period, -1, 2, 3);
        assertEq(
            market.targetCommitment(period),
            keccak256(abi.encode(first, bea, second)),
            "chained"
        );
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.AlreadyDeclared.selector, ann, uint24(period))
        );
        vm.prank(ann);
        market.declareTarget(word);
    }

    function test_ATargetIsWellFormed() external {
        vm.expectRevert(abi.encodeWithSelector(Target.MalformedTarget.selector, 1 << 137));
        vm.prank(ann);
        market.declareTarget(1 << 137);
    }

    function testFuzz_WhoMayNotSellAsksWhatNobodyPays(int32 net, uint32 price) external {
        if (net > 0 && price != type(uint32).max) {
            vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NoGenerationRight.selector, bob));
        }
        _declare(bob, 0, net, price, 0);
        if (net > 0) _declare(bob, 1, net, type(uint32).max, 0);
    }

    function testFuzz_DeclarationWindow(uint8 period_) external {
        uint256 period = uint256(period_) + 5;
        // Free once the ring's place is: when the period one turn before may close.
        uint256 opens = _closingTime(period - 5);
        uint256 closes = _declarationDeadline(period);
        vm.startPrank(ann);
        vm.warp(opens - 1);
        vm.expectRevert(_outside(period, opens, closes));
        market.declareTarget(_word(period, 1, 0, 0));
        vm.warp(closes);
        vm.expectRevert(_outside(period, opens, closes));
        market.declareTarget(_word(period, 1, 0, 0));
        vm.stopPrank();
        vm.warp(opens);
        _declare(ann, period, 1, 0, 0);
        vm.warp(closes - 1);
        _declare(bea, period, 1, 0, 0);
    }

    function test_TheFirstTurnIsOpenFromTheStart() external {
        _declare(ann, 4, 1, 0, 0);
        _declare(ann, 0, 1, 0, 0);
        vm.expectRevert(_outside(5, _closingTime(0), _declarationDeadline(5)));
        vm.prank(ann);
        market.declareTarget(_word(5, 1, 0, 0));
    }

    /* --------------------------------------------------- readings ------------------------------------------------- */

    function testFuzz_Readings(uint32 generated, uint32 consumed) external {
        generated = uint32(bound(generated, 0, SCALE + 1));
        consumed = uint32(bound(consumed, 0, SCALE + 1));
        vm.warp(_start(1));
        vm.startPrank(_meter(ann));
        vm.expectEmit(address(market));
        emit IMarketEvents.Generation(ann, 0, generated, generated);
        market.generation(ann, 0, generated);
        assertEq(market.slot(ann, 0).flags, 1, "half");
        vm.expectEmit(address(market));
        emit IMarketEvents.Consumption(ann, 0, consumed, consumed);
        market.consumption(ann, 0, consumed);
        Slot memory s = market.slot(ann, 0);
        assertEq(s.flags, READ | COMPLETE, "flags");
        assertEq(s.generated, generated, "generated");
        assertEq(s.consumed, consumed, "consumed");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, ann, uint24(0)));
        market.generation(ann, 0, generated);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, ann, uint24(0)));
        market.consumption(ann, 0, consumed);
    }

    function testFuzz_ReadingWindow(uint8 period) external {
        (uint256 opens, uint256 closes) = (_start(uint256(period) + 1), _readingDeadline(period));
        vm.startPrank(_meter(ann));
        vm.warp(opens - 1);
        vm.expectRevert(_outside(period, opens, closes));
        market.generation(ann, period, 1);
        vm.expectRevert(_outside(period, opens, closes));
        market.consumption(ann, period, 1);
        vm.warp(opens);
        market.generation(ann, period, 1);
        vm.warp(closes - 1);
        market.consumption(ann, period, 1);
        vm.warp(closes);
        vm.expectRevert(_outside(period, opens, closes));
        market.consumption(ann, period, 2);
    }

    function test_OnlyHerMeterReads() external {
        vm.warp(_start(1));
        address[4] memory others = [ann, _meter(bea), ADMIN, stranger];
        for (uint256 i; i < others.length; i++) {
            vm.startPrank(others[i]);
            vm.expectRevert(
                abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, ann, others[i])
            );
            market.generation(ann, 0, 1);
            vm.expectRevert(
                abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, ann, others[i])
            );
            market.consumption(ann, 0, 1);
            vm.stopPrank();
        }
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, stranger, address(this))
        );
        market.generation(stranger, 0, 1);
    }

    function test_OnlyInstalledRegistersRead() external {
        vm.prank(ADMIN);
        market.installMeter(bea, _meter(bea), 0, 0, 2);
        vm.warp(_start(1));
        vm.startPrank(_meter(bea));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotInstalled.selector, bea, uint8(1)));
        market.generation(bea, 0, 1);
        market.consumption(bea, 0, 9);
        assertEq(market.slot(bea, 0).flags, 2 | COMPLETE, "one register completes the slot");
        vm.stopPrank();
        vm.prank(ADMIN);
        market.installMeter(bob, _meter(bob), 0, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotInstalled.selector, bob, uint8(2)));
        vm.prank(_meter(bob));
        market.consumption(bob, 0, 1);
    }

    function test_RegistersDoNotFallNorRunAway() external {
        vm.prank(ADMIN);
        market.installMeter(ann, _meter(ann), 500, 500, 3);
        vm.warp(_start(1));
        vm.startPrank(_meter(ann));
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.RegisterFell.selector,
                ann,
                uint64(499),
                uint64(500)
            )
        );
        market.generation(ann, 0, 499);
        uint256 most = SCALE + 1;
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.AboveRating.selector, ann, most + 1, most)
        );
        market.generation(ann, 0, uint64(501 + most));
        market.generation(ann, 0, uint64(500 + most));
    }

    function testFuzz_ReadingsThatSpanMissedPeriods(uint8 missed, uint32 energy) external {
        uint256 period = uint256(missed % 20) + 1;
        energy = uint32(bound(energy, 0, SCALE * (period + 1) + 1));
        uint256 opens = period < 5 ? T0 - 4000 : _closingTime(period - 5);
        vm.warp(opens);
        _declare(ann, period, 5000, 0, 0);
        vm.warp(_start(period + 1));
        _read(ann, period, energy, 0);
        Slot memory s = market.slot(ann, uint24(period));
        assertEq(s.flags, READ | DECLARED | COMPLETE | SPANNING, "flags");
        assertEq(s.generated, energy, "all of it arrives here");
        assertEq(market.tradeable(ann, uint24(period)), 0, "and is the grid's");
        vm.warp(_closingTime(period));
        _close(ann, period);
        (uint256 counted, uint256 sum) = ledger.deviation(ann, period / 2);
        assertEq(counted, 1, "counted");
        assertEq(sum, 2 * WAD, "as if no reading had come");
        // The next one is an ordinary reading again.
        vm.warp(_start(period + 2));
        _read(ann, period + 1, 1, 1);
        assertEq(market.slot(ann, uint24(period + 1)).flags, READ | COMPLETE, "ordinary");
    }

    /* --------------------------------------------------- tradeable ------------------------------------------------ */

    function testFuzz_Tradeable(
        int32 net,
        uint32 generated,
        uint32 consumed,
        bool declare,
        bool read
    ) external {
        net =
            int32(int256(bound(uint256(int256(net) + 2 ** 31), 0, 4 * SCALE))) -
            int32(int256(2 * SCALE));
        generated = uint32(bound(generated, 0, SCALE));
        consumed = uint32(bound(consumed, 0, SCALE));
        if (declare) _declare(ann, 0, net, 0, 0);
        vm.warp(_start(1));
        if (read) _read(ann, 0, generated, consumed);
        uint256 expected;
        if (
            declare &&
            read &&
            (net > 0) == (generated > consumed) &&
            (net < 0) == (generated < consumed)
        ) {
            uint256 metered = generated > consumed ? generated - consumed : consumed - generated;
            uint256 declared = net > 0 ? uint32(net) : uint32(-net);
            // At most a tenth more than declared, rounded down.
            uint256 cap = (declared * 11) / 10;
            expected = metered < cap ? metered : cap;
        }
        assertEq(market.tradeable(ann, 0), expected, "tradeable");
    }

    function test_ExtremeTargetsDoNotOverflow() external {
        _declare(ann, 0, type(int32).min, 0, 0);
        _declare(bea, 0, type(int32).max, 0, 0);
        vm.warp(_start(1));
        _read(ann, 0, 0, SCALE);
        _read(bea, 0, SCALE, 0);
        assertEq(market.tradeable(ann, 0), SCALE, "buys");
        assertEq(market.tradeable(bea, 0), SCALE, "sells");
        vm.warp(_closingTime(1));
        address[] memory both = new address[](2);
        (both[0], both[1]) = (ann, bea);
        ledger.settleRound(0, both);
    }

    /* ---------------------------------------------------- closing ------------------------------------------------- */

    function test_CloseByAnyoneAfterRating() external {
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 opens = _closingTime(0);
        vm.warp(opens - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotClosable.selector, 0, opens));
        _close(ann, 0);
        vm.warp(opens);
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(0, ann, 1007, 7, 0, 0, 0, 1000, 0);
        vm.prank(stranger);
        _close(ann, 0);
        assertEq(market.account(ann).nextClose, 1, "closed");
        vm.recordLogs();
        _close(ann, 0);
        assertEq(vm.getRecordedLogs().length, 0, "once");
    }

    function test_CloseInOrder() external {
        for (uint256 t; t < 3; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 10 + t, t);
        }
        vm.warp(_closingTime(2));
        for (uint256 t; t < 3; t++) {
            vm.expectEmit(address(market));
            emit IMarketEvents.Closed(uint24(t), ann, uint32(10 + t), uint32(t), 0, 0, 0, 10, 0);
        }
        _close(ann, 2);
        assertEq(market.account(ann).nextClose, 3, "next");
    }

    /// @notice The ring's place is taken again; what it held is closed first, and its purchases are forgotten.
    function test_TheRingIsUsedAgain() external {
        _buyTokens(bea, 1000e18);
        for (uint256 t; t <= 12; t++) {
            if (t % 4 == 0) _postElecoin(t / 4, 1e6);
            vm.warp(_declarationDeadline(t) - 1);
            if (t >= 5) {
                assertEq(market.account(ann).nextClose, t - 5, "nobody closed it");
                vm.expectEmit(address(market));
                emit IMarketEvents.Closed(uint24(t - 5), ann, 907, 7, 0, 600, 0, 300, 600);
            }
            _declare(ann, t, 900, 100_000, 0);
            _declare(bea, t, -700, 400_000, 450_000);
            vm.warp(_declarationDeadline(t));
            _post(Feed.Electricity, t, _value(200_000, WAD, WAD));
            if (t == 0) continue;
            vm.warp(_start(t));
            _read(ann, t - 1, 907, 7);
            _read(bea, t - 1, 0, 700);
            vm.warp(_readingDeadline(t - 1));
            _trade(bea, ann, t - 1, 250);
            _trade(bea, ann, t - 1, 350);
        }
        assertEq(market.slot(ann, 11).traded, 600, "sold");
        assertEq(market.account(ann).nextClose, 8, "closed behind");
        assertEq(market.account(ann).remainderWh, 8 * 600, "accepted");
        // What she bought in period 6 lay where period 11's purchases lie now.
        Purchase[] memory p = new Purchase[](2);
        (p[0], p[1]) = (Purchase(ann, 250, 100, 0), Purchase(ann, 350, 100, 0));
        vm.warp(_tradingEnd(11));
        vm.prank(bea);
        market.rate(11, p);
    }

    /// @notice A member who was away comes back: what she left open is closed at her next touch, not forgotten.
    function testFuzz_WhatLiesLongOpenIsClosed(uint8 away_, uint8 at_, bool byDeclaring) external {
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        vm.warp(_start(3));
        _read(ann, 2, 500, 0);
        uint256 back = 8 + uint256(away_ % 60);
        // Meanwhile somebody closes everybody, at any time.
        uint256 at = 3 + (at_ % (back - 3));
        vm.warp(_closingTime(at));
        vm.recordLogs();
        _close(ann, at);
        assertEq(vm.getRecordedLogs().length, 2, "both closed");
        assertEq(market.account(ann).nextClose, at + 1, "next");
        if (byDeclaring) {
            vm.warp(_declarationDeadline(back + 4) - 1);
            _declare(ann, back + 4, 5, 0, 0);
        } else {
            vm.warp(_start(back + 5));
            _read(ann, back + 4, 5, 0);
        }
        assertGe(market.account(ann).nextClose, back, "a turn behind at most");
    }

    function test_ALateMemberNeedNotLookBack() external {
        vm.warp(_start(5000) + 1);
        _register(stranger, NORTH, true);
        assertEq(market.account(stranger).nextClose, 4995, "one turn");
        vm.warp(_start(5001));
        _read(stranger, 5000, 3, 0);
        assertEq(market.slot(stranger, 5000).flags & SPANNING, 0, "her first reading is whole");
        vm.warp(_closingTime(5000));
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(5000, stranger, 3, 0, 0, 0, 0, 3, 0);
        _close(stranger, 5000);
    }

    function test_ClosingStrangersChangesNothing() external {
        vm.warp(_closingTime(20));
        _close(stranger, 20);
        vm.warp(_start(25));
        _register(stranger, NORTH, true);
        vm.warp(_start(26));
        _read(stranger, 25, 3, 0);
        vm.warp(_closingTime(25));
        vm.expectEmit(address(market));
        emit IMarketEvents.Closed(25, stranger, 3, 0, 0, 0, 0, 3, 0);
        _close(stranger, 25);
    }
}
