// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev One whole coin, one unit of currency, probability 1.
uint256 constant WAD = 1e18;
/// @dev The price grid: 1e-6 per kWh or per elecoin.
uint256 constant TICK = 1e12;
/// @dev Prices are per kWh, energy is in Wh.
uint256 constant WH_PER_KWH = 1000;
/// @dev Elecoin wei of one Wh at a price of one tick: what trades cost is a whole number of these.
uint256 constant CREDIT_UNIT = 1e9;
/// @dev Energy of one Wattcoin.
uint256 constant WH_PER_MWH = 1e6;

/// @title Rounding
/// @notice Money arithmetic; the direction is in the name. The payer's side rounds up, what is owed to a user down.
library Rounding {
    /// @notice Cost of `energyWh` at `pricePerKwh`, for the payer.
    function costUp(uint256 energyWh, uint256 pricePerKwh) internal pure returns (uint256) {
        return Math.ceilDiv(energyWh * pricePerKwh, WH_PER_KWH);
    }

    /// @notice `amount` × `price` in WAD, for the payer.
    function mulWadUp(uint256 amount, uint256 price) internal pure returns (uint256) {
        return Math.ceilDiv(amount * price, WAD);
    }

    /// @notice `amount` × `price` in WAD, for what is owed.
    function mulWadDown(uint256 amount, uint256 price) internal pure returns (uint256) {
        return (amount * price) / WAD;
    }

    /// @notice `amount` ÷ `price` in WAD, for the payer.
    function divWadUp(uint256 amount, uint256 price) internal pure returns (uint256) {
        return Math.ceilDiv(amount * WAD, price);
    }
}
