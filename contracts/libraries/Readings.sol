// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What a meter, or who attests for many, says of one account at the end of a period.
/// @param generation Cumulative register in Wh; of no meaning where none is installed.
/// @param consumption Likewise.
/// @param quality 0 measured, 1 estimated.
struct Reading {
    address account;
    uint24 period;
    uint64 generation;
    uint64 consumption;
    uint8 quality;
}

/// @title Readings
/// @notice Readings as they are signed (EIP-712), packed and proved.
library Readings {
    /// @dev A signed reading: 160 bits beside its account.
    error MalformedReading(uint256 word);

    bytes32 internal constant READING_TYPEHASH = keccak256(
        "Reading(address account,uint24 period,uint64 generation,uint64 consumption,uint8 quality)"
    );
    bytes32 internal constant ATTESTATION_TYPEHASH = keccak256(
        "Attestation(uint24 period,uint32 firstGroup,bytes32 words)"
    );
    bytes32 internal constant ROOT_TYPEHASH = keccak256("ReadingsRoot(uint24 period,bytes32 root)");

    uint8 internal constant ESTIMATED = 1;
    /// @dev Accounts in a dense word.
    uint256 internal constant GROUP = 3;
    uint256 internal constant REGISTER_BITS = 40;
    uint256 internal constant DENSE_MASK = (1 << 80) - 1;
    uint256 internal constant TAG_SHIFT = 240;

    /// @notice Bits 152–159 quality, 128–151 period, 64–127 generation, 0–63 consumption; the rest is 0.
    function unpack(address account, uint256 word) internal pure returns (Reading memory) {
        require(word >> 160 == 0 && (word >> 152) <= ESTIMATED, MalformedReading(word));
        // Each cast keeps the bits of its field.
        return
            Reading({
                account: account,
                period: uint24(word >> 128),
                generation: uint64(word >> 64),
                consumption: uint64(word),
                quality: uint8(word >> 152)
            });
    }

    function structHash(Reading memory r) internal pure returns (bytes32 hash) {
        bytes32 typeHash = READING_TYPEHASH;
        // keccak256(abi.encode(READING_TYPEHASH, r)): a reading's fields lie in memory as they are encoded. Beyond the
        // free pointer, which stays: nothing is allocated for a hash.
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, typeHash)
            mstore(add(free, 0x20), mload(r))
            mstore(add(free, 0x40), mload(add(r, 0x20)))
            mstore(add(free, 0x60), mload(add(r, 0x40)))
            mstore(add(free, 0x80), mload(add(r, 0x60)))
            mstore(add(free, 0xa0), mload(add(r, 0x80)))
            hash := keccak256(free, 0xc0)
        }
    }

    /// @notice A leaf of the tree under an attested root: hashed twice, so that no inner node is one.
    function leaf(Reading memory r) internal pure returns (bytes32) {
        return
            keccak256(
                bytes.concat(
                    keccak256(
                        abi.encode(r.account, r.period, r.generation, r.consumption, r.quality)
                    )
                )
            );
    }

    /// @notice Three accounts' registers of 40 bits each, under 16 bits that say of which period. All ones: no reading.
    function dense(
        uint256 word,
        uint256 place
    ) internal pure returns (bool present, uint64 generation, uint64 consumption) {
        uint256 registers = (word >> (80 * place)) & DENSE_MASK;
        return (
            registers != DENSE_MASK,
            uint64(registers >> REGISTER_BITS),
            uint64(registers & ((1 << REGISTER_BITS) - 1))
        );
    }

    /// @notice The tag of a period's dense words; never 0, which marks an unused word.
    function tag(uint256 period) internal pure returns (uint256) {
        return ((period % type(uint16).max) + 1) << TAG_SHIFT;
    }
}
