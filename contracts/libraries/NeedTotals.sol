// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice What an epoch's needs sum to, in one word: bits 0–23 how many are positive, 24–143 Σ m, 144–199 the least
/// and 200–255 the greatest m, both rounded down to 2^40 wei. m is the need counted up to half the centre.
type NeedTotals is uint256;

using NeedTotalsLib for NeedTotals global;

/// @title NeedTotalsLib
/// @notice Kept by the market at each declaration, this lets a certificate do without the declarations.
library NeedTotalsLib {
    uint256 private constant UNIT_BITS = 40;

    /// @notice With one more need. A need of 0 is nobody's.
    /// @param half Half the centre θ/p̄, below 2^96: a need counts up to this.
    function add(
        NeedTotals totals,
        uint256 needWei,
        uint256 half
    ) internal pure returns (NeedTotals) {
        if (needWei == 0) return totals;
        (uint256 count, uint256 sum, uint256 least, uint256 greatest) = _fields(totals);
        uint256 counted = Math.min(needWei, half);
        uint256 units = counted >> UNIT_BITS;
        least = count == 0 ? units : Math.min(least, units);
        greatest = Math.max(greatest, units);
        return
            NeedTotals.wrap(
                (count + 1) | ((sum + counted) << 24) | (least << 144) | (greatest << 200)
            );
    }

    /// @return count How many needs are positive.
    /// @return sum Σ m.
    /// @return leastDown A lower bound on the least m.
    /// @return greatestUp An upper bound on the greatest m.
    function unpack(
        NeedTotals totals
    ) internal pure returns (uint256 count, uint256 sum, uint256 leastDown, uint256 greatestUp) {
        (count, sum, leastDown, greatestUp) = _fields(totals);
        leastDown <<= UNIT_BITS;
        greatestUp = (greatestUp << UNIT_BITS) | ((1 << UNIT_BITS) - 1);
    }

    function _fields(
        NeedTotals totals
    ) private pure returns (uint256 count, uint256 sum, uint256 least, uint256 greatest) {
        uint256 word = NeedTotals.unwrap(totals);
        // Each cast keeps the bits of its field.
        return (uint24(word), uint120(word >> 24), uint56(word >> 144), word >> 200);
    }
}
