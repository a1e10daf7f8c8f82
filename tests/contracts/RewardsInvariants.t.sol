// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {
    Contest,
    ITullockRewards,
    Pool,
    Stage,
    Tally
} from "contracts/interfaces/ITullockRewards.sol";
import {RewardsHandler} from "./utils/RewardsHandler.sol";
import {FuzzSelector, Test} from "./utils/Vm.sol";

/// @notice What holds of the contest after any sequence of actions; each action's effect is held by the handler.
/// forge-config: default.invariant.runs = 6
/// forge-config: default.invariant.depth = 60
/// forge-config: default.invariant.shrink-run-limit = 200
/// forge-config: default.invariant.show-metrics = false
contract RewardsInvariantsTest is Test {
    uint256 private constant BOND = 10e18;

    RewardsHandler private handler;
    ITullockRewards private rewards;
    IElecoin private elecoin;

    function setUp() external {
        handler = new RewardsHandler();
        (rewards, elecoin) = handler.contracts();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Time, booking, closing, revealing and drawing come up more often than the rest.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](16);
        s[0] = RewardsHandler.advance.selector;
        s[1] = RewardsHandler.advance.selector;
        s[2] = RewardsHandler.close.selector;
        s[3] = RewardsHandler.reveal.selector;
        s[4] = RewardsHandler.book.selector;
        s[5] = RewardsHandler.book.selector;
        s[6] = RewardsHandler.mark.selector;
        s[7] = RewardsHandler.levy.selector;
        s[8] = RewardsHandler.moveBond.selector;
        s[9] = RewardsHandler.commit.selector;
        s[10] = RewardsHandler.close.selector;
        s[11] = RewardsHandler.reveal.selector;
        s[12] = RewardsHandler.rollOver.selector;
        s[13] = RewardsHandler.release.selector;
        s[14] = RewardsHandler.drawAndClaim.selector;
        s[15] = RewardsHandler.drawAndClaim.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @notice The handler does what it is for: a fixed walk books, draws, pays and rolls over enough to matter.
    function test_TheHandlerIsBusy() external {
        for (uint256 i; i < 600; i++) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            uint256 what = i % 15;
            if (what == 1 || what == 6 || what == 11) handler.book(seed);
            else if (what == 2) handler.commit(seed);
            else if (what == 3) handler.levy(uint96(seed));
            else if (what == 4 || what == 12) handler.reveal(seed);
            else if (what == 5) handler.rollOver(seed);
            else if (what == 7 || what == 13) handler.drawAndClaim(seed);
            else if (what == 8) handler.close(seed);
            else if (what == 9) handler.moveBond(seed, seed % 3 != 0);
            else if (what == 10 && i % 4 == 0) handler.mark(seed);
            else if (what == 14) handler.release(seed);
            else handler.advance(seed);
            if (i % 40 == 0) _all();
        }
        _all();
        assertGe(handler.period(), 50, "periods");
        assertGe(handler.bookings(), 80, "bookings");
        assertGe(handler.draws(), 8, "draws");
        assertGe(handler.claims(), 3, "claims");
        assertGe(handler.rollOvers(), 1, "roll-overs");
    }

    function _all() private view {
        invariant_WhatIsOwedIsHeld();
        invariant_NothingIsMintedOrLost();
        invariant_TheBooksAgreeOnEveryContest();
        invariant_EntriesAreTheBooks();
        invariant_NoEnergyCountsTwice();
        invariant_ABondIsAtLeastTwiceThePrizes();
        invariant_WinnersHoldTheNumber();
        invariant_WhoIsOutHasNoEntry();
    }

    /* ---------------------------------------------------- money -------------------------------------------------- */

    function invariant_WhatIsOwedIsHeld() public view {
        uint256 bonds = handler.boundBonds();
        for (uint256 i; i < 3; i++) {
            bonds += handler.freeBonds(i);
        }
        assertEq(rewards.owed(), bonds + handler.promised(), "bonds and prizes");
        assertGe(elecoin.balanceOf(address(rewards)), rewards.owed(), "held");
        assertEq(rewards.fund(), handler.fund(), "fund");
    }

    function invariant_NothingIsMintedOrLost() public view {
        assertEq(
            elecoin.balanceOf(address(rewards)),
            handler.paidIn() - handler.paidOut(),
            "paid in less paid out"
        );
    }

    function invariant_ABondIsAtLeastTwiceThePrizes() public view {
        for (uint256 round; round < handler.nextRound(); round++) {
            Contest memory c = rewards.contest(round);
            assertLe(2 * uint256(c.prize) * c.activeZones, BOND, "twice");
        }
    }

    /* --------------------------------------------------- contests ------------------------------------------------ */

    function invariant_TheBooksAgreeOnEveryContest() public view {
        assertEq(rewards.nextRound(), handler.nextRound(), "next round");
        for (uint256 round; round <= handler.nextRound(); round++) {
            Contest memory c = rewards.contest(round);
            assertEq(abi.encode(c), abi.encode(handler.contestOf(round)), "contest");
            assertTrue((rewards.seedOf(round) != 0) == (c.stage == Stage.Drawn), "seed");
        }
    }

    function invariant_EntriesAreTheBooks() public view {
        for (uint256 round; round <= handler.nextRound() + 1; round++) {
            for (uint16 zone = 1; zone <= 2; zone++) {
                RewardsHandler.Row[] memory rows = handler.rows(round, zone);
                uint256 sum;
                for (uint256 i; i < rows.length; i++) {
                    sum += rows[i].energyWh;
                    (address owner, uint256 tickets) = rewards.entry(round, zone, i);
                    assertEq(owner, rows[i].owner, "owner");
                    assertEq(tickets, sum, "running sum");
                }
                Pool memory p = rewards.pool(round, zone);
                assertEq(p.tickets, sum, "tickets");
                assertEq(p.entries, rows.length, "entries");
            }
        }
        for (uint256 i; i < 3; i++) {
            Tally memory held = rewards.tally(handler.producers(i));
            (uint256 next, uint256 energyWh) = handler.waiting(handler.producers(i));
            assertEq(held.next, next, "next");
            assertEq(held.energyWh, energyWh, "waiting");
        }
    }

    /// @notice What is entered of an account is at most what its meter showed in the periods that were booked.
    function invariant_NoEnergyCountsTwice() public view {
        for (uint256 i; i < 3; i++) {
            address who = handler.producers(i);
            uint256 metered;
            for (uint256 t; t <= handler.period(); t++) {
                if (handler.isBooked(who, t)) metered += handler.verifiedOf(who, t);
            }
            uint256 entered = rewards.tally(who).energyWh;
            for (uint256 round; round <= handler.nextRound() + 1; round++) {
                uint16 zone = i == 2 ? 2 : 1;
                RewardsHandler.Row[] memory rows = handler.rows(round, zone);
                for (uint256 k; k < rows.length; k++) {
                    if (rows[k].owner == who) entered += rows[k].energyWh;
                }
            }
            assertLe(entered, metered, "once");
        }
    }

    function invariant_WinnersHoldTheNumber() public view {
        for (uint256 round; round < handler.nextRound(); round++) {
            for (uint16 zone = 1; zone <= 2; zone++) {
                Pool memory p = rewards.pool(round, zone);
                assertTrue(!p.paid || p.winner != address(0), "paid to somebody");
                if (p.winner == address(0)) continue;
                assertTrue(rewards.contest(round).stage == Stage.Drawn, "drawn");
                assertGe(p.tickets, rewards.activation() + 1, "active");
                (uint256 index, ) = rewards.winning(round, zone);
                (address owner, ) = rewards.entry(round, zone, index);
                assertEq(p.winner, owner, "winner");
            }
        }
    }

    function invariant_WhoIsOutHasNoEntry() public view {
        for (uint256 i; i < 3; i++) {
            address who = handler.producers(i);
            uint256 out = rewards.tally(who).outOf;
            assertEq(out, handler.outOf(who), "out");
            if (out == 0) continue;
            RewardsHandler.Row[] memory rows = handler.rows(out - 1, i == 2 ? 2 : 1);
            for (uint256 k; k < rows.length; k++) {
                (address owner, ) = rewards.entry(out - 1, i == 2 ? 2 : 1, k);
                assertTrue(owner != who, "no entry");
            }
        }
    }
}
