// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Bond, Feed, Report, Signature, Tree} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Node} from "contracts/libraries/MerkleSum.sol";
import {TreeFixture} from "./utils/TreeFixture.sol";

/// @notice Who signs on stakes has them, and pays with them.
contract StakesTest is TreeFixture {
    /* ------------------------------------------------------ stakes ----------------------------------------------- */

    function test_WithoutTheMinimumBondNobodySignsOptimistically() external {
        address server = vm.addr(serverKeys[0]);
        vm.prank(server);
        oracle.unbond(1);
        _grow(_leafNodes(RIGHT));
        Tree memory tree = _tree();
        Report memory r = _reportOf(tree, RIGHT);
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = bytes.concat(hex"03", abi.encode(tree));
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.BondTooSmall.selector, server, STAKE - 1, STAKE)
        );
        oracle.post(r, s, certificate);
        // A proof needs no stake.
        Report memory proved = _inlineReport(Feed.Electricity, 0, _value(RIGHT, WAD, WAD));
        oracle.post(proved, _sign(proved, 3), _inline(proved));
    }

    function test_WhatLeavesIsSlashedUntilItIsGone() external {
        address server = vm.addr(serverKeys[0]);
        Report memory r = _wrongLeaf();
        vm.startPrank(server);
        oracle.unbond(STAKE);
        Bond memory stake = oracle.bondOf(server);
        assertTrue(stake.amount == 0 && stake.leaving == STAKE, "leaving");
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.BondLocked.selector, server, stake.leavesAt)
        );
        oracle.withdrawBond();
        vm.stopPrank();
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        assertEq(oracle.bondOf(server).leaving, 0, "slashed");
        vm.warp(stake.leavesAt);
        vm.prank(server);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NothingBonded.selector, server));
        oracle.withdrawBond();
    }

    function test_ABondLeavesAfterTheDelay() external {
        address server = vm.addr(serverKeys[1]);
        vm.startPrank(server);
        oracle.unbond(2e18);
        vm.warp(oracle.bondOf(server).leavesAt);
        oracle.withdrawBond();
        assertEq(server.balance, 2e18, "withdrawn");
        assertEq(oracle.bondOf(server).amount, STAKE - 2e18, "left");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NothingBonded.selector, server));
        oracle.unbond(STAKE);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NothingBonded.selector, server));
        oracle.bond();
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NothingBonded.selector, server));
        oracle.withdrawReward();
    }

    /// @dev Both signers refute their own report: together they lose half, whoever gets the reward.
    function test_ChallengingOneselfNeverPays() external {
        address server = vm.addr(serverKeys[0]);
        Report memory r = _wrongLeaf();
        vm.startPrank(server);
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        oracle.withdrawReward();
        vm.stopPrank();
        assertEq(server.balance + oracle.bondOf(server).amount, STAKE, "of two stakes");
    }

    function testFuzz_StakesRewardsAndWhatIsBurntAreTheBalance(uint256 seed) external {
        uint256 paidOut;
        uint256 paidIn = 3 * STAKE;
        for (uint256 step; step < 24; step++) {
            uint256 draw = uint256(keccak256(abi.encode(seed, step)));
            address who = vm.addr(serverKeys[draw % 3]);
            uint256 amount = (draw >> 8) % 6e18;
            uint256 before = who.balance;
            if ((draw >> 80) % 4 == 0) {
                _bond(who, amount + 1);
                paidIn += amount + 1;
            } else {
                vm.prank(who);
                (bool done, ) = address(oracle).call(_move((draw >> 80) % 4, amount));
                done;
                paidOut += who.balance - before;
            }
            if ((draw >> 90) % 6 == 0) vm.warp(block.timestamp + 3600);
            if (step == 8) _tryVoid();
            uint256 owed = oracle.burnt();
            for (uint256 i; i < 3; i++) {
                Bond memory stake = oracle.bondOf(vm.addr(serverKeys[i]));
                owed += stake.amount;
                owed += stake.leaving;
                owed += oracle.rewardOf(vm.addr(serverKeys[i]));
            }
            owed += oracle.rewardOf(address(this));
            assertEq(address(oracle).balance, owed, "owed");
            assertEq(owed + paidOut, paidIn, "nothing appears or vanishes");
        }
    }

    function _move(uint256 kind, uint256 amount) private view returns (bytes memory) {
        if (kind == 1) return abi.encodeCall(oracle.unbond, (amount));
        if (kind == 2) return abi.encodeCall(oracle.withdrawBond, ());
        return abi.encodeCall(oracle.withdrawReward, ());
    }

    /// @dev If the signers still have their stakes and the window is open.
    function _tryVoid() private {
        if (block.timestamp >= _start(0)) return;
        Node[] memory leaves = _leafNodes(WRONG);
        _fake(leaves[0]);
        _grow(leaves);
        Tree memory tree = _tree();
        Report memory r = _reportOf(tree, WRONG);
        Signature[] memory s = _sign(r, 3);
        try oracle.post(r, s, bytes.concat(hex"03", abi.encode(tree))) {
            oracle.refuteClearing(r, tree, targetsOf[0]);
        } catch {}
    }
}
