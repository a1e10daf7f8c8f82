// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Entry, Tickets} from "contracts/libraries/Tickets.sol";
import {Test} from "./utils/Vm.sol";

/// @notice The lottery's arithmetic, exactly.
contract TicketsTest is Test {
    function _entries(uint16[] memory weights) private pure returns (Entry[] memory entries) {
        entries = new Entry[](weights.length);
        uint48 sum;
        for (uint256 i; i < weights.length; i++) {
            uint48 own = 1 + (weights[i] % 97);
            entries[i] = Tickets.pack(sum, own, address(uint160(i + 1)));
            sum += own;
        }
    }

    /// @notice Over all numbers below Σh each entry wins exactly h_j times, and one entry wins each.
    function test_OddsAreExactlyTheSharesOfTickets(uint16[] memory weights) external pure {
        vm.assume(weights.length != 0);
        if (weights.length > 12) {
            assembly ("memory-safe") {
                mstore(weights, 12)
            }
        }
        Entry[] memory entries = _entries(weights);
        uint256 total = entries[entries.length - 1].cumulative();
        uint256[] memory wins = new uint256[](entries.length);
        for (uint256 number; number < total; number++) {
            uint256 holders;
            for (uint256 i; i < entries.length; i++) {
                if (!entries[i].holds(number)) continue;
                wins[i]++;
                holders++;
            }
            assertEq(holders, 1, "one holder");
        }
        for (uint256 i; i < entries.length; i++) {
            assertEq(wins[i], 1 + (weights[i] % 97), "h_j wins");
        }
    }

    /// @notice The number drawn is each of [0, n) about equally often: within 5 standard deviations of binomial(4096, 1/n).
    function test_NumbersAreEvenlyDrawn() external pure {
        uint256[7] memory counts;
        for (uint256 i; i < 4096; i++) {
            counts[Tickets.draw(keccak256(abi.encode(i)), 3, 7)]++;
        }
        for (uint256 i; i < 7; i++) {
            // Mean 585, standard deviation 22.4.
            assertGe(counts[i], 473, "too rare");
            assertLe(counts[i], 697, "too often");
        }
    }

    function test_AnEntryKeepsItsParts(uint48 first, uint48 own, address owner) external pure {
        Entry entry = Tickets.pack(first, own, owner);
        assertEq(entry.cumulative(), uint256(first) + own, "sum");
        assertEq(entry.owner(), owner, "owner");
    }

    function test_AnEntryHoldsItsTicketsAndNoOther(uint48 first, uint48 own) external pure {
        Entry entry = Tickets.pack(first, own, address(2));
        uint256 beyond = uint256(first) + own;
        assertTrue(entry.holds(first) == (own != 0), "first");
        assertTrue(own == 0 || entry.holds(beyond - 1), "last");
        assertTrue(!entry.holds(beyond), "beyond");
        assertTrue(first == 0 || !entry.holds(uint256(first) - 1), "below");
        assertTrue(!Entry.wrap(0).holds(first), "no entry");
    }

    /// @notice Each part of a commitment and of a seed counts.
    function test_EveryPartIsHashed(bytes32 secret, uint32 round, uint8 index) external view {
        bytes32 made = Tickets.commitment(address(this), round, index, secret);
        assertTrue(made != Tickets.commitment(address(1), round, index, secret), "contract");
        assertTrue(
            made != Tickets.commitment(address(this), uint256(round) + 1, index, secret),
            "round"
        );
        assertTrue(
            Tickets.commitment(address(this), round, index, secret) !=
                Tickets.commitment(address(this), round, uint256(index) + 1, secret),
            "server"
        );
        bytes32[] memory secrets = new bytes32[](2);
        (secrets[0], secrets[1]) = (secret, keccak256(abi.encode(secret)));
        bytes32 seed = Tickets.seed(round, secret, secrets);
        assertTrue(seed != Tickets.seed(uint256(round) + 1, secret, secrets), "round");
        assertTrue(seed != Tickets.seed(round, ~secret, secrets), "block");
        (secrets[0], secrets[1]) = (secrets[1], secrets[0]);
        assertTrue(seed != Tickets.seed(round, secret, secrets), "order of the servers");
    }
}
