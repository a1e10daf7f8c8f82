// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @dev One whole coin, one unit of currency, probability 1.
uint256 constant WAD = 1e18;
/// @dev The price grid: 1e-6 per kWh or per elecoin.
uint256 constant TICK = 1e12;
/// @dev Elecoin wei of one Wh at a price of one tick: what trades cost is a whole number of these.
uint256 constant CREDIT_UNIT = 1e9;
/// @dev Energy of one Wattcoin.
uint256 constant WH_PER_MWH = 1e6;

/// @title Rounding
/// @notice Money arithmetic; the direction is in the name. The payer's side rounds up, what is owed to a user down.
library Rounding {
    /// @notice What `energyWh` costs at `pricePerKwh`, in credit units, for the payer. Both are below 2^124.
    function creditsUp(uint256 energyWh, uint256 pricePerKwh) internal pure returns (uint256) {
        unchecked {
            return (energyWh * pricePerKwh + TICK - 1) / TICK;
        }
    }

    /// @notice A fee of `ticks` of currency, 32 bits, in elecoins at that price below 2^96, for the payer.
    function feeUp(uint256 ticks, uint256 elecoinPrice) internal pure returns (uint256) {
        unchecked {
            return (ticks * TICK * WAD + elecoinPrice - 1) / elecoinPrice;
        }
    }

    /// @notice `amount` × `price` in WAD, for the payer.
    function mulWadUp(uint256 amount, uint256 price) internal pure returns (uint256) {
        return Math.ceilDiv(amount * price, WAD);
    }

    /// @notice `amount` × `price` in WAD, for what is owed.
    function mulWadDown(uint256 amount, uint256 price) internal pure returns (uint256) {
        return (amount * price) / WAD;
    }
}
