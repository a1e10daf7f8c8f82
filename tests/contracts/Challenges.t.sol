// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "contracts/interfaces/IAggregatorV3.sol";
import {
    Bond,
    Dispute,
    Feed,
    Opening,
    Posting,
    Report,
    Signature,
    Status,
    Tree,
    WrongSum
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {Leaf, MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice What is posted on stakes: nobody reads it too early, anyone refutes it, and who signed it pays.
contract ChallengesTest is MarketFixture {
    uint256 private constant RIGHT = 200_000;
    uint256 private constant WRONG = 250_000;
    uint256 private constant COUNT = 5;

    address private constant CHALLENGER = address(0xC4A);

    Leaf[COUNT] private _leaves;
    Node[][] private _levels;

    function setUp() public override {
        super.setUp();
        _register(stranger, NORTH, true);
        address[COUNT] memory who = [bea, ann, bob, stranger, sam];
        int256[COUNT] memory nets = [-1000, int256(2000), -500, 0, int256(300)];
        uint256[COUNT] memory prices = [uint256(400_000), RIGHT, 300_000, 0, 150_000];
        bytes32 before;
        for (uint256 i; i < COUNT; i++) {
            _leaves[i] = Leaf(before, who[i], _word(who[i], 0, nets[i], prices[i], 450_000));
            _declare(who[i], 0, nets[i], prices[i], 450_000);
            before = market.targetCommitment(0);
        }
        vm.warp(_declarationDeadline(0));
    }

    /* ------------------------------------------------------ trees ------------------------------------------------ */

    function _leafNode(uint256 i, uint256 ticks) private view returns (Node memory) {
        return
            Clearing.toNode(
                MerkleSum.leafHash(_leaves[i]),
                Clearing.contribution(_leaves[i].word, market.floorPrice(0) / TICK, ticks)
            );
    }

    function _leafNodes(uint256 ticks) private view returns (Node[] memory leaves) {
        leaves = new Node[](8);
        for (uint256 i; i < COUNT; i++) {
            leaves[i] = _leafNode(i, ticks);
        }
    }

    /// @dev Sums up as it should be; the caller tampers before, or with `_levels` afterwards.
    function _grow(Node[] memory leaves) private {
        delete _levels;
        while (true) {
            Node[] storage level = _levels.push();
            for (uint256 i; i < leaves.length; i++) {
                level.push(leaves[i]);
            }
            if (leaves.length == 1) return;
            Node[] memory above = new Node[](leaves.length / 2);
            for (uint256 i; i < above.length; i++) {
                above[i] = MerkleSum.parent(leaves[2 * i], leaves[2 * i + 1]);
            }
            leaves = above;
        }
    }

    function _tree() private view returns (Tree memory) {
        return Tree(_levels[3][0], COUNT);
    }

    function _siblings(uint256 level, uint256 position) private view returns (Node[] memory path) {
        path = new Node[](3 - level);
        for (uint256 i; i < path.length; i++) {
            path[i] = _levels[level + i][(position >> i) ^ 1];
        }
    }

    function _opening(uint256 i) private view returns (Opening memory opening) {
        opening.node = _levels[0][i];
        opening.siblings = _siblings(0, i);
        if (i >= COUNT) return opening;
        opening.leaf = _leaves[i];
        if (i == 0) return opening;
        opening.previous = _levels[0][i - 1];
        opening.previousSiblings = _siblings(0, i - 1);
    }

    function _reportOf(Tree memory tree, uint256 ticks) private view returns (Report memory r) {
        r = _inlineReport(Feed.Electricity, 0, _value(ticks, WAD, WAD));
        r.root = keccak256(abi.encode(tree));
    }

    function _optimistic(uint256 ticks) private returns (Report memory r) {
        Tree memory tree = _tree();
        r = _reportOf(tree, ticks);
        oracle.post(r, _sign(r, 3), bytes.concat(hex"03", abi.encode(tree)));
    }

    function _honest() private returns (Report memory) {
        _grow(_leafNodes(RIGHT));
        return _optimistic(RIGHT);
    }

    /// @dev A price above the equilibrium: bea is made to want more, so that it seems to clear.
    function _wrongLeaf() private returns (Report memory) {
        Node[] memory leaves = _leafNodes(WRONG);
        _fake(leaves[0]);
        _grow(leaves);
        return _optimistic(WRONG);
    }

    /// @dev Demand that meets supply at the price and exceeds it a tick below.
    function _fake(Node memory node) private view {
        ClearingTotals memory rest;
        for (uint256 i = 1; i < COUNT; i++) {
            ClearingTotals memory one = Clearing.fromNode(_leafNode(i, WRONG));
            rest.demand += one.demand;
            rest.slopes += one.slopes;
            rest.supply += one.supply;
        }
        ClearingTotals memory claimed = ClearingTotals(rest.supply - rest.demand, 1 << 60, 0, 0);
        Node memory made = Clearing.toNode(node.hash, claimed);
        (node.first, node.second) = (made.first, made.second);
    }

    /* ----------------------------------------------------- reading ------------------------------------------------ */

    function _assertUnreadable() private {
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, 0));
        oracle.electricityPrice(0);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.Unpriced.selector, 0));
        oracle.prices(0);
        bytes memory stale = abi.encodeWithSelector(
            IOracleEvents.StalePrice.selector,
            Feed.Electricity,
            0
        );
        vm.expectRevert(stale);
        oracle.latest(Feed.Electricity);
        vm.expectRevert(stale);
        oracle.posting(Feed.Electricity, 0);
        assertEq(oracle.history(Feed.Electricity, 0, 1)[0].epochPlusOne, 0, "history");
        for (uint256 quantity = 1; quantity < 3; quantity++) {
            IAggregatorV3 reader = IAggregatorV3(
                _create("FeedReader", abi.encode(address(oracle), quantity))
            );
            vm.expectRevert(stale);
            reader.latestRoundData();
            vm.expectRevert(stale);
            reader.getRoundData(0);
        }
    }

    function test_NobodyReadsItBeforeTheWindowHasPassed() external {
        _honest();
        _assertUnreadable();
        vm.warp(block.timestamp + WINDOW - 1);
        _assertUnreadable();
        vm.warp(block.timestamp + 1);
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, RIGHT * TICK, "price");
        oracle.posting(Feed.Electricity, 0);
        oracle.latest(Feed.Electricity);
        assertEq(oracle.history(Feed.Electricity, 0, 1)[0].epochPlusOne, 1, "history");
    }

    function test_TheWindowEndsBeforeTradingOpens() external {
        _grow(_leafNodes(RIGHT));
        vm.warp(_start(0) - 1);
        _optimistic(RIGHT);
        vm.warp(_readingDeadline(0));
        oracle.prices(0);
    }

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

    /* --------------------------------------------------- posted again --------------------------------------------- */

    function test_AVoidedPeriodMayBePostedAgain() external {
        Report memory r = _wrongLeaf();
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        // The same report again is no receipt any more, and its signers have no stake left.
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = bytes.concat(hex"03", abi.encode(_tree()));
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.BondTooSmall.selector,
                vm.addr(serverKeys[0]),
                0,
                STAKE
            )
        );
        oracle.post(r, s, certificate);
        _postCertified(Feed.Electricity, 0, _value(RIGHT, WAD, WAD));
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, RIGHT * TICK, "price");
    }

    function test_NotAfterItsStart() external {
        vm.warp(_start(0) - 1);
        Report memory r = _wrongLeaf();
        vm.warp(_start(0));
        oracle.refuteClearing(r, _tree(), targetsOf[0]);
        Report memory again = _inlineReport(Feed.Electricity, 0, _value(RIGHT, WAD, WAD));
        Signature[] memory s = _sign(again, 5);
        bytes memory certificate = _inline(again);
        vm.expectRevert();
        oracle.post(again, s, certificate);
        _assertUnreadable();
    }

    /* ----------------------------------------------------- elecoins ----------------------------------------------- */

    function _wrongElecoin(uint256 epoch) private returns (Report memory r) {
        vm.warp(_needDeadline(epoch) - 1);
        _declareNeed(bea, epoch, 1e18);
        vm.warp(_needDeadline(epoch));
        r = _report(Feed.Elecoin, epoch, 1_050_000 * TICK);
        oracle.post(r, _sign(r, 3), _certificate(r));
    }

    function test_ABetterPriceRefutesAnElecoinPrice() external {
        _postElecoin(1, 1_000_000);
        Report memory r = _wrongElecoin(2);
        (uint256 price, bool flagged) = oracle.elecoinPrice(2);
        assertTrue(flagged && price == 1e18, "the last final price, while it can be challenged");
        vm.expectRevert(
            abi.encodeWithSelector(IOracleEvents.NothingRefuted.selector, Feed.Elecoin, 2)
        );
        oracle.refuteElecoin(r, needsOf[2], 1_050_001);
        vm.prank(CHALLENGER);
        oracle.refuteElecoin(r, needsOf[2], 1_020_000);
        assertEq(oracle.rewardOf(CHALLENGER), STAKE, "reward");
        (price, flagged) = oracle.elecoinPrice(2);
        assertTrue(flagged && price == 1e18, "and after it is void");
        vm.warp(_start(8));
        (price, flagged) = oracle.elecoinPrice(2);
        assertTrue(flagged && price == 1e18, "for ever");
    }

    function test_AnElecoinWindowEndsBeforeTargetsAreDeclared() external {
        _declareNeed(bea, 2, 1e18);
        vm.warp(_declarationDeadline(8) - WINDOW);
        Report memory r = _report(Feed.Elecoin, 2, 1_020_000 * TICK);
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = _certificate(r);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOracleEvents.OutsidePricingWindow.selector,
                Feed.Elecoin,
                2,
                _needDeadline(2),
                _declarationDeadline(8) - WINDOW
            )
        );
        oracle.post(r, s, certificate);
        vm.warp(_declarationDeadline(8) - WINDOW - 1);
        oracle.post(r, s, certificate);
        vm.warp(_declarationDeadline(8) - 1);
        (, bool flagged) = oracle.elecoinPrice(2);
        assertTrue(!flagged, "final before any target of the epoch is priced");
    }

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

    /// forge-config: default.fuzz.runs = 64
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
