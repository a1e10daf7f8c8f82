// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Bond,
    Feed,
    Posting,
    Report,
    Status,
    Tree,
    WrongSum
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {TreeFixture} from "./utils/TreeFixture.sol";

/// @notice Challenges that are none, to the second and the node; what is said of those that are.
contract ChallengeRefusalsTest is TreeFixture {
    function _wrongRoot(Report memory r, Tree memory tree) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IOracleEvents.WrongRoot.selector,
                r.root,
                keccak256(abi.encode(tree))
            );
    }

    function _closed(Status status) private pure returns (bytes memory) {
        return
            abi.encodeWithSelector(
                IOracleEvents.NotChallengeable.selector,
                Feed.Electricity,
                0,
                status
            );
    }

    /// @dev The first sum over leaves, said to be one unit more than it is.
    function _madeSum() private view returns (WrongSum memory wrong) {
        Node memory node = _levels[1][0];
        node.first++;
        wrong = WrongSum(node, 1, 0, _siblings(1, 0), _levels[0][0], _levels[0][1]);
    }

    /// @notice A tree of the challenger's own making says nothing of the one that was signed.
    function test_OnlyTheSignedTreeIsChallenged() external {
        Report memory r = _honest();
        Node[] memory leaves = _leafNodes(WRONG);
        _fake(leaves[0]);
        _grow(leaves);
        Tree memory made = _tree();
        bytes memory refusal = _wrongRoot(r, made);
        vm.expectRevert(refusal);
        oracle.refuteClearing(r, made, targetsOf[0]);
        vm.expectRevert(refusal);
        oracle.challengeLeaf(r, made, 0, _opening(0));
        vm.expectRevert(refusal);
        oracle.demandLeaf(r, made, 0);
        _levels[1][0].first++;
        _levels[2][0] = MerkleSum.parent(_levels[1][0], _levels[1][1]);
        _levels[3][0] = MerkleSum.parent(_levels[2][0], _levels[2][1]);
        made = _tree();
        WrongSum memory wrong = WrongSum(
            _levels[1][0],
            1,
            0,
            _siblings(1, 0),
            _levels[0][0],
            _levels[0][1]
        );
        vm.expectRevert(_wrongRoot(r, made));
        oracle.challengeSum(r, made, wrong);
    }

    function test_AWrongSumMustBeInTheTree() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        WrongSum memory wrong = _madeSum();
        vm.expectRevert(
            abi.encodeWithSelector(
                MerkleSum.WrongRoot.selector,
                MerkleSum
                    .parent(MerkleSum.parent(wrong.node, wrong.siblings[0]), wrong.siblings[1])
                    .hash,
                tree.top.hash
            )
        );
        oracle.challengeSum(r, tree, wrong);
        // A leaf is no sum.
        wrong = WrongSum(_levels[0][3], 0, 3, _siblings(0, 3), _levels[0][0], _levels[0][1]);
        vm.expectRevert(abi.encodeWithSelector(MerkleSum.NotInTree.selector, 0, 3, COUNT));
        oracle.challengeSum(r, tree, wrong);
    }

    /// @notice What has stood for its window stands, however wrong it is.
    function test_NothingIsChallengedAfterItsWindow() external {
        Report memory r = _wrongLeaf();
        Tree memory tree = _tree();
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(_closed(Status.Optimistic));
        oracle.challengeLeaf(r, tree, 0, _opening(0));
        vm.expectRevert(_closed(Status.Optimistic));
        oracle.challengeSum(r, tree, _madeSum());
    }

    function test_AnElecoinPriceIsRefutedInItsWindow() external {
        vm.warp(_needDeadline(2) - 1);
        _declareNeed(bea, 2, 1e18);
        vm.warp(_needDeadline(2));
        Report memory r = _report(Feed.Elecoin, 2, 1_050_000 * TICK);
        oracle.post(r, _sign(r, 3), _certificate(r));
        vm.warp(block.timestamp + WINDOW);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.NotChallengeable.selector,
                Feed.Elecoin,
                2,
                Status.Optimistic
            )
        );
        oracle.refuteElecoin(r, needsOf[2], 1_020_000);
    }

    /// @notice The second of the deadline is too late to answer and late enough to claim.
    function test_ADemandIsAnsweredBeforeItsDeadline() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NotDemanded.selector, 2));
        oracle.revealLeaf(r, tree, 2, _opening(2));
        vm.prank(CHALLENGER);
        oracle.demandLeaf(r, tree, 0);
        oracle.demandLeaf(r, tree, 1);
        uint256 deadline = block.timestamp + RESPONSE;
        vm.warp(deadline - 1);
        oracle.revealLeaf(r, tree, 1, _opening(1));
        (Posting memory posted, , ) = oracle.challenged(Feed.Electricity, 0);
        assertEq(uint256(posted.status), uint256(Status.Demanded), "one demand is left");
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.ResponseTime.selector, 0, deadline));
        oracle.revealLeaf(r, tree, 0, _opening(0));
        oracle.claimSilence(r, 0);
        assertEq(oracle.rewardOf(CHALLENGER), STAKE, "the demander's");
        vm.expectRevert(_closed(Status.Voided));
        oracle.claimSilence(r, 0);
    }

    /// @notice A reward is paid once, also beside others' stakes.
    function test_ARewardIsPaidOnce() external {
        Report memory r = _wrongLeaf();
        vm.prank(CHALLENGER);
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        vm.startPrank(CHALLENGER);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.RewardWithdrawn(CHALLENGER, STAKE);
        oracle.withdrawReward();
        assertEq(oracle.rewardOf(CHALLENGER), 0, "nothing more");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.NothingBonded.selector, CHALLENGER));
        oracle.withdrawReward();
    }

    /* ------------------------------------------------------ events ----------------------------------------------- */

    function test_DemandsAndAnswersAreSaid() external {
        Report memory r = _honest();
        Tree memory tree = _tree();
        vm.expectEmit(address(oracle));
        emit IOracleEvents.LeafDemanded(
            Feed.Electricity,
            0,
            3,
            CHALLENGER,
            block.timestamp + RESPONSE
        );
        vm.prank(CHALLENGER);
        oracle.demandLeaf(r, tree, 3);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.LeafRevealed(Feed.Electricity, 0, 3);
        oracle.revealLeaf(r, tree, 3, _opening(3));
    }

    function test_WhatIsVoidedAndSlashedIsSaid() external {
        Report memory r = _wrongLeaf();
        bytes20 digest = bytes20(oracle.digest(r));
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Slashed(vm.addr(serverKeys[0]), STAKE);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Slashed(vm.addr(serverKeys[1]), STAKE);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Voided(Feed.Electricity, 0, CHALLENGER, digest, 2 * STAKE, STAKE);
        vm.prank(CHALLENGER);
        oracle.challengeLeaf(r, _tree(), 0, _opening(0));
    }

    function test_StakesAreSaid() external {
        address server = vm.addr(serverKeys[1]);
        vm.deal(server, 3);
        vm.startPrank(server);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Bonded(server, 3);
        oracle.bond{value: 3}();
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Unbonding(server, 2, block.timestamp + 3600);
        oracle.unbond(2);
        Bond memory stake = oracle.bondOf(server);
        vm.warp(stake.leavesAt);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.BondWithdrawn(server, 2);
        oracle.withdrawBond();
    }
}
