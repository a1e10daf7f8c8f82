// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TICK, WAD} from "./Rounding.sol";

/// @title PostedValue
/// @notice The signed word of a report: bits 0–95 price (1e18), 96–159 matching probability, 160–223 served fraction.
library PostedValue {
    error MalformedValue(uint256 value);

    /// @notice Splits the word; the price must lie on the tick grid, the fractions in [0, 1].
    function unpack(
        uint256 value
    ) internal pure returns (uint32 priceTicks, uint64 matching, uint64 served) {
        // The masks leave exactly the bits that each cast keeps.
        uint256 price = uint96(value);
        matching = uint64(value >> 96);
        served = uint64(value >> 160);
        require(
            value >> 224 == 0 &&
                price % TICK == 0 &&
                price / TICK <= type(uint32).max &&
                matching <= WAD &&
                served <= WAD,
            MalformedValue(value)
        );
        priceTicks = uint32(price / TICK);
    }
}
