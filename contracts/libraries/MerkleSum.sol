// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Declarations} from "./Declarations.sol";

/// @notice A node of a Merkle-sum tree: the hash of what is below it, and two words of sums over it.
/// @dev The fields packed into a word never carry into each other in a right tree; a wrong one is refuted leaf by leaf.
struct Node {
    bytes32 hash;
    uint256 first;
    uint256 second;
}

/// @notice What a leaf is the hash of: the running commitment before the declaration, and the declaration.
struct Leaf {
    bytes32 before;
    address account;
    uint256 word;
}

/// @title MerkleSum
/// @notice A tree over an epoch's declarations in their order. Leaf i's hash is the running commitment after declaration
/// i, keccak(before, account, word); so leaf i + 1 opens to leaf i's hash, the first one to 0, and the last leaf is the
/// commitment itself. An inner node's hash is keccak(left, right), all six words; its sums are theirs added up. The tree
/// has the least depth for `count` leaves; what lies beyond them is the zero node, and so is a parent of two of them.
/// @dev A leaf hashes 96 bytes and an inner node 192, so neither passes for the other.
library MerkleSum {
    /// @notice The place is not in the tree: `level` 0 are the leaves.
    error NotInTree(uint256 level, uint256 position, uint256 count);
    error WrongRoot(bytes32 given, bytes32 committed);
    error NotWrong();

    /// @notice Levels above the leaves: the least d with 2^d ≥ count.
    function depth(uint256 count) internal pure returns (uint256 d) {
        while ((1 << d) < count) d++;
    }

    function leafHash(Leaf memory leaf) internal pure returns (bytes32) {
        return Declarations.fold(leaf.before, uint160(leaf.account), leaf.word);
    }

    /// @notice Sums wrap: in a right tree they never do.
    function parent(Node memory left, Node memory right) internal pure returns (Node memory above) {
        if (isZero(left) && isZero(right)) return above;
        above.hash = keccak256(
            abi.encode(left.hash, left.first, left.second, right.hash, right.first, right.second)
        );
        unchecked {
            above.first = left.first + right.first;
            above.second = left.second + right.second;
        }
    }

    /// @notice The root above a node, if all sums on the way are right.
    /// @param level 0 for leaves.
    /// @param position Counted from the left on its level.
    /// @param siblings From the node's own level up to just below the root.
    function climb(
        Node memory node,
        uint256 level,
        uint256 position,
        uint256 count,
        Node[] calldata siblings
    ) internal pure returns (Node memory) {
        require(
            level + siblings.length == depth(count) && position >> siblings.length == 0,
            NotInTree(level, position, count)
        );
        for (uint256 i; i < siblings.length; i++) {
            node = position & 1 == 0 ? parent(node, siblings[i]) : parent(siblings[i], node);
            position >>= 1;
        }
        return node;
    }

    /// @notice Reverts unless the node stands at its place in the tree of `root`, with right sums above it. Where a sum
    /// above is wrong, that one is the node to show.
    function requireIncluded(
        Node memory node,
        uint256 level,
        uint256 position,
        uint256 count,
        Node[] calldata siblings,
        Node memory root
    ) internal pure {
        Node memory top = climb(node, level, position, count, siblings);
        require(equal(top, root), WrongRoot(top.hash, root.hash));
    }

    function equal(Node memory a, Node memory b) internal pure returns (bool) {
        return a.hash == b.hash && a.first == b.first && a.second == b.second;
    }

    function isZero(Node memory node) internal pure returns (bool) {
        return node.hash == 0 && node.first == 0 && node.second == 0;
    }

    /* ---------------------------------------------------- frauds -------------------------------------------------- */
    // Each takes a node that {requireIncluded} has accepted, and says whether it is wrong.

    /// @notice One wrong sum: the node's children are these, and they do not add up to it.
    function isWrongSum(
        Node memory node,
        Node memory left,
        Node memory right
    ) internal pure returns (bool) {
        Node memory above = parent(left, right);
        return above.hash == node.hash && !equal(above, node);
    }

    /// @notice One wrong leaf: its declaration contributes something else. `right` is the leaf with its true sums.
    function isWrongLeaf(Node memory node, Node memory right) internal pure returns (bool) {
        return right.hash == node.hash && !equal(right, node);
    }

    /// @notice A wrong order: leaf `position` opens to `leaf`, which does not follow on the leaf before it.
    /// @param previous Leaf `position` − 1; the zero node for the first leaf.
    function isBrokenChain(
        Node memory node,
        Leaf memory leaf,
        Node memory previous
    ) internal pure returns (bool) {
        return leafHash(leaf) == node.hash && leaf.before != previous.hash;
    }

    /// @notice A wrong end: the last leaf is not the commitment.
    function isWrongEnd(Node memory last, bytes32 commitment) internal pure returns (bool) {
        return last.hash != commitment;
    }

    /// @notice Something where nothing was declared: a node whose leaves all lie beyond the last one.
    function isBeyondEnd(
        Node memory node,
        uint256 level,
        uint256 position,
        uint256 count
    ) internal pure returns (bool) {
        return position << level >= count && !isZero(node);
    }
}
