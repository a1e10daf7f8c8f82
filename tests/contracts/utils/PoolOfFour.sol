// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {PoolFixture} from "./PoolFixture.sol";

/// @title PoolOfFour
/// @notice Two sellers and two buyers in two zones, whose energy the pool settles.
abstract contract PoolOfFour is PoolFixture {
    uint8 internal constant SETTLED = 32;
    uint8 internal constant POOLED = 64;

    /// @dev What the fixture's north costs: 0.015 in currency at an elecoin price of 0.97, rounded up each.
    uint256 internal constant NETWORK_FEE = 10_309_278_350_515_464;
    uint256 internal constant LEVY_FEE = 5_154_639_175_257_732;

    function setUp() public override {
        super.setUp();
        _buyTokens(bea, 100e18);
        _buyTokens(bob, 100e18);
    }

    /// @dev ann has 1000 Wh and sam 300; bea lacks 500 and bob 200.
    function _four(uint256 period) internal {
        _pooled(ann, NORTH, period, 1000);
        _pooled(bea, NORTH, period, -500);
        _pooled(sam, SOUTH, period, 300);
        _pooled(bob, SOUTH, period, -200);
    }

    function _readFour(uint256 period) internal {
        _read(ann, period, 1007, 7);
        _read(bea, period, 0, 500);
        _read(sam, period, 300, 0);
        _read(bob, period, 0, 200);
        vm.warp(_poolOpening(period));
    }

    function _settleable(uint256 period) internal {
        _four(period);
        _postAt(period, PRICE);
        _readFour(period);
    }

    function _closeAll(uint256 period) internal {
        vm.warp(_closingTime(period));
        market.close(declarers[period], uint24(period));
    }

    function _ceil(uint256 wh, uint256 fee) internal pure returns (uint256) {
        return ((wh * fee + TICK - 1) / TICK) * CREDIT_UNIT;
    }

    /// @dev All elecoins in the market are somebody's: deposits and unpaid fees.
    function _requireWhole() internal view {
        uint256 owed = market.networkFees() + market.levyFees();
        address[4] memory all = [ann, bea, sam, bob];
        for (uint256 i; i < 4; i++) {
            owed += market.account(all[i]).deposit;
        }
        assertEq(elecoin.balanceOf(address(market)), owed, "balance");
    }
}
