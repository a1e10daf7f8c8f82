// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Entry, Tickets} from "contracts/libraries/Tickets.sol";
import {Test} from "../utils/Vm.sol";

/// @notice Proofs: `make prove` runs each for all arguments at once (halmos), `forge test` for random ones.
contract TicketsProof is Test {
    /// @dev Two entries that follow each other: each number that both span is held by exactly one of them.
    function testProof_ExactlyOneEntryHoldsANumber(
        uint40 first,
        uint40 mine,
        uint40 yours,
        uint40 draw
    ) external pure {
        Entry one = Tickets.pack(first, mine, address(1));
        Entry other = Tickets.pack(uint48(one.cumulative()), yours, address(2));
        uint256 number = uint256(first) + draw;
        vm.assume(number < other.cumulative());
        assert(one.holds(number) != other.holds(number));
    }

    function testProof_AnEntryIsItsParts(uint48 first, uint48 tickets, address who) external pure {
        Entry entry = Tickets.pack(first, tickets, who);
        assert(entry.owner() == who);
        assert(entry.cumulative() == uint256(first) + tickets);
        assert(entry.holds(first) == (tickets > 0));
    }
}
