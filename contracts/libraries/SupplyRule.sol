// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {WAD} from "./Rounding.sol";

/// @dev The unit of signed changes of the cap.
uint256 constant SUPPLY_UNIT = 1e9;

/// @title SupplyRule
/// @notice How many elecoins the cap gains or loses with a posted price: gain × base × (p − p̄) / p̄, the feedback of the
/// regulation game on the relative error of the price. A price above the target adds elecoins, one below takes away.
library SupplyRule {
    /// @notice gain × base, as the rule takes it.
    function scale(uint128 gain, uint128 base) internal pure returns (uint256) {
        // Both are below 2^128.
        unchecked {
            return (uint256(gain) * base) / WAD;
        }
    }

    /// @notice The change for one epoch in 1e9 wei, rounded towards zero, within ± `most`.
    /// @param scale_ See {scale}.
    /// @param most At most 2^63 − 1.
    /// @param price Below 2^96.
    function changeTowardsZero(
        uint256 scale_,
        uint256 most,
        uint256 price,
        uint256 target
    ) internal pure returns (int64) {
        uint256 divisor = target * SUPPLY_UNIT;
        bool grows = price > target;
        // gain × base and the error may be too large for their product: the bound is below it then.
        unchecked {
            uint256 error_ = grows ? price - target : target - price;
            uint256 product = scale_ * error_;
            uint256 amount = error_ == 0 || product / error_ == scale_ ? product / divisor : most;
            if (amount > most) amount = most;
            int64 change = int64(uint64(amount));
            return grows ? change : -change;
        }
    }

    /// @notice `total` moved by `change`, kept within [least, most].
    function add(int64 total, int64 change, int64 least, int64 most) internal pure returns (int64) {
        // Sums of two int64, and what lies between two of them.
        unchecked {
            int256 moved = int256(total) + change;
            if (moved < least) return least;
            return moved > most ? most : int64(moved);
        }
    }
}
