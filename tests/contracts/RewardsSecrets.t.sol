// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer} from "contracts/interfaces/IEquilibriumOracle.sol";
import {ITullockRewards, Stage} from "contracts/interfaces/ITullockRewards.sol";
import {RewardsFixture} from "./utils/RewardsFixture.sol";

/// @notice Secrets that are committed, revealed or withheld.
contract RewardsSecretsTest is RewardsFixture {
    /* ------------------------------------------------- committing ------------------------------------------------ */

    function test_OnlyServersCommitOnceWithABond() external {
        vm.warp(_start(0));
        vm.prank(ann);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NotAServer.selector, ann));
        rewards.commit(0, bytes32(uint256(1)));
        _commit(0, 1);
        assertEq(rewards.bondOf(_server(1)), BOND, "one bond is bound");
        vm.prank(_server(1));
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.AlreadyCommitted.selector, 0, 1));
        rewards.commit(0, bytes32(uint256(1)));
        vm.startPrank(_server(1));
        rewards.withdrawBond(1);
        vm.warp(_start(T_C));
        vm.expectRevert(
            abi.encodeWithSelector(
                ITullockRewards.BondTooSmall.selector,
                _server(1),
                BOND - 1,
                BOND
            )
        );
        rewards.commit(1, bytes32(uint256(1)));
    }

    function test_CommitmentsStartWithTheRoundAndEndWithItsEntries() external {
        vm.warp(_start(T_C) - 1);
        vm.prank(_server(0));
        vm.expectRevert(
            abi.encodeWithSelector(ITullockRewards.RoundNotStarted.selector, 1, _start(T_C))
        );
        rewards.commit(1, bytes32(uint256(1)));
        vm.warp(_start(T_C));
        _commit(1, 0);
        _closeEntries(0);
        vm.prank(_server(0));
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.RoundClosed.selector, 0));
        rewards.commit(0, bytes32(uint256(1)));
    }

    /// @notice A copied commitment cannot be revealed: it binds the server.
    function test_ACopiedCommitmentIsWorthNothing() external {
        _payLevy(1e18);
        _runRound(0, 2000, 0, 0);
        bytes32 copied = rewards.commitmentOf(0, 0, _secret(0, 0));
        _commit(0, 0);
        vm.prank(_server(1));
        rewards.commit(0, copied);
        _closeEntries(0);
        _mine(2);
        _reveal(0, 0);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.WrongSecret.selector, 0, 1));
        rewards.reveal(0, 1, _secret(0, 0));
    }

    /// @notice A contest belongs to one set of servers.
    function test_OtherServersWaitForTheNextRound() external {
        vm.warp(_start(0));
        _commit(0, 0);
        EdgeServer[] memory one = new EdgeServer[](1);
        one[0] = EdgeServer(stranger, ann);
        vm.prank(ADMIN);
        market.setEdgeServers(one);
        vm.prank(stranger);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.OtherServers.selector, 0, 1, 2));
        rewards.commit(0, bytes32(uint256(1)));
        vm.prank(_server(1));
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NotAServer.selector, _server(1)));
        rewards.commit(0, bytes32(uint256(1)));
    }

    /// @notice Who was replaced after committing reveals, gets her bond back and counts.
    function test_ReplacedServersStillReveal() external {
        _payLevy(1e18);
        _runRound(0, 2000, 0, 0);
        _commitAll(0);
        EdgeServer[] memory one = new EdgeServer[](1);
        one[0] = EdgeServer(stranger, ann);
        vm.prank(ADMIN);
        market.setEdgeServers(one);
        _closeEntries(0);
        _mine(2);
        _revealAll(0);
        assertEq(_stage(0), uint256(Stage.Drawn), "drawn");
        assertEq(rewards.bondOf(_server(2)), 2 * BOND, "bond");
    }

    /* -------------------------------------------------- revealing ------------------------------------------------ */

    function test_TheWindowOfReveals() external {
        uint256 b = _closed(2000, 0, 0);
        for (uint256 n = b; n < b + 2; n++) {
            vm.roll(n);
            vm.expectRevert(
                abi.encodeWithSelector(ITullockRewards.OutsideBlocks.selector, n, b + 2, b + 200)
            );
            _reveal(0, 0);
        }
        vm.roll(b + 2);
        _reveal(0, 0);
        vm.roll(b + 200);
        _reveal(0, 1);
        vm.roll(b + 201);
        vm.expectRevert(
            abi.encodeWithSelector(ITullockRewards.OutsideBlocks.selector, b + 201, b + 2, b + 200)
        );
        _reveal(0, 2);
    }

    /// @notice The first reveal may come last of all: the hash is still there.
    function test_TheHashIsKnownToTheEnd() external {
        uint256 b = _closed(2000, 0, 0);
        vm.roll(b + 200);
        bytes32 blockHash = blockhash(b + 1);
        assertTrue(blockHash != 0, "known");
        _revealAll(0);
        assertEq(rewards.blockHashOf(0), blockHash, "of B + 1");
    }

    function test_RevealsAreChecked() external {
        uint256 b = _closed(2000, 0, 0);
        vm.roll(b + 2);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.WrongSecret.selector, 0, 0));
        rewards.reveal(0, 0, _secret(0, 1));
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NotCommitted.selector, 0, 3));
        rewards.reveal(0, 3, _secret(0, 0));
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.NotCommitted.selector, 0, 256));
        rewards.reveal(0, 256, _secret(0, 0));
        _reveal(0, 0);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.AlreadyRevealed.selector, 0, 0));
        _reveal(0, 0);
        vm.expectRevert(_wrongStage(1, Stage.Open));
        _reveal(1, 0);
    }

    /// @notice While somebody has not revealed, nothing can be drawn, and nobody can be told to have withheld.
    function test_NoDrawBeforeTheLastReveal() external {
        uint256 b = _closed(2000, 0, 0);
        vm.roll(b + 200);
        _reveal(0, 0);
        _reveal(0, 1);
        vm.expectRevert(_wrongStage(0, Stage.Revealing));
        rewards.draw(0, NORTH, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                ITullockRewards.OutsideBlocks.selector,
                b + 200,
                b + 201,
                type(uint256).max
            )
        );
        rewards.rollOver(0);
        _reveal(0, 2);
        vm.roll(b + 201);
        vm.expectRevert(_wrongStage(0, Stage.Drawn));
        rewards.rollOver(0);
    }

    /* -------------------------------------------------- withholding ---------------------------------------------- */

    function test_AWithheldSecretRollsThePrizeOver() external {
        uint256 b = _closed(2000, 3000, 0);
        vm.roll(b + 2);
        _reveal(0, 0);
        _reveal(0, 2);
        vm.roll(b + 201);
        rewards.rollOver(0);
        assertEq(_stage(0), uint256(Stage.RolledOver), "stage");
        assertEq(rewards.fund(), 3e18 + BOND, "prize and bond");
        assertEq(rewards.bondOf(_server(0)), 2 * BOND, "who revealed keeps hers");
        assertEq(rewards.bondOf(_server(1)), BOND, "the other does not");
        vm.expectRevert(_wrongStage(0, Stage.RolledOver));
        rewards.draw(0, NORTH, 0);
        vm.expectRevert(_wrongStage(0, Stage.RolledOver));
        rewards.rollOver(0);
        vm.expectRevert(_wrongStage(0, Stage.RolledOver));
        rewards.releaseBond(0, 1);
        vm.expectRevert(_wrongStage(0, Stage.RolledOver));
        _reveal(0, 1);

        // Bea's server withheld: she is out of the next draw, with fresh tickets for the others.
        _runRound(1, 1500, 4000, 0);
        assertEq(rewards.pool(1, NORTH).tickets, 1500, "without bea");
        _drawRound(1);
        assertEq(rewards.contest(1).prize, BOND / 2, "half a bond at most");
        rewards.draw(1, NORTH, 0);
        assertEq(rewards.pool(1, NORTH).winner, ann, "ann");
        assertEq(rewards.fund(), 3e18 + BOND / 2, "the rest waits");

        // And in again afterwards.
        _runRound(2, 1500, 4000, 0);
        assertEq(rewards.pool(2, NORTH).tickets, 5500, "with bea");
    }

    /// @notice Nobody revealed: all bonds are lost, nothing is stuck.
    function test_AllWithhold() external {
        uint256 b = _closed(2000, 0, 2000);
        vm.roll(b + 10_000);
        rewards.rollOver(0);
        assertEq(rewards.fund(), 3e18 + 3 * BOND, "all of it");
        assertEq(rewards.owed(), 3 * BOND, "what was not committed");
    }

    /// @notice Where entries of the next round were made already, the operator is out of the one after.
    function test_OutOfTheFirstRoundThatHasNoEntryYet() external {
        uint256 b = _closed(2000, 3000, 0);
        vm.roll(b + 201);
        vm.warp(_readingDeadline(_lastOf(1)) - 1);
        uint256 snapshot = vm.snapshotState();
        rewards.rollOver(0);
        assertEq(rewards.tally(bea).outOf, 2, "round 1");
        vm.revertToState(snapshot);
        vm.warp(_readingDeadline(_lastOf(1)));
        rewards.rollOver(0);
        assertEq(rewards.tally(bea).outOf, 3, "round 2");
    }

    /// @notice Withholding costs at least twice what it denies.
    function test_WithholdingCostsTwiceThePrize(uint96 levy) external {
        _payLevy(bound(levy, 1, 100e18));
        _runRound(0, 2000, 0, 0);
        _commitAll(0);
        _closeEntries(0);
        uint256 denied = rewards.contest(0).prize;
        _mine(2);
        _reveal(0, 0);
        _reveal(0, 1);
        _mine(200);
        uint256 before = rewards.owed();
        rewards.rollOver(0);
        assertGe(before - rewards.owed() - denied, 2 * denied, "the bond");
    }
}
