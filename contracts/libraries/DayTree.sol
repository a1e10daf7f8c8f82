// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title DayTree
/// @notice A Merkle tree over a day's amounts by place. Leaf i is keccak(number, i, amount), three words; an inner node
/// keccak(left, right), two words, so neither passes for the other; what lies beyond the last leaf is 0. It has the
/// least depth for its leaves, so a place has one leaf.
/// @dev Sums need no place in the nodes: the chain adds up the same leaves that it hashes.
library DayTree {
    /// @dev An int64, in 1e9 wei.
    uint256 internal constant AMOUNT_BYTES = 8;

    function amountAt(bytes calldata amounts, uint256 i) internal pure returns (int64) {
        return int64(uint64(bytes8(amounts[AMOUNT_BYTES * i:])));
    }

    function root(
        uint256 number,
        bytes calldata amounts,
        uint256 count
    ) internal pure returns (bytes32) {
        if (count == 0) return 0;
        bytes32[] memory nodes = new bytes32[](count);
        for (uint256 i; i < count; i++) {
            nodes[i] = _leaf(number, i, amountAt(amounts, i));
        }
        for (uint256 width = count; width > 1; width = (width + 1) / 2) {
            for (uint256 i; 2 * i < width; i++) {
                bytes32 right = 2 * i + 1 < width ? nodes[2 * i + 1] : bytes32(0);
                nodes[i] = _node(nodes[2 * i], right);
            }
        }
        return nodes[0];
    }

    /// @notice Whether the leaf at `place` of `count` carries this amount.
    function verify(
        uint256 number,
        uint256 place,
        int64 amount,
        uint256 count,
        bytes32[] calldata proof,
        bytes32 root_
    ) internal pure returns (bool) {
        bytes32 node = _leaf(number, place, amount);
        uint256 level;
        for (uint256 width = count; width > 1; width = (width + 1) / 2) {
            if (level == proof.length) return false;
            node = place & 1 == 0 ? _node(node, proof[level]) : _node(proof[level], node);
            place >>= 1;
            level++;
        }
        return level == proof.length && place == 0 && node == root_;
    }

    function _leaf(uint256 number, uint256 place, int64 amount) private pure returns (bytes32) {
        return keccak256(abi.encode(number, place, amount));
    }

    /// @dev keccak256(abi.encode(left, right)).
    function _node(bytes32 left, bytes32 right) private pure returns (bytes32 node) {
        assembly ("memory-safe") {
            mstore(0, left)
            mstore(0x20, right)
            node := keccak256(0, 0x40)
        }
    }
}
