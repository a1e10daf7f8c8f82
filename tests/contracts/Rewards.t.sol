// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITullockRewards, Pool, Tally} from "contracts/interfaces/ITullockRewards.sol";
import {RewardsFixture} from "./utils/RewardsFixture.sol";

/// @notice Entries: which energy counts, once, in which zone and round.
contract RewardsEntriesTest is RewardsFixture {
    function _entered(uint256 round, uint16 zone) private view returns (Pool memory) {
        return rewards.pool(round, zone);
    }

    function test_ARoundsEnergyIsOneEntryEach() external {
        _runRound(0, 700, 400, 5000);
        Pool memory north = _entered(0, NORTH);
        assertEq(north.tickets, 1100, "north");
        assertEq(north.entries, 2, "entries");
        (address owner, uint256 sum) = rewards.entry(0, NORTH, 0);
        assertEq(owner, ann, "first");
        assertEq(sum, 700, "her tickets");
        (owner, sum) = rewards.entry(0, NORTH, 1);
        assertEq(owner, bea, "second");
        assertEq(sum, 1100, "running sum");
        assertEq(_entered(0, SOUTH).tickets, 5000, "south");
        assertEq(rewards.contest(0).activeZones, 2, "active");
    }

    /// @notice Every period of the round counts, and none of the next.
    function test_PeriodsOfTheRoundAreSummed() external {
        for (uint256 t; t < 6; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 5 ** t, 0);
            vm.warp(_readingDeadline(t));
            if (t % 2 == 1) _book(ann, t);
            Tally memory held = rewards.tally(ann);
            if (t == 1) assertEq(held.energyWh, 6, "two periods wait");
            if (t == 3) assertEq(held.energyWh, 0, "entered");
            if (t == 5) assertEq(held.energyWh, 5 ** 4 + 5 ** 5, "of the next round");
        }
        assertEq(_entered(0, NORTH).tickets, 156, "four periods");
        assertEq(_entered(1, NORTH).tickets, 0, "not before its end");
    }

    function test_APeriodIsBookedOnce() external {
        vm.warp(_start(1));
        _read(ann, 0, 900, 0);
        vm.warp(_readingDeadline(0));
        _book(ann, 0);
        _book(ann, 0);
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (ann, ann);
        rewards.book(twice, 0);
        assertEq(rewards.tally(ann).energyWh, 900, "once");
        assertEq(rewards.tally(ann).next, 1, "next");
    }

    /// @notice A mark taken away and given again books nothing twice.
    function test_AMarkGivenAgainBooksNothingTwice() external {
        vm.warp(_start(1));
        _read(ann, 0, 900, 0);
        vm.warp(_readingDeadline(0));
        _book(ann, 0);
        _mark(ann, false);
        _mark(ann, true);
        _book(ann, 0);
        assertEq(rewards.tally(ann).energyWh, 0, "what was booked is lost with the mark");
        assertEq(rewards.tally(ann).next, 1, "booked stays booked");
    }

    function test_OnlyFinalReadingsAreBooked() external {
        vm.warp(_readingDeadline(2) - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ITullockRewards.NotFinal.selector, 2, _readingDeadline(2))
        );
        _book(ann, 2);
        for (uint256 t; t < 3; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 100, 0);
        }
        vm.warp(_readingDeadline(2));
        _book(ann, 2);
        assertEq(rewards.tally(ann).next, 3, "at the deadline");
    }

    /// @notice What is not read may be proved until trading ends: until then nobody books it away.
    function test_AMissingReadingWaitsForTheEndOfTrading() external {
        vm.warp(_start(1));
        _read(ann, 0, 500, 0);
        vm.warp(_readingDeadline(1));
        _book(ann, 1);
        assertEq(rewards.tally(ann).next, 1, "as far as it is final");
        assertEq(rewards.tally(ann).energyWh, 500, "what is read");
        vm.warp(_tradingEnd(1) - 1);
        _book(ann, 1);
        assertEq(rewards.tally(ann).next, 1, "still open");
        vm.warp(_tradingEnd(1));
        _book(ann, 1);
        assertEq(rewards.tally(ann).next, 2, "final");
        assertEq(rewards.tally(ann).energyWh, 500, "nothing came");
    }

    function test_AMissedOrSpanningReadingCountsNothing() external {
        vm.warp(_start(1));
        _read(ann, 0, 500, 0);
        // Period 1 is missed; the reading of period 2 spans two.
        vm.warp(_start(3));
        _read(ann, 2, 800, 0);
        vm.warp(_start(4));
        _read(ann, 3, 70, 0);
        vm.warp(_readingDeadline(3));
        _book(ann, 3);
        assertEq(_entered(0, NORTH).tickets, 570, "the first and the last");
    }

    /// @notice One register of two read: nothing was verified.
    function test_AnIncompleteReadingCountsNothing() external {
        vm.warp(_start(1));
        vm.prank(_meter(ann));
        market.generation(ann, 0, 500);
        vm.warp(_tradingEnd(0));
        _book(ann, 0);
        assertEq(rewards.tally(ann).next, 1, "booked");
        assertEq(rewards.tally(ann).energyWh, 0, "incomplete");
    }

    /// @notice Disputed, read or not: the period counts nothing, at once.
    function test_AQuarantinedReadingCountsNothing(bool read) external {
        vm.warp(_start(1));
        if (read) _read(ann, 0, 500, 0);
        vm.prank(ADMIN);
        market.dispute(ann, 0);
        if (read) assertEq(market.slot(ann, 0).generated, 500, "still there");
        vm.warp(_readingDeadline(0));
        _book(ann, 0);
        assertEq(rewards.tally(ann).energyWh, 0, "not counted");
        assertEq(rewards.tally(ann).next, 1, "and booked");
    }

    /// @notice Until its closing time a period is held; when the ring takes its place, it counts nothing, and nobody
    /// else's energy counts in its stead.
    function test_WhatTheRingOverwroteCountsNothing() external {
        for (uint256 t; t < 4; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 100 * (t + 1), 0);
            _read(bea, t, 100 * (t + 1), 0);
        }
        vm.warp(_closingTime(0) - 1);
        vm.warp(_declarationDeadline(5) - 1);
        _declare(ann, 5, 1, 0, 0);
        vm.warp(_readingDeadline(3));
        _book(ann, 3);
        _book(bea, 3);
        (, uint256 ofAnn) = rewards.entry(0, NORTH, 0);
        assertEq(ofAnn, 900, "without period 0");
        assertEq(_entered(0, NORTH).tickets, 1900, "hers is still held");
    }

    /// @notice To the last second before the closing time the energy is there.
    function test_UntilClosingTimeNothingIsLost() external {
        for (uint256 t; t < 6; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 100, 0);
            if (t < 2) continue;
            vm.warp(_closingTime(t - 2) - 1);
            _book(ann, t - 2);
            if (t == 2 || t == 3) assertEq(rewards.tally(ann).energyWh, 100 * (t - 1), "held");
        }
        assertEq(_entered(0, NORTH).tickets, 400, "all");
    }

    function test_WhoIsNotMarkedIsSkipped() external {
        _mark(bea, false);
        vm.warp(_start(1));
        _read(ann, 0, 500, 0);
        _read(bea, 0, 500, 0);
        vm.warp(_readingDeadline(0));
        address[] memory both = new address[](3);
        (both[0], both[1], both[2]) = (bea, stranger, ann);
        rewards.book(both, 0);
        assertEq(rewards.tally(bea).energyWh, 0, "unmarked");
        assertEq(rewards.tally(stranger).next, 0, "unknown");
        assertEq(rewards.tally(ann).energyWh, 500, "after them");
    }

    /// @notice A mark counts from the period in which it is given.
    function test_AMarkDoesNotReachBack() external {
        _mark(ann, false);
        for (uint256 t; t < 4; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 10 ** t, 0);
            if (t == 1) _mark(ann, true);
        }
        vm.warp(_readingDeadline(3));
        _book(ann, 3);
        assertEq(_entered(0, NORTH).tickets, 1100, "from period 2 on");
    }

    function test_OnlyTheAdministratorMarks(address caller) external {
        vm.assume(caller != ADMIN);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.OnlyAdministrator.selector, caller));
        rewards.setRenewable(_one(ann), true);
    }

    /// @notice Without the right to generate (a fully supported plant, or revoked) there is no entry.
    function test_WhoMayNotSellHasNoEntry() external {
        vm.startPrank(ADMIN);
        market.empower(bea, bytes32(0), NORTH, false, true, RATED);
        market.revoke(sam);
        vm.stopPrank();
        _runRound(0, 700, 400, 5000);
        assertEq(_entered(0, NORTH).tickets, 700, "ann's alone");
        assertEq(_entered(0, SOUTH).tickets, 0, "revoked");
    }

    function test_TheEntryIsInTheZoneOfTheRoundsEnd() external {
        vm.warp(_start(1));
        _read(ann, 0, 500, 0);
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), SOUTH, true, true, RATED);
        vm.warp(_tradingEnd(3));
        // Nothing of the market is open for her: the slot of period 0 is still held.
        _book(ann, 3);
        assertEq(_entered(0, NORTH).tickets, 0, "north");
        assertEq(_entered(0, SOUTH).tickets, 500, "south");
    }

    /// @notice Activation is more than R_min, counted once.
    function test_AZoneIsActiveAboveTheActivation() external {
        _runRound(0, ACTIVATION, 0, ACTIVATION + 1);
        assertEq(rewards.contest(0).activeZones, 1, "the south alone");
        _runRound(1, ACTIVATION, 1, 1);
        assertEq(rewards.contest(1).activeZones, 1, "the north alone");
        _runRound(2, ACTIVATION + 1, 5, 0);
        assertEq(rewards.contest(2).activeZones, 1, "counted once");
    }

    /// @notice Closed rounds take no entry, and what waited for one is not carried into the next.
    function test_AClosedRoundTakesNoEntry() external {
        vm.warp(_start(1));
        _read(ann, 0, 500, 0);
        vm.warp(_readingDeadline(0));
        _book(ann, 0);
        _closeEntries(0);
        vm.warp(_tradingEnd(7));
        _book(ann, 7);
        assertEq(_entered(0, NORTH).tickets, 0, "too late");
        assertEq(_entered(1, NORTH).tickets, 0, "not carried over");
        assertEq(rewards.tally(ann).next, 8, "passed over");
    }

    /// @notice However the periods are booked, the entry is the same.
    function test_HowItIsBookedDoesNotMatter(uint256 seed) external {
        uint256 sum;
        for (uint256 t; t < 4; t++) {
            vm.warp(_start(t + 1));
            uint256 wh = uint256(keccak256(abi.encode(seed, t))) % SCALE;
            sum += wh;
            _read(ann, t, wh, 3);
            vm.warp(_readingDeadline(t));
            if (t == 3 || (seed >> t) & 1 == 1) _book(ann, t);
        }
        assertEq(_entered(0, NORTH).tickets, sum, "sum");
        assertEq(_entered(0, NORTH).entries, sum == 0 ? 0 : 1, "one entry");
    }

    function test_TermsAreChecked() external {
        bytes memory reason = abi.encodeWithSelector(ITullockRewards.InvalidTerms.selector, 1, 1);
        vm.expectRevert(reason);
        this.create(abi.encode(market, uint256(1), uint256(1)));
        reason = abi.encodeWithSelector(ITullockRewards.InvalidTerms.selector, 1 << 96, 1);
        vm.expectRevert(reason);
        this.create(abi.encode(market, uint256(1 << 96), uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.InvalidTerms.selector, 2, 0));
        this.create(abi.encode(market, uint256(2), uint256(0)));
        ITullockRewards made = ITullockRewards(this.create(abi.encode(market, BOND, 1)));
        assertEq(made.bond(), BOND, "bond");
        assertEq(made.activation(), 1, "activation");
        assertEq(address(made.elecoin()), address(elecoin), "elecoin");
        assertEq(address(made.oracle()), address(oracle), "oracle");
    }

    function create(bytes calldata arguments) external returns (address) {
        return _create("TullockRewards", arguments);
    }
}
