// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {NeedTotals} from "contracts/libraries/NeedTotals.sol";
import {Test} from "./utils/Vm.sol";

contract NeedTotalsTest is Test {
    uint256 private constant UNIT = 1 << 40;

    /// @dev Bounds that are only right, but not as near as a word allows, would refuse interior certificates.
    function test_BoundsAreAsNearAsAUnitAllows() external pure {
        NeedTotals totals = NeedTotals.wrap(0).add(5 * UNIT + 3, type(uint96).max);
        _are(totals, 1, 5 * UNIT + 3, 5 * UNIT, 6 * UNIT - 1);
        totals = totals.add(3 * UNIT - 1, type(uint96).max);
        _are(totals, 2, 8 * UNIT + 2, 2 * UNIT, 6 * UNIT - 1);
        totals = totals.add(9 * UNIT, 7 * UNIT);
        _are(totals, 3, 15 * UNIT + 2, 2 * UNIT, 8 * UNIT - 1);
    }

    function _are(
        NeedTotals totals,
        uint256 count,
        uint256 sum,
        uint256 least,
        uint256 greatest
    ) private pure {
        (uint256 n, uint256 total, uint256 down, uint256 up) = totals.unpack();
        assertEq(n, count, "count");
        assertEq(total, sum, "sum");
        assertEq(down, least, "least");
        assertEq(up, greatest, "greatest");
    }
}
