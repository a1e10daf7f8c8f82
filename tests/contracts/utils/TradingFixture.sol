// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MarketFixture} from "./MarketFixture.sol";

/// @title TradingFixture
/// @notice A period in which ann has energy to sell and bea lacks as much.
abstract contract TradingFixture is MarketFixture {
    uint256 internal constant TICKS = 200_000;
    uint256 internal constant ANY = type(uint256).max;

    function _open(uint256 wh) internal {
        _buyTokens(bea, 100e18);
        _openTrading(ann, bea, 0, wh, TICKS);
    }
}
