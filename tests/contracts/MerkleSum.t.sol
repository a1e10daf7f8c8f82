// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clearing} from "contracts/libraries/Clearing.sol";
import {Leaf, MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {Markets, Member} from "./utils/Markets.sol";
import {TreeHarness} from "./utils/TreeHarness.sol";
import {Test} from "./utils/Vm.sol";

contract MerkleSumTest is Test {
    TreeHarness private harness = new TreeHarness();
    uint256 private constant FLOOR = 100;
    uint256 private constant PRICE = 150;

    /// @dev All levels of a tree over n declarations; the last one is the root alone.
    function _tree(
        uint256 seed,
        uint256 n
    ) private pure returns (Node[][] memory levels, Leaf[] memory leaves) {
        leaves = new Leaf[](n);
        uint256 depth = MerkleSum.depth(n);
        levels = new Node[][](depth + 1);
        levels[0] = new Node[](1 << depth);
        bytes32 running;
        for (uint256 i; i < n; i++) {
            uint256 r = uint256(keccak256(abi.encode(seed, i)));
            uint256 word = Markets.target(1, int256(r % 999) - 499, 100 + ((r >> 64) % 99), 0, 0);
            leaves[i] = Leaf(running, address(uint160(r)), word);
            levels[0][i] = _leaf(leaves[i]);
            running = levels[0][i].hash;
        }
        _rebuild(levels, 0);
    }

    function _leaf(Leaf memory leaf) private pure returns (Node memory) {
        return
            Clearing.toNode(
                MerkleSum.leafHash(leaf),
                Clearing.contribution(leaf.word, FLOOR, PRICE)
            );
    }

    function _rebuild(Node[][] memory levels, uint256 from) private pure {
        for (uint256 k = from; k + 1 < levels.length; k++) {
            levels[k + 1] = new Node[](levels[k].length / 2);
            for (uint256 i; i < levels[k + 1].length; i++) {
                levels[k + 1][i] = MerkleSum.parent(levels[k][2 * i], levels[k][2 * i + 1]);
            }
        }
    }

    function _siblings(
        Node[][] memory levels,
        uint256 level,
        uint256 position
    ) private pure returns (Node[] memory siblings) {
        siblings = new Node[](levels.length - 1 - level);
        for (uint256 k; k < siblings.length; k++) {
            siblings[k] = levels[level + k][(position >> k) ^ 1];
        }
    }

    function _root(Node[][] memory levels) private pure returns (Node memory) {
        return levels[levels.length - 1][0];
    }

    function testFuzz_EveryNodeIsIncludedAtItsPlaceOnly(uint256 seed, uint8 size) external {
        uint256 n = 1 + (size % 17);
        (Node[][] memory levels, ) = _tree(seed, n);
        Node memory root = _root(levels);
        for (uint256 k; k < levels.length; k++) {
            // Nodes with something below them: two zero nodes could change places.
            uint256 i = (seed % n) >> k;
            Node[] memory siblings = _siblings(levels, k, i);
            harness.requireIncluded(levels[k][i], k, i, n, siblings, root);
            uint256 wrong = i ^ 1;
            vm.expectRevert();
            harness.requireIncluded(levels[k][i], k, wrong, n, siblings, root);
            vm.expectRevert(abi.encodeWithSelector(MerkleSum.NotInTree.selector, k + 1, i, n));
            harness.requireIncluded(levels[k][i], k + 1, i, n, siblings, root);
            if (levels[k].length == 1) continue;
            siblings[0].second += 1;
            vm.expectRevert();
            harness.requireIncluded(levels[k][i], k, i, n, siblings, root);
        }
    }

    function testFuzz_RightTreeShowsNoFraud(uint256 seed, uint8 size) external pure {
        uint256 n = 1 + (size % 17);
        (Node[][] memory levels, Leaf[] memory leaves) = _tree(seed, n);
        Node memory previous;
        for (uint256 i; i < levels[0].length; i++) {
            Node memory node = levels[0][i];
            assertTrue(!MerkleSum.isBeyondEnd(node, 0, i, n), "end");
            if (i >= n) continue;
            assertTrue(!MerkleSum.isWrongLeaf(node, _leaf(leaves[i])), "leaf");
            assertTrue(!MerkleSum.isBrokenChain(node, leaves[i], previous), "chain");
            previous = node;
        }
        Node memory last = levels[0][n - 1];
        assertTrue(!MerkleSum.isWrongEnd(last, last.hash), "commitment");
        for (uint256 k = 1; k < levels.length; k++) {
            for (uint256 i; i < levels[k].length; i++) {
                (Node memory left, Node memory right) = (
                    levels[k - 1][2 * i],
                    levels[k - 1][2 * i + 1]
                );
                assertTrue(!MerkleSum.isWrongSum(levels[k][i], left, right), "sum");
            }
        }
    }

    /// @dev A leaf that adds something else is shown with its own declaration.
    function testFuzz_WrongLeaf(uint256 seed, uint8 size, uint128 lie) external view {
        vm.assume(lie != 0);
        uint256 n = 1 + (size % 17);
        (Node[][] memory levels, Leaf[] memory leaves) = _tree(seed, n);
        uint256 i = seed % n;
        unchecked {
            levels[0][i].first += lie;
        }
        _rebuild(levels, 0);
        Node memory node = levels[0][i];
        harness.requireIncluded(node, 0, i, n, _siblings(levels, 0, i), _root(levels));
        assertTrue(MerkleSum.isWrongLeaf(node, _leaf(leaves[i])), "shown");
    }

    /// @dev A node that claims another sum than its children's is shown with them.
    function testFuzz_WrongSum(uint256 seed, uint8 size, uint128 lie) external view {
        vm.assume(lie != 0);
        uint256 n = 2 + (size % 16);
        (Node[][] memory levels, ) = _tree(seed, n);
        uint256 k = 1 + ((seed >> 8) % (levels.length - 1));
        uint256 i = ((seed >> 16) % n) >> k;
        unchecked {
            levels[k][i].second += lie;
        }
        _rebuild(levels, k);
        Node memory node = levels[k][i];
        harness.requireIncluded(node, k, i, n, _siblings(levels, k, i), _root(levels));
        (Node memory left, Node memory right) = (levels[k - 1][2 * i], levels[k - 1][2 * i + 1]);
        assertTrue(MerkleSum.isWrongSum(node, left, right), "shown");
    }

    /// @dev Another declaration in place of the one that was made breaks the chain after it, or the end.
    function testFuzz_WrongDeclaration(uint256 seed, uint8 size) external pure {
        uint256 n = 1 + (size % 17);
        (Node[][] memory levels, Leaf[] memory leaves) = _tree(seed, n);
        bytes32 committed = levels[0][n - 1].hash;
        uint256 i = seed % n;
        leaves[i].word ^= 1 << 64;
        levels[0][i] = _leaf(leaves[i]);
        assertTrue(!MerkleSum.isWrongLeaf(levels[0][i], _leaf(leaves[i])), "consistent");
        if (i == n - 1) assertTrue(MerkleSum.isWrongEnd(levels[0][i], committed), "end");
        else {
            assertTrue(
                MerkleSum.isBrokenChain(levels[0][i + 1], leaves[i + 1], levels[0][i]),
                "chain"
            );
        }
    }

    /// @dev By hand, for other tests grow their trees with the library.
    function test_AParentIsTheSumOfItsChildren() external pure {
        Node memory above = MerkleSum.parent(Node("left", 5, 7), Node("right", 11, 13));
        assertEq(above.first, 16, "first");
        assertEq(above.second, 20, "second");
        bytes32 hash = keccak256(abi.encode(bytes32("left"), 5, 7, bytes32("right"), 11, 13));
        assertEq(above.hash, hash, "hash");
    }

    function test_TheDepthIsTheLeastThatHoldsAll() external pure {
        uint256[7] memory counts = [uint256(1), 2, 3, 4, 5, 8, 9];
        uint256[7] memory depths = [uint256(0), 1, 2, 2, 3, 3, 4];
        for (uint256 i; i < 7; i++) assertEq(MerkleSum.depth(counts[i]), depths[i], "depth");
    }

    /// @dev A first leaf that does not begin at 0, and a leaf after the last one.
    function test_EndsOfTheTree() external pure {
        (Node[][] memory levels, Leaf[] memory leaves) = _tree(1, 5);
        leaves[0].before = bytes32(uint256(1));
        Node memory none;
        assertTrue(MerkleSum.isBrokenChain(_leaf(leaves[0]), leaves[0], none), "beginning");
        assertTrue(MerkleSum.isBeyondEnd(levels[0][4], 0, 5, 5), "a leaf beyond");
        assertTrue(MerkleSum.isBeyondEnd(levels[0][4], 1, 3, 5), "a node beyond");
        assertTrue(!MerkleSum.isBeyondEnd(levels[1][2], 1, 2, 5), "half beyond is not beyond");
    }
}
