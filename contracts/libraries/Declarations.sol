// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Declarations
/// @notice What was declared, packed as the calldata of a certificate, and the running commitment to it.
/// @dev A target takes 35 bytes: account (20), bits 120–143 of the word (3), bits 0–95 of the word (12); its period is
/// the report's epoch. A need takes 36 bytes: account (20), wei (16). Both stand in the order of the chain.
library Declarations {
    uint256 internal constant TARGET_BYTES = 35;
    uint256 internal constant NEED_BYTES = 36;

    /// @notice The bytes are no whole number of records.
    error MalformedDeclarations(uint256 length, uint256 recordLength);
    /// @notice These are not the declarations that were committed.
    error WrongDeclarations(bytes32 given, bytes32 committed);

    /// @notice How many records of `recordLength` bytes these are.
    function count(bytes calldata packed, uint256 recordLength) internal pure returns (uint256 n) {
        n = packed.length / recordLength;
        require(
            packed.length % recordLength == 0,
            MalformedDeclarations(packed.length, recordLength)
        );
    }

    /// @notice Record `i` of packed targets of a period. Beyond the end the calldata reads as something else: the
    /// commitment refuses it.
    function targetAt(
        bytes calldata packed,
        uint256 i,
        uint256 period
    ) internal pure returns (uint256 account, uint256 word) {
        // Two loads in place of three slices.
        assembly ("memory-safe") {
            let position := add(packed.offset, mul(i, 35))
            account := shr(96, calldataload(position))
            let rest := calldataload(add(position, 3))
            word := or(
                and(rest, 0xffffffffffffffffffffffff),
                or(shl(96, period), shl(120, and(shr(96, rest), 0xffffff)))
            )
        }
    }

    /// @notice Record `i` of packed needs.
    function needAt(
        bytes calldata packed,
        uint256 i
    ) internal pure returns (uint256 account, uint256 needWei) {
        assembly ("memory-safe") {
            let position := add(packed.offset, mul(i, 36))
            account := shr(96, calldataload(position))
            needWei := and(calldataload(add(position, 4)), 0xffffffffffffffffffffffffffffffff)
        }
    }

    /// @notice keccak256(abi.encode(previous, account, word)): one step of a running commitment, and the hash of the
    /// declaration's leaf in a {MerkleSum} tree.
    function fold(
        bytes32 previous,
        uint256 account,
        uint256 word
    ) internal pure returns (bytes32 folded) {
        // Beyond the free pointer, which stays: nothing is allocated for a hash.
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, previous)
            mstore(add(free, 0x20), account)
            mstore(add(free, 0x40), word)
            folded := keccak256(free, 0x60)
        }
    }
}
