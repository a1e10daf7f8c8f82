// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";

/// @title TreeHarness
/// @notice {MerkleSum} as external calls: proofs are calldata.
contract TreeHarness {
    function climb(
        Node calldata node,
        uint256 level,
        uint256 position,
        uint256 count,
        Node[] calldata siblings
    ) external pure returns (Node memory) {
        return MerkleSum.climb(node, level, position, count, siblings);
    }

    function requireIncluded(
        Node calldata node,
        uint256 level,
        uint256 position,
        uint256 count,
        Node[] calldata siblings,
        Node calldata root
    ) external pure {
        MerkleSum.requireIncluded(node, level, position, count, siblings, root);
    }
}
