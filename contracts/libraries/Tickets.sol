// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice One entry of a contest in one word: from the low end its owner (160 bits), the tickets of all entries before
/// it (48 bits), and its own (48 bits). 2^48 Wh are 281 TWh.
type Entry is uint256;

using Tickets for Entry global;

/// @title Tickets
/// @notice The lottery contest success function h_j / Σh (seed 000, 3.2) as integers: entries in the order in which
/// they came, each with the running sum of tickets, and one number below the last sum. Nothing is stored here.
library Tickets {
    function pack(uint48 first, uint48 tickets, address owner_) internal pure returns (Entry) {
        return Entry.wrap((uint256(tickets) << 208) | (uint256(first) << 160) | uint160(owner_));
    }

    /// @notice The running sum: tickets of all entries up to and including this one.
    function cumulative(Entry entry) internal pure returns (uint256) {
        return _first(entry) + (Entry.unwrap(entry) >> 208);
    }

    /// @dev The cast keeps the owner's bits.
    function owner(Entry entry) internal pure returns (address) {
        return address(uint160(Entry.unwrap(entry)));
    }

    /// @notice Whether `number` is one of the entry's tickets: cum[i − 1] ≤ number < cum[i]. Entries follow each other
    /// without a gap, so exactly one holds each number below the last sum; an entry that is not there holds none.
    function holds(Entry entry, uint256 number) internal pure returns (bool) {
        return _first(entry) <= number && number < cumulative(entry);
    }

    /// @dev The cast keeps the field's bits.
    function _first(Entry entry) private pure returns (uint256) {
        return uint48(Entry.unwrap(entry) >> 160);
    }

    /// @notice What a server publishes before entries close. It binds contract, round and server, so that nobody can
    /// commit to another's secret.
    function commitment(
        address rewards,
        uint256 round,
        uint256 index,
        bytes32 secret
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(rewards, round, index, secret));
    }

    /// @notice The seed of a round: every secret, in the order of the servers, and the hash of the block after the one
    /// in which entries closed. The order in which secrets are revealed does not matter.
    function seed(
        uint256 round,
        bytes32 blockHash,
        bytes32[] memory secrets
    ) internal pure returns (bytes32) {
        return keccak256(abi.encode(round, blockHash, secrets));
    }

    /// @notice The drawn number of a zone, below `total` (not 0). Each number's probability differs from 1 / total by
    /// less than 2^-256.
    function draw(bytes32 seed_, uint256 zone, uint256 total) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed_, zone))) % total;
    }
}
