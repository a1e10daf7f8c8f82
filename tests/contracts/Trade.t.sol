// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MarketFixture} from "./utils/MarketFixture.sol";

contract TradeTest is MarketFixture {
    function test_ThinPath() external {
        _buyTokens(bea, 100e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 filled = _trade(bea, ann, 0, 1500);
        assertEq(filled, 1000, "filled");
    }
}
