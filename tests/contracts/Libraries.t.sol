// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Account, Slot} from "contracts/interfaces/IElectricityTrading.sol";
import {PostedValue} from "contracts/libraries/PostedValue.sol";
import {PurchasesLib} from "contracts/libraries/Purchases.sol";
import {Rounding} from "contracts/libraries/Rounding.sol";
import {Clockwork, Schedule, ScheduleLib} from "contracts/libraries/Schedule.sol";
import {Target, TargetData} from "contracts/libraries/Target.sol";
import {AccountWord, SlotWord, Words} from "contracts/libraries/Words.sol";
import {Test} from "./utils/Vm.sol";

/// @dev Internal library calls as external ones, so that a revert can be expected.
contract Calls {
    function packSchedule(Schedule memory s) external pure returns (Schedule memory) {
        return ScheduleLib.pack(s).unpack();
    }

    function unpackTarget(uint256 word) external pure returns (TargetData memory) {
        return Target.unpack(word);
    }

    function unpackValue(uint256 value) external pure returns (uint32, uint64, uint64) {
        return PostedValue.unpack(value);
    }
}

contract LibrariesTest is Test {
    Calls private calls = new Calls();

    /* ---------------------------------------------------- packing ------------------------------------------------- */

    function testFuzz_AccountRoundTrip(Account memory a) external pure {
        assertEq(abi.encode(Words.pack(a).unpack()), abi.encode(a), "account");
    }

    function testFuzz_AccountWordRoundTrip(uint256 word) external pure {
        assertEq(AccountWord.unwrap(Words.pack(AccountWord.wrap(word).unpack())), word, "word");
    }

    function testFuzz_SlotRoundTrip(Slot memory s) external pure {
        assertEq(abi.encode(Words.pack(s).unpack()), abi.encode(s), "slot");
    }

    function testFuzz_SlotWordRoundTrip(uint256 word) external pure {
        assertEq(SlotWord.unwrap(Words.pack(SlotWord.wrap(word).unpack())), word, "word");
    }

    function testFuzz_TargetRoundTrip(TargetData memory t) external pure {
        uint256 word = Target.pack(t);
        assertEq(abi.encode(Target.unpack(word)), abi.encode(t), "target");
        // The layout that the packages off chain rely on.
        assertEq(word >> 136, t.pooled ? 1 : 0, "pooled");
        assertEq(uint16(word >> 120), t.zone, "zone");
        assertEq(uint24(word >> 96), t.period, "period");
        assertEq(uint32(word >> 64), uint256(int256(t.net)) & type(uint32).max, "net");
        assertEq(uint32(word >> 32), t.price, "price");
        assertEq(uint32(word), t.limit, "limit");
    }

    function testFuzz_TargetRefusesBitsAbove(uint256 word) external {
        word |= 1 << bound(word, 137, 255);
        vm.expectRevert(abi.encodeWithSelector(Target.MalformedTarget.selector, word));
        calls.unpackTarget(word);
    }

    function testFuzz_ValueRoundTrip(uint32 ticks, uint64 matching, uint64 served) external view {
        matching = uint64(bound(matching, 0, 1e18));
        served = uint64(bound(served, 0, 1e18));
        (uint32 p, uint64 m, uint64 s) = calls.unpackValue(
            (uint256(ticks) * 1e12) | (uint256(matching) << 96) | (uint256(served) << 160)
        );
        assertEq(p, ticks, "price");
        assertEq(m, matching, "matching");
        assertEq(s, served, "served");
    }

    function test_ValueRefuses() external {
        uint256[5] memory bad = [
            uint256(1e12 + 1), // off the grid
            (uint256(type(uint32).max) + 1) * 1e12, // more ticks than 32 bits
            uint256(1e18 + 1) << 96, // matched more than all
            uint256(1e18 + 1) << 160, // served more than all
            uint256(1) << 224
        ];
        for (uint256 i; i < bad.length; i++) {
            vm.expectRevert(abi.encodeWithSelector(PostedValue.MalformedValue.selector, bad[i]));
            calls.unpackValue(bad[i]);
        }
    }

    /* --------------------------------------------------- rounding ------------------------------------------------- */

    /// @dev q = ⌈n / d⌉ exactly when d (q − 1) < n ≤ d q.
    function testFuzz_RoundingUpIsTheLeastThatCovers(uint128 a, uint96 b) external pure {
        _isCeiling(Rounding.creditsUp(uint32(a), b), uint256(uint32(a)) * b, 1e12);
        _isCeiling(Rounding.mulWadUp(a, b), uint256(a) * b, 1e18);
        if (b != 0) _isCeiling(Rounding.feeUp(uint32(a), b), uint256(uint32(a)) * 1e30, b);
    }

    function testFuzz_RoundingDownIsTheMostThatIsCovered(uint128 a, uint96 b) external pure {
        uint256 quotient = Rounding.mulWadDown(a, b);
        assertLe(quotient * 1e18, uint256(a) * b, "too much");
        assertTrue((quotient + 1) * 1e18 > uint256(a) * b, "too little");
    }

    function _isCeiling(uint256 quotient, uint256 numerator, uint256 divisor) private pure {
        assertGe(quotient * divisor, numerator, "too little");
        assertTrue(quotient == 0 || (quotient - 1) * divisor < numerator, "too much");
    }

    /* --------------------------------------------------- schedule ------------------------------------------------- */

    function _valid(Schedule memory s) private pure returns (Schedule memory) {
        s.period = uint24(bound(s.period, 1, 90_000));
        s.step = uint24(bound(s.step, 1, 90_000));
        s.declarationLead = uint24(bound(s.declarationLead, 1, 9e4));
        s.readingGrace = uint24(bound(s.readingGrace, 1, 9e4));
        s.tradeWindow = uint24(bound(s.tradeWindow, 1, 9e4));
        s.elecoinLead = uint24(bound(s.elecoinLead, 1, 9e4));
        s.epochPeriods = uint16(bound(s.epochPeriods, 1, 1000));
        s.roundPeriods = uint16(bound(s.roundPeriods, 1, 1000));
        s.ratingWindow = uint24(bound(s.ratingWindow, 0, 9e4));
        s.start = uint40(bound(s.start, 2e5, 1e10));
        if (s.period < 100) s.period += 100;
        s.ringLength = uint16(ScheduleLib.leastRingLength(s));
        return s;
    }

    function testFuzz_ScheduleRoundTrip(Schedule memory s) external view {
        s = _valid(s);
        assertEq(abi.encode(calls.packSchedule(s)), abi.encode(s), "schedule");
    }

    function _isTraded(Clockwork c, uint24 period, uint256 from, uint256 during) private pure {
        (uint256 opens, uint256 closes) = c.readingTimes(period);
        assertEq(opens, c.startOf(uint256(period) + 1), "read from its end");
        assertEq(closes, c.readingDeadline(period), "until the deadline");
        (opens, closes) = c.tradingTimes(period);
        assertTrue(opens == from && closes == from + during, "trading");
    }

    function testFuzz_ScheduleIsRead(Schedule memory s, uint16 period_, uint8 round) external pure {
        s = _valid(s);
        Clockwork c = ScheduleLib.pack(s);
        uint256 period = period_;
        uint256 begins = s.start + period * s.period;
        uint256 read = begins + s.period + s.readingGrace;
        assertEq(c.startOf(period), begins, "start");
        assertEq(c.declarationDeadline(period), begins - s.declarationLead, "declaration");
        assertEq(c.readingDeadline(period), read, "reading");
        assertEq(c.poolOpening(period), read + s.tradeWindow / 2, "pool");
        assertEq(c.tradingEnd(period), read + s.tradeWindow, "trading");
        _isTraded(c, period_, read, s.tradeWindow);
        assertEq(c.closingTime(period), read + s.tradeWindow + s.ratingWindow, "closing");
        assertEq(c.periodAt(begins), period, "first second");
        assertEq(c.periodAt(begins + s.period - 1), period, "last second");
        assertEq(c.periodAt(s.start - 1), 0, "before T0");
        assertEq(c.step(), s.step, "step");

        uint256 epoch = period / s.epochPeriods;
        uint256 priced = s.start + epoch * s.epochPeriods * s.period - s.declarationLead;
        assertEq(c.epochOf(period), epoch, "epoch");
        assertEq(c.elecoinDeadline(epoch), priced, "elecoin");
        assertEq(c.needDeadline(epoch), priced - s.elecoinLead, "need");

        uint256 last = (uint256(round) + 1) * s.roundPeriods - 1;
        assertEq(c.roundOf(last), round, "round");
        assertEq(c.roundOf(last + 1), uint256(round) + 1, "next round");
        assertEq(c.settlementOpening(round), c.closingTime(last), "settlement");
        uint256 opens = c.declarationDeadline(uint256(round) * s.roundPeriods);
        assertEq(c.nextRoundToDeclare(opens - 1), round, "still to come");
        assertEq(c.nextRoundToDeclare(opens), uint256(round) + 1, "too late");
    }

    /// @dev A ring's place is free when the period that takes it can first be read, and its last posting is due.
    function testFuzz_RingOutlivesAPeriod(Schedule memory s, uint16 period) external pure {
        s = _valid(s);
        Clockwork c = ScheduleLib.pack(s);
        assertLe(
            c.closingTime(period),
            c.declarationDeadline(uint256(period) + s.ringLength),
            "declaring"
        );
        assertTrue(
            c.closingTime(period) > c.declarationDeadline(uint256(period) + s.ringLength - 2),
            "one place is to spare"
        );
    }

    function test_ScheduleRefusesEachField() external {
        Schedule memory good = _valid(
            Schedule({
                start: 1e6,
                period: 900,
                step: 900,
                declarationLead: 300,
                readingGrace: 200,
                tradeWindow: 900,
                ratingWindow: 600,
                elecoinLead: 240,
                epochPeriods: 4,
                roundPeriods: 2,
                ringLength: 0
            })
        );
        _refuses(good, "period", 0, 1);
        _refuses(good, "step", 0, 1);
        _refuses(good, "declarationLead", 0, 1);
        _refuses(good, "readingGrace", 0, 1);
        _refuses(good, "tradeWindow", 0, 1);
        _refuses(good, "elecoinLead", 0, 1);
        _refuses(good, "epochPeriods", 0, 1);
        _refuses(good, "roundPeriods", 0, 1);
        _refuses(good, "start", 540, 541);
        _refuses(good, "ringLength", 4, 5);
    }

    function _refuses(
        Schedule memory good,
        string memory field,
        uint40 value,
        uint256 least
    ) private {
        Schedule memory s = abi.decode(abi.encode(good), (Schedule));
        bytes32 name = keccak256(bytes(field));
        if (name == keccak256("period")) s.period = uint24(value);
        if (name == keccak256("step")) s.step = uint24(value);
        if (name == keccak256("declarationLead")) s.declarationLead = uint24(value);
        if (name == keccak256("readingGrace")) s.readingGrace = uint24(value);
        if (name == keccak256("tradeWindow")) s.tradeWindow = uint24(value);
        if (name == keccak256("elecoinLead")) s.elecoinLead = uint24(value);
        if (name == keccak256("epochPeriods")) s.epochPeriods = uint16(value);
        if (name == keccak256("roundPeriods")) s.roundPeriods = uint16(value);
        if (name == keccak256("start")) s.start = value;
        if (name == keccak256("ringLength")) s.ringLength = uint16(value);
        vm.expectRevert(
            abi.encodeWithSelector(
                ScheduleLib.InvalidSchedule.selector,
                field,
                uint256(value),
                least
            )
        );
        calls.packSchedule(s);
    }

    /* ----------------------------------------------------- edges ------------------------------------------------- */

    /// @dev The least part of a unit is a unit; the greatest zone is no pool; a list's hash is of all that is in it.
    function test_TheLastBitCounts() external pure {
        assertEq(Rounding.creditsUp(1, 1), 1, "rounded up");
        assertEq(Rounding.creditsUp(1, 1e12), 1, "exact");
        TargetData memory t = TargetData(7, -5, 6, 9, type(uint16).max, false);
        assertEq(abi.encode(Target.unpack(Target.pack(t))), abi.encode(t), "not pooled");
        uint256 previous = (1 << 135) | 5;
        bytes32 hash = keccak256(
            abi.encode((previous << 120) | 77, address(1), address(2), uint256(3))
        );
        assertEq(
            PurchasesLib.listing(previous, 77, address(1), address(2), 3),
            uint256(hash) >> 120,
            "136 bits of a hash"
        );
    }
}
