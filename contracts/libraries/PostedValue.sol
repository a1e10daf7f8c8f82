// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {TICK, WAD} from "./Rounding.sol";

/// @title PostedValue
/// @notice The signed word of a report. Bits 0–95 price (1e18); electricity: 96–159 matching probability, 160–223 served
/// fraction; elecoin: 96–159 change of the cap in 1e9 wei, two's complement. The rest is 0.
library PostedValue {
    error MalformedValue(uint256 value);

    /// @notice Splits an electricity word; the price must lie on the tick grid, the fractions in [0, 1].
    function unpack(
        uint256 value
    ) internal pure returns (uint32 priceTicks, uint64 matching, uint64 served) {
        priceTicks = _ticks(value);
        // The masks leave exactly the bits that each cast keeps.
        matching = uint64(value >> 96);
        served = uint64(value >> 160);
        require(value >> 224 == 0 && matching <= WAD && served <= WAD, MalformedValue(value));
    }

    /// @notice Splits an elecoin word.
    function unpackElecoin(
        uint256 value
    ) internal pure returns (uint32 priceTicks, int64 supplyChange) {
        priceTicks = _ticks(value);
        require(value >> 160 == 0, MalformedValue(value));
        supplyChange = int64(uint64(value >> 96));
    }

    function _ticks(uint256 value) private pure returns (uint32) {
        uint256 price = uint96(value);
        uint256 ticks = price / TICK;
        // The product is at most the price.
        unchecked {
            require(ticks * TICK == price && ticks <= type(uint32).max, MalformedValue(value));
        }
        return uint32(ticks);
    }
}
