// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SupplyTerms} from "../interfaces/OracleTypes.sol";
import {WAD} from "./Rounding.sol";

/// @dev The unit of signed changes of the cap.
uint256 constant SUPPLY_UNIT = 1e9;

/// @title SupplyRule
/// @notice How many elecoins the cap gains or loses with a posted price: gain × base × (p − p̄) / p̄, the feedback of the
/// regulation game on the relative error of the price. A price above the target adds elecoins, one below takes away.
library SupplyRule {
    /// @notice The change for one epoch in 1e9 wei, rounded towards zero, within ± `mostPerEpoch`.
    function changeTowardsZero(
        SupplyTerms memory terms,
        uint256 price,
        uint256 target
    ) internal pure returns (int64) {
        bool grows = price > target;
        uint256 error_ = grows ? price - target : target - price;
        uint256 most = uint64(terms.mostPerEpoch);
        uint256 divisor = target * SUPPLY_UNIT;
        uint256 amount;
        // gain and base are below 2^128 and the error below 2^96, so their product may not fit: divide once between.
        unchecked {
            uint256 scaled = (uint256(terms.gain) * terms.base) / WAD;
            amount =
                error_ != 0 && scaled > type(uint256).max / error_
                    ? most
                    : (scaled * error_) / divisor;
        }
        if (amount > most) amount = most;
        // At most `mostPerEpoch`, an int64.
        return grows ? int64(uint64(amount)) : -int64(uint64(amount));
    }

    /// @notice `total` moved by `change`, kept within [least, most].
    function add(
        SupplyTerms memory terms,
        int64 total,
        int64 change
    ) internal pure returns (int64) {
        int256 moved = int256(total) + change;
        if (moved < terms.least) return terms.least;
        // Between two int64.
        return moved > terms.most ? terms.most : int64(moved);
    }
}
