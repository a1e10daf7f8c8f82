// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {Declarations} from "contracts/libraries/Declarations.sol";
import {Leaf, MerkleSum, Node} from "contracts/libraries/MerkleSum.sol";
import {NeedTotals, NeedTotalsLib} from "contracts/libraries/NeedTotals.sol";
import {FollowerTotals, Stackelberg} from "contracts/libraries/Stackelberg.sol";

/// @title CertificateHarness
/// @notice The certificates' libraries as external calls.
contract CertificateHarness {
    function clearing(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 value,
        bytes32 commitment
    ) external pure returns (uint256) {
        return Clearing.certify(declared, period, floorTicks, value, commitment);
    }

    function stackelberg(
        bytes calldata needs,
        bytes calldata order,
        ElecoinTerms calldata terms,
        uint256 ticks,
        bytes32 commitment
    ) external pure returns (uint256) {
        return Stackelberg.certify(needs, order, terms, ticks, commitment);
    }

    function interior(
        NeedTotals totals,
        ElecoinTerms calldata terms,
        uint256 ticks
    ) external pure returns (uint256) {
        return Stackelberg.certifyInterior(totals, terms, ticks);
    }

    function addNeed(
        NeedTotals totals,
        uint256 need,
        uint256 half
    ) external pure returns (NeedTotals) {
        return totals.add(need, half);
    }

    function clearingTotals(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 ticks
    ) external pure returns (bytes32, ClearingTotals memory) {
        return Clearing.totals(declared, period, floorTicks, ticks);
    }

    function rival(
        bytes calldata needs,
        ElecoinTerms calldata terms,
        uint256 posted,
        uint256 other
    ) external pure returns (bytes32, bool) {
        (bytes32 folded, FollowerTotals memory a, FollowerTotals memory b) = Stackelberg.totalsAt(
            needs,
            terms,
            posted,
            other
        );
        return (folded, Stackelberg.beats(b, other, a, posted, terms));
    }

    /// @notice The hash of the root of the tree over targets, built from the bottom.
    function targetRoot(
        bytes calldata declared,
        uint256 period,
        uint256 floorTicks,
        uint256 ticks
    ) external pure returns (bytes32) {
        Node[] memory level = _places(Declarations.count(declared, Declarations.TARGET_BYTES));
        bytes32 running;
        for (uint256 i; i < declared.length / Declarations.TARGET_BYTES; i++) {
            (uint256 account, uint256 word) = Declarations.targetAt(declared, i, period);
            running = MerkleSum.leafHash(Leaf(running, address(uint160(account)), word));
            level[i] = Clearing.toNode(running, Clearing.contribution(word, floorTicks, ticks));
        }
        return _root(level);
    }

    /// @notice The same over needs.
    function needRoot(
        bytes calldata needs,
        ElecoinTerms calldata terms,
        uint256 ticks
    ) external pure returns (bytes32) {
        Node[] memory level = _places(Declarations.count(needs, Declarations.NEED_BYTES));
        bytes32 running;
        for (uint256 i; i < needs.length / Declarations.NEED_BYTES; i++) {
            (uint256 account, uint256 need) = Declarations.needAt(needs, i);
            running = MerkleSum.leafHash(Leaf(running, address(uint160(account)), need));
            FollowerTotals memory one = Stackelberg.contribution(need, terms, ticks);
            level[i] = Node(running, one.offsets, (one.full << 128) | one.between);
        }
        return _root(level);
    }

    function _places(uint256 count) private pure returns (Node[] memory) {
        return new Node[](1 << MerkleSum.depth(count));
    }

    function _root(Node[] memory level) private pure returns (bytes32) {
        for (uint256 n = level.length / 2; n > 0; n /= 2) {
            for (uint256 i; i < n; i++) {
                level[i] = MerkleSum.parent(level[2 * i], level[2 * i + 1]);
            }
        }
        return keccak256(abi.encode(level[0]));
    }

    /// @notice Many of the above calls at once.
    /// @return results What each gave; where it reverted, the error's selector with bit 255 set.
    function batch(bytes[] calldata calls) external view returns (uint256[] memory results) {
        results = new uint256[](calls.length);
        for (uint256 i; i < calls.length; i++) {
            (bool ok, bytes memory given) = address(this).staticcall(calls[i]);
            results[i] = ok ? abi.decode(given, (uint256)) : (1 << 255) | uint32(bytes4(given));
        }
    }
}
