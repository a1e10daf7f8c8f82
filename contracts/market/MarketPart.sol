// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MarketBase} from "./MarketBase.sol";

/// @title MarketPart
/// @notice What an office says of itself, so that the market's constructor can tell whether it is of this market.
abstract contract MarketPart is MarketBase {
    /// @notice What must be the same in all parts of the market.
    function fingerprint() external view returns (bytes32) {
        return _fingerprint();
    }
}
