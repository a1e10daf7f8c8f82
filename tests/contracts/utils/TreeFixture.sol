// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "contracts/interfaces/IAggregatorV3.sol";
import {Feed, Opening, Report, Tree} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {Leaf, MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title TreeFixture
/// @notice Five declarations, the tree over them with the sums at a price, and reports that are posted on stakes.
abstract contract TreeFixture is MarketFixture {
    uint256 internal constant RIGHT = 200_000;
    uint256 internal constant WRONG = 250_000;
    uint256 internal constant COUNT = 5;

    address internal constant CHALLENGER = address(0xC4A);

    Leaf[COUNT] internal _leaves;
    Node[][] internal _levels;

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

    function _leafNode(uint256 i, uint256 ticks) internal view returns (Node memory) {
        return
            Clearing.toNode(
                MerkleSum.leafHash(_leaves[i]),
                Clearing.contribution(_leaves[i].word, market.floorPrice(0) / TICK, ticks)
            );
    }

    function _leafNodes(uint256 ticks) internal view returns (Node[] memory leaves) {
        leaves = new Node[](8);
        for (uint256 i; i < COUNT; i++) {
            leaves[i] = _leafNode(i, ticks);
        }
    }

    /// @dev Sums up as it should be; the caller tampers before, or with `_levels` afterwards.
    function _grow(Node[] memory leaves) internal {
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

    function _tree() internal view returns (Tree memory) {
        return Tree(_levels[3][0], COUNT);
    }

    function _siblings(uint256 level, uint256 position) internal view returns (Node[] memory path) {
        path = new Node[](3 - level);
        for (uint256 i; i < path.length; i++) {
            path[i] = _levels[level + i][(position >> i) ^ 1];
        }
    }

    function _opening(uint256 i) internal view returns (Opening memory opening) {
        opening.node = _levels[0][i];
        opening.siblings = _siblings(0, i);
        if (i >= COUNT) return opening;
        opening.leaf = _leaves[i];
        if (i == 0) return opening;
        opening.previous = _levels[0][i - 1];
        opening.previousSiblings = _siblings(0, i - 1);
    }

    function _reportOf(Tree memory tree, uint256 ticks) internal view returns (Report memory r) {
        r = _inlineReport(Feed.Electricity, 0, _value(ticks, WAD, WAD));
        r.root = keccak256(abi.encode(tree));
    }

    function _optimistic(uint256 ticks) internal returns (Report memory r) {
        Tree memory tree = _tree();
        r = _reportOf(tree, ticks);
        oracle.post(r, _sign(r, 3), bytes.concat(hex"03", abi.encode(tree)));
    }

    function _honest() internal returns (Report memory) {
        _grow(_leafNodes(RIGHT));
        return _optimistic(RIGHT);
    }

    /// @dev A price above the equilibrium: bea is made to want more, so that it seems to clear.
    function _wrongLeaf() internal returns (Report memory) {
        Node[] memory leaves = _leafNodes(WRONG);
        _fake(leaves[0]);
        _grow(leaves);
        return _optimistic(WRONG);
    }

    /// @dev Demand that meets supply at the price and exceeds it a tick below.
    function _fake(Node memory node) internal view {
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

    function _assertUnreadable() internal {
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
}
