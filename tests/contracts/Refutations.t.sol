// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Feed,
    Opening,
    Report,
    Status,
    Tree,
    WrongSum
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {TreeFixture} from "./utils/TreeFixture.sol";

/// @notice A wrong tree is refuted by one leaf, by one sum or by all declarations; a right one never.
contract RefutationsTest is TreeFixture {
    /* --------------------------------------------------- refutations ---------------------------------------------- */

    function _expectVoid(bytes memory call) private {
        vm.prank(CHALLENGER);
        (bool done, bytes memory why) = address(oracle).call(call);
        assertTrue(done, string(why));
        assertEq(oracle.rewardOf(CHALLENGER), STAKE, "half of two stakes");
        assertEq(oracle.burnt(), STAKE, "the other half");
        assertEq(oracle.bondOf(vm.addr(serverKeys[0])).amount, 0, "signer");
        assertEq(oracle.bondOf(vm.addr(serverKeys[2])).amount, STAKE, "not a signer");
        _assertUnreadable();
        vm.warp(block.timestamp + WINDOW);
        _assertUnreadable();
        vm.prank(CHALLENGER);
        oracle.withdrawReward();
        assertEq(CHALLENGER.balance, STAKE, "paid");
        assertEq(address(oracle).balance, 2 * STAKE, "one stake, and what is burnt");
    }

    function _expectNothing(bytes memory call) private {
        (bool done, bytes memory why) = address(oracle).call(call);
        assertTrue(!done, "refuted");
        assertEq(
            why,
            abi.encodeWithSelector(IOracleEvents.NothingRefuted.selector, Feed.Electricity, 0),
            "why"
        );
    }

    function test_ARightTreeCannotBeRefuted() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        _expectNothing(abi.encodeCall(oracle.refuteClearing, (r, tree, targetsOf[0])));
        for (uint256 i; i < 8; i++) {
            _expectNothing(abi.encodeCall(oracle.challengeLeaf, (r, tree, i, _opening(i))));
        }
        for (uint256 level = 1; level <= 3; level++) {
            for (uint256 i; i < 8 >> level; i++) {
                _expectNothing(abi.encodeCall(oracle.challengeSum, (r, tree, _sum(level, i))));
            }
        }
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.NotChallengeable.selector,
                Feed.Electricity,
                0,
                Status.Optimistic
            )
        );
        oracle.refuteClearing(r, tree, targetsOf[0]);
    }

    function _sum(uint256 level, uint256 i) private view returns (WrongSum memory) {
        return
            WrongSum(
                _levels[level][i],
                level,
                i,
                _siblings(level, i),
                _levels[level - 1][2 * i],
                _levels[level - 1][2 * i + 1]
            );
    }

    function test_AllDeclarationsInOneTransactionRefuteIt() external {
        Report memory r = _wrongLeaf();
        _expectVoid(abi.encodeCall(oracle.refuteClearing, (r, _tree(), targetsOf[0])));
    }

    function test_OneWrongLeafRefutesIt() external {
        Report memory r = _wrongLeaf();
        _expectNothing(abi.encodeCall(oracle.challengeLeaf, (r, _tree(), 1, _opening(1))));
        _expectVoid(abi.encodeCall(oracle.challengeLeaf, (r, _tree(), 0, _opening(0))));
    }

    /// @dev The leaves are right; the sum above the first two is not, and fits the wrong price.
    function test_OneWrongSumRefutesIt() external {
        _grow(_leafNodes(WRONG));
        Node memory first = _levels[1][0];
        Node memory second = _levels[1][1];
        ClearingTotals memory s = Clearing.fromNode(MerkleSum.parent(second, _levels[2][1]));
        Node memory made = Clearing.toNode(
            first.hash,
            ClearingTotals(2000 << 41, 1 << 60, (2000 << 41) + s.demand - s.supply, 0)
        );
        Node memory left = MerkleSum.parent(made, second);
        (_levels[1][0], _levels[2][0]) = (made, left);
        _levels[3][0] = MerkleSum.parent(left, _levels[2][1]);
        Report memory r = _optimistic(WRONG);
        _expectNothing(abi.encodeCall(oracle.challengeSum, (r, _tree(), _sum(2, 0))));
        _expectVoid(abi.encodeCall(oracle.challengeSum, (r, _tree(), _sum(1, 0))));
    }

    /// @dev Ann's offer is left out: the chain of leaves is broken where bob follows on her.
    function test_ABrokenChainRefutesIt() external {
        Node[] memory leaves = _leafNodes(RIGHT);
        leaves[1] = Node(keccak256("nobody can open it"), 0, 0);
        _fillUp(leaves);
        Report memory r = _optimistic(RIGHT);
        _expectVoid(abi.encodeCall(oracle.challengeLeaf, (r, _tree(), 2, _opening(2))));
    }

    /// @dev Makes the tree's totals pass for RIGHT by sums in the last place beyond the end.
    function _fillUp(Node[] memory leaves) private {
        Node memory made = Clearing.toNode(0, ClearingTotals(1 << 90, 1 << 60, 1 << 90, 0));
        for (uint256 i; i < COUNT; i++) {
            ClearingTotals memory one = Clearing.fromNode(leaves[i]);
            made.second += one.demand;
            made.first += one.supply;
        }
        leaves[7] = made;
        _grow(leaves);
    }

    function test_SomethingBeyondTheEndRefutesIt() external {
        Node[] memory leaves = _leafNodes(RIGHT);
        _fillUp(leaves);
        Report memory r = _optimistic(RIGHT);
        _expectVoid(abi.encodeCall(oracle.challengeLeaf, (r, _tree(), 7, _opening(7))));
    }

    /// @dev Sam's offer, the last declaration, is replaced by another of his.
    function test_AWrongEndRefutesIt() external {
        _leaves[4].word = _word(sam, 0, 3000, 150_000, 450_000);
        Node[] memory leaves = _leafNodes(WRONG);
        _fake(leaves[0]);
        _grow(leaves);
        Report memory r = _optimistic(WRONG);
        _expectVoid(abi.encodeCall(oracle.challengeLeaf, (r, _tree(), 4, _opening(4))));
    }

    function test_AnOpeningOfAnotherTreeRefutesNothing() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        Opening memory opening = _opening(0);
        opening.node.first++;
        vm.expectRevert();
        oracle.challengeLeaf(r, tree, 0, opening);
        opening = _opening(2);
        opening.leaf.word ^= 1;
        vm.expectRevert();
        oracle.challengeLeaf(r, tree, 2, opening);
        opening = _opening(2);
        opening.previous = _levels[0][0];
        vm.expectRevert();
        oracle.challengeLeaf(r, tree, 2, opening);
        tree.count++;
        vm.expectRevert();
        oracle.challengeLeaf(r, tree, 2, _opening(2));
        r.value += TICK;
        vm.expectRevert();
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
    }
}
