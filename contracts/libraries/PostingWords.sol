// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Posting, Proof, Status} from "../interfaces/OracleTypes.sol";

/// @dev The words that every post reads and writes, packed by hand for the reason given in `Words`.
type PostingWord is uint256;

type ProofWord is uint256;

/// @dev From the low end: version of the set of servers (32 bits), their number (32), change of the cap so far (64,
/// signed, 1e9 wei), one past the epoch whose change waits for its challenge window (24), one past the last epoch with
/// an elecoin posting (24), and the price of that posting (32), 0 where it was not readable at once.
type OracleWord is uint256;

using PostingWords for PostingWord global;
using PostingWords for ProofWord global;
using PostingWords for OracleWord global;

/// @title PostingWords
/// @notice `Posting`, `Proof` and the oracle's state in one word each, fields in their order from the low end. Each
/// cast keeps the bits of its field.
library PostingWords {
    uint256 private constant SERVERS = type(uint64).max;

    /* ---------------------------------------------------- postings ------------------------------------------------ */

    /// @dev `epochPlusOne_` has at most 24 bits, `ticks`, `postedAt_` and `elecoinTicks_` at most 32. `value` is the
    /// signed word as `PostedValue` checks it: above the price it is laid out as in the posting.
    function pack(
        uint256 epochPlusOne_,
        uint256 ticks,
        uint256 value,
        uint256 postedAt_,
        uint256 elecoinTicks_,
        Status status_
    ) internal pure returns (PostingWord) {
        uint256 price = epochPlusOne_ | (ticks << 24) | ((value >> 96) << 56);
        uint256 rest = postedAt_ | (elecoinTicks_ << 32) | (uint256(status_) << 64);
        return PostingWord.wrap(price | (rest << 184));
    }

    function unpack(PostingWord packed) internal pure returns (Posting memory p) {
        uint256 word = PostingWord.unwrap(packed);
        p.epochPlusOne = uint24(word);
        p.priceTicks = uint32(word >> 24);
        p.matchingProbability = uint64(word >> 56);
        p.servedFraction = uint64(word >> 120);
        p.postedAt = uint32(word >> 184);
        p.elecoinTicks = uint32(word >> 216);
        p.status = status(packed);
    }

    function epochPlusOne(PostingWord p) internal pure returns (uint256) {
        return uint24(PostingWord.unwrap(p));
    }

    function priceTicks(PostingWord p) internal pure returns (uint256) {
        return uint32(PostingWord.unwrap(p) >> 24);
    }

    /// @notice An elecoin posting keeps its change of the cap as the bits that were signed.
    function change(PostingWord p) internal pure returns (int64) {
        return int64(uint64(PostingWord.unwrap(p) >> 56));
    }

    function postedAt(PostingWord p) internal pure returns (uint256) {
        return uint32(PostingWord.unwrap(p) >> 184);
    }

    function elecoinTicks(PostingWord p) internal pure returns (uint256) {
        return uint32(PostingWord.unwrap(p) >> 216);
    }

    function status(PostingWord p) internal pure returns (Status) {
        return Status(PostingWord.unwrap(p) >> 248);
    }

    function withStatus(PostingWord p, Status status_) internal pure returns (PostingWord) {
        uint256 rest = uint248(PostingWord.unwrap(p));
        return PostingWord.wrap(rest | (uint256(status_) << 248));
    }

    /* ----------------------------------------------------- proofs ------------------------------------------------- */

    function pack(bytes20 digest_, uint96 bound) internal pure returns (ProofWord) {
        return ProofWord.wrap(uint160(digest_) | (uint256(bound) << 160));
    }

    function unpack(ProofWord packed) internal pure returns (Proof memory p) {
        p.digest = digest(packed);
        p.bound = uint96(ProofWord.unwrap(packed) >> 160);
    }

    function digest(ProofWord packed) internal pure returns (bytes20) {
        return bytes20(uint160(ProofWord.unwrap(packed)));
    }

    /* ------------------------------------------------------ state ------------------------------------------------- */

    function signerSet(OracleWord o) internal pure returns (uint32) {
        return uint32(OracleWord.unwrap(o));
    }

    function serverCount(OracleWord o) internal pure returns (uint256) {
        return uint32(OracleWord.unwrap(o) >> 32);
    }

    /// @notice f + 1 of 2f + 1.
    function quorum(OracleWord o) internal pure returns (uint256) {
        // Servers are counted in 32 bits.
        unchecked {
            return serverCount(o) / 2 + 1;
        }
    }

    function supply(OracleWord o) internal pure returns (int64) {
        return int64(uint64(OracleWord.unwrap(o) >> 64));
    }

    function waiting(OracleWord o) internal pure returns (uint256) {
        return uint24(OracleWord.unwrap(o) >> 128);
    }

    function lastElecoin(OracleWord o) internal pure returns (uint256) {
        return uint24(OracleWord.unwrap(o) >> 152);
    }

    function lastElecoinTicks(OracleWord o) internal pure returns (uint256) {
        return uint32(OracleWord.unwrap(o) >> 176);
    }

    /// @dev `count` has at most 32 bits.
    function withServers(
        OracleWord o,
        uint32 version,
        uint256 count
    ) internal pure returns (OracleWord) {
        uint256 rest = OracleWord.unwrap(o) & ~SERVERS;
        return OracleWord.wrap(rest | version | (count << 32));
    }

    /// @dev After an elecoin posting. Epochs have at most 24 bits, ticks 32.
    function withElecoin(
        OracleWord o,
        int64 supply_,
        uint256 waiting_,
        uint256 last,
        uint256 ticks
    ) internal pure returns (OracleWord) {
        uint256 rest = uint64(supply_) | (waiting_ << 64) | (last << 88) | (ticks << 112);
        return OracleWord.wrap((OracleWord.unwrap(o) & SERVERS) | (rest << 64));
    }
}
