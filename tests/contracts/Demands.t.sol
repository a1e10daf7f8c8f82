// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Dispute, Feed, Opening, Report, Tree} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {TreeFixture} from "./utils/TreeFixture.sol";

/// @notice A leaf that anyone demands is revealed in time, or the posting is void.
contract DemandsTest is TreeFixture {
    /* ------------------------------------------------------ demands ---------------------------------------------- */

    function test_ARevealedLeafAnswersTheDemand() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        for (uint256 i; i < 8; i += 3) {
            vm.prank(CHALLENGER);
            oracle.demandLeaf(r, tree, i);
        }
        (, , Dispute memory dispute) = oracle.challenged(Feed.Electricity, 0);
        assertEq(dispute.demands, 3, "demands");
        for (uint256 i; i < 8; i += 3) {
            _assertUnreadable();
            oracle.revealLeaf(r, tree, i, _opening(i));
            vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NotDemanded.selector, i));
            oracle.revealLeaf(r, tree, i, _opening(i));
        }
        vm.expectRevert();
        oracle.demandLeaf(r, tree, 3);
        vm.warp(block.timestamp + WINDOW);
        oracle.electricityPrice(0);
        vm.expectRevert();
        oracle.claimSilence(r, 0);
    }

    function test_AnUnansweredDemandVoidsIt() external {
        Node[] memory leaves = _leafNodes(RIGHT);
        Report memory r = _wrongLeaf();
        Tree memory tree = _tree();
        vm.prank(CHALLENGER);
        oracle.demandLeaf(r, tree, 0);
        // What is in the tree is wrong, and what is right is not in it.
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.UnsoundLeaf.selector, 0));
        oracle.revealLeaf(r, tree, 0, _opening(0));
        Opening memory opening = _opening(0);
        opening.node = leaves[0];
        vm.expectRevert();
        oracle.revealLeaf(r, tree, 0, opening);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.ResponseTime.selector,
                0,
                block.timestamp + RESPONSE
            )
        );
        oracle.claimSilence(r, 0);
        // Far beyond the window it is unreadable all the same, and the stakes are still there.
        vm.warp(block.timestamp + WINDOW);
        _assertUnreadable();
        vm.expectRevert();
        oracle.revealLeaf(r, tree, 0, _opening(0));
        vm.prank(stranger);
        oracle.claimSilence(r, 0);
        assertEq(oracle.rewardOf(CHALLENGER), STAKE, "the demander's");
        _assertUnreadable();
    }

    function test_ADemandMustLeaveTimeToAnswer() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        uint256 closes = block.timestamp + WINDOW - RESPONSE;
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.NotInTree.selector, 0, 8, COUNT));
        oracle.demandLeaf(r, tree, 8);
        vm.warp(closes);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.TooLateToDemand.selector, closes));
        oracle.demandLeaf(r, tree, 0);
        vm.warp(closes - 1);
        oracle.demandLeaf(r, tree, 0);
        vm.warp(closes + RESPONSE - 2);
        oracle.revealLeaf(r, tree, 0, _opening(0));
        vm.warp(closes + RESPONSE);
        oracle.electricityPrice(0);
    }
}
