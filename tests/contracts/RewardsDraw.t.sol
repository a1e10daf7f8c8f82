// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ITullockRewards, Pool, Stage} from "contracts/interfaces/ITullockRewards.sol";
import {Tickets} from "contracts/libraries/Tickets.sol";
import {RewardsFixture} from "./utils/RewardsFixture.sol";

/// @notice Rounds that are closed, draws and prizes.
contract RewardsDrawTest is RewardsFixture {
    /* ------------------------------------------------- the whole ------------------------------------------------- */

    function test_TwoZonesAreDrawnAndPaid() external {
        uint256 b = _closed(700, 400, 5000);
        assertEq(rewards.contest(0).prize, 1.5e18, "half each");
        vm.roll(b + 2);
        _revealAll(0);
        for (uint16 zone = NORTH; zone <= SOUTH; zone++) {
            (uint256 index, uint256 number) = rewards.winning(0, zone);
            rewards.draw(0, zone, index);
            (address owner, uint256 sum) = rewards.entry(0, zone, index);
            assertTrue(number < sum, "below the running sum");
            if (index != 0) {
                (, sum) = rewards.entry(0, zone, index - 1);
                assertTrue(number >= sum, "not the one before");
            }
            Pool memory drawn = rewards.pool(0, zone);
            assertEq(drawn.winner, owner, "winner");
            uint256 before = elecoin.balanceOf(owner);
            rewards.claim(0, zone);
            assertEq(elecoin.balanceOf(owner) - before, 1.5e18, "paid");
        }
        assertEq(rewards.fund(), 0, "nothing left");
        assertEq(elecoin.balanceOf(address(rewards)), rewards.owed(), "bonds alone");
        assertEq(rewards.owed(), 6 * BOND, "bonds are back");
    }

    /// @notice The market's own levy, booked when the buyer's period closes, arrives by `collectFees` and is the prize.
    function test_ThePrizeIsTheLevy() external {
        _buyTokens(bea, 100e18);
        _openTrading(ann, bea, 0, 2000, 200_000);
        _trade(bea, ann, 0, 2000);
        vm.warp(_closingTime(0));
        _close(bea, 0);
        uint256 levy = market.levyFees();
        assertTrue(levy != 0, "levied");
        market.collectFees();
        assertEq(rewards.fund(), levy, "held");
        vm.warp(_tradingEnd(3));
        _book(ann, 3);
        _drawRound(0);
        rewards.draw(0, NORTH, 0);
        rewards.claim(0, NORTH);
        assertEq(elecoin.balanceOf(ann), levy, "won");
    }

    /// @notice The seed is what the secrets and block B + 1 make, whatever the order of the reveals.
    function test_TheSeedIsSecretsAndTheNextBlock(uint256 order) external {
        uint256 b = _closed(700, 400, 5000);
        bytes32[] memory secrets = new bytes32[](3);
        for (uint256 i; i < 3; i++) {
            secrets[i] = _secret(0, i);
        }
        vm.roll(b + 2);
        bytes32 blockHash = blockhash(b + 1);
        for (uint256 i; i < 3; i++) {
            assertEq(rewards.seedOf(0), bytes32(0), "not before the last");
            vm.roll(b + 2 + 60 * i);
            _reveal(0, order % 2 == 0 ? (i + (order % 3)) % 3 : ((order % 3) + 3 - i) % 3);
        }
        assertEq(rewards.blockHashOf(0), blockHash, "of B + 1");
        assertEq(rewards.seedOf(0), keccak256(abi.encode(0, blockHash, secrets)), "seed");
        (, uint256 number) = rewards.winning(0, NORTH);
        bytes32 expected = keccak256(abi.encode(rewards.seedOf(0), uint256(NORTH)));
        assertEq(number, uint256(expected) % 1100, "number");
    }

    /// @notice The winner is who a walk over all entries finds, whatever the tickets.
    function test_TheWinnerIsWhoHoldsTheNumber(uint16 wAnn, uint16 wBea, uint256 salt) external {
        (uint256 a, uint256 b) = (bound(wAnn, 0, 9000), bound(wBea, 0, 9000));
        vm.assume(a + b > ACTIVATION);
        vm.roll(1000 + (salt % 100_000));
        uint256 closed = _closed(a, b, 0);
        vm.roll(closed + 2);
        _revealAll(0);
        (uint256 index, uint256 number) = rewards.winning(0, NORTH);
        address expected = number < a ? ann : bea;
        for (uint256 i; i < 3; i++) {
            if (i == index) continue;
            vm.expectRevert(abi.encodeWithSelector(ITullockRewards.WrongIndex.selector, i, number));
            rewards.draw(0, NORTH, i);
        }
        rewards.draw(0, NORTH, index);
        assertEq(rewards.pool(0, NORTH).winner, expected, "winner");
    }

    /// @notice 300 rounds' seeds on the same entries: ann holds 700 of 1100, so about 191 wins (5 standard deviations: 42).
    function test_OddsOverManySeeds() external pure {
        uint256 wins;
        for (uint256 i; i < 300; i++) {
            if (Tickets.draw(keccak256(abi.encode("odds", i)), NORTH, 1100) < 700) wins++;
        }
        assertGe(wins, 149, "too few");
        assertLe(wins, 233, "too many");
    }

    /* -------------------------------------------------- closing -------------------------------------------------- */

    function test_EntriesCloseAfterTheClosingTimeOnce() external {
        uint256 opens = _closingTime(_lastOf(1));
        vm.warp(opens - 1);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.RoundOpen.selector, 1, opens));
        rewards.closeEntries(1);
        vm.warp(opens);
        rewards.closeEntries(1);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.RoundClosed.selector, 1));
        rewards.closeEntries(1);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.RoundClosed.selector, 0));
        rewards.closeEntries(0);
        assertEq(rewards.nextRound(), 2, "next");
    }

    /// @notice Fewer than f + 1 commitments: no draw, bonds are given back.
    function test_TooFewServersNoDraw() external {
        _payLevy(1e18);
        _runRound(0, 2000, 0, 0);
        _commit(0, 2);
        _closeEntries(0);
        assertEq(_stage(0), uint256(Stage.Empty), "empty");
        assertEq(rewards.fund(), 1e18, "the prize stays");
        rewards.releaseBond(0, 2);
        assertEq(rewards.bondOf(_server(2)), 2 * BOND, "bond");
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NotCommitted.selector, 0, 2));
        rewards.releaseBond(0, 2);
        _mine(2);
        vm.expectRevert(_wrongStage(0, Stage.Empty));
        _reveal(0, 2);
    }

    function test_FPlusOneServersAreEnough() external {
        _payLevy(1e18);
        _runRound(0, 2000, 0, 0);
        _commit(0, 2);
        _commit(0, 0);
        _closeEntries(0);
        _mine(2);
        _reveal(0, 2);
        _reveal(0, 0);
        assertEq(_stage(0), uint256(Stage.Drawn), "drawn");
    }

    function test_NoActiveZoneOrNoPrizeNoDraw() external {
        _payLevy(1e18);
        _runRound(0, ACTIVATION, 0, ACTIVATION);
        _commitAll(0);
        _closeEntries(0);
        assertEq(_stage(0), uint256(Stage.Empty), "not active");
        assertEq(rewards.owed(), 6 * BOND, "nothing is promised");

        _runRound(1, 2000, 0, 0);
        rewards.releaseBond(0, 0);
        rewards.releaseBond(0, 1);
        rewards.releaseBond(0, 2);
        _drawRound(1);
        rewards.draw(1, NORTH, 0);
        rewards.claim(1, NORTH);
        _runRound(2, 2000, 0, 0);
        _commitAll(2);
        _closeEntries(2);
        assertEq(_stage(2), uint256(Stage.Empty), "no prize");
    }

    /// @notice A round that nobody closed before the next: no draw, bonds are given back.
    function test_ASkippedRoundGivesBondsBack() external {
        vm.warp(_start(0));
        _commit(0, 0);
        vm.expectRevert(_wrongStage(0, Stage.Open));
        rewards.releaseBond(0, 0);
        _closeEntries(1);
        rewards.releaseBond(0, 0);
        assertEq(rewards.bondOf(_server(0)), 2 * BOND, "bond");
    }

    /// @notice All prizes of a round are at most half a bond; the rest waits.
    function test_ABondIsAtLeastTwiceThePrizes(uint96 levy) external {
        uint256 amount = bound(levy, 1, 1000e18);
        _payLevy(amount);
        _runRound(0, 2000, 0, 2000);
        _commitAll(0);
        _closeEntries(0);
        uint256 prizes = uint256(rewards.contest(0).prize) * 2;
        assertLe(2 * prizes, BOND, "half a bond");
        uint256 most = amount < BOND / 2 ? amount : BOND / 2;
        assertEq(prizes, (most / 2) * 2, "shared to the wei");
        assertEq(rewards.fund(), amount - prizes, "the rest waits");
    }

    /* -------------------------------------------------- claiming ------------------------------------------------- */

    function test_APrizeIsDrawnAndPaidOnce() external {
        uint256 b = _closed(2000, 0, 0);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NothingToClaim.selector, 0, NORTH));
        rewards.claim(0, NORTH);
        vm.roll(b + 2);
        _revealAll(0);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NothingToClaim.selector, 0, NORTH));
        rewards.claim(0, NORTH);
        rewards.draw(0, NORTH, 0);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.AlreadyDrawn.selector, 0, NORTH));
        rewards.draw(0, NORTH, 0);
        rewards.claim(0, NORTH);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NothingToClaim.selector, 0, NORTH));
        rewards.claim(0, NORTH);
        assertEq(elecoin.balanceOf(ann), 3e18, "once");
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NotActive.selector, 0, SOUTH, 0));
        rewards.draw(0, SOUTH, 0);
    }

    /// @notice Nothing that is paused, and no later right, keeps a winner from her prize or a server from her bond.
    function test_ClaimsAreNeverPaused() external {
        uint256 b = _closed(2000, 0, 0);
        vm.startPrank(ADMIN);
        market.pause();
        market.revoke(ann);
        vm.stopPrank();
        _mark(ann, false);
        vm.roll(b + 2);
        _revealAll(0);
        rewards.draw(0, NORTH, 0);
        vm.prank(stranger);
        rewards.claim(0, NORTH);
        assertEq(elecoin.balanceOf(ann), 3e18, "paid to her, whoever asks");
        vm.prank(_server(0));
        rewards.withdrawBond(2 * BOND);
        assertEq(elecoin.balanceOf(_server(0)), 2 * BOND, "bond");
    }

    /// @notice Prizes wait for years, whatever later contests pay.
    function test_AnUnclaimedPrizeIsNotPaidTwice() external {
        uint256 b = _closed(2000, 0, 0);
        vm.roll(b + 2);
        _revealAll(0);
        rewards.draw(0, NORTH, 0);
        for (uint256 round = 1; round < 4; round++) {
            _payLevy(1e18);
            _runRound(round, 2000, 0, 0);
            _drawRound(round);
            assertEq(rewards.contest(round).prize, 1e18, "the new levy alone");
        }
        rewards.claim(0, NORTH);
        assertEq(elecoin.balanceOf(ann), 3e18, "still there");
    }
}
