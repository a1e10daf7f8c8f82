// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Target, TargetData} from "contracts/libraries/Target.sol";
import {PostingFixture} from "./PostingFixture.sol";

/// @title MarketFixture
/// @notice A deployment and the steps of a period as one-line helpers.
abstract contract MarketFixture is PostingFixture {
    /* -------------------------------------------------- the period ------------------------------------------------ */

    function _declare(
        address who,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit
    ) internal {
        uint256 word = _word(who, period, net, price, limit);
        vm.prank(who);
        market.declareTarget(word);
        targetsOf[period] = bytes.concat(
            targetsOf[period],
            abi.encodePacked(who, uint24(word >> 120), uint96(word))
        );
    }

    /// @dev The word of a member of the north.
    function _word(
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit
    ) internal pure returns (uint256) {
        return _wordIn(NORTH, period, net, price, limit, false);
    }

    function _word(
        address who,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit
    ) internal view returns (uint256) {
        return _wordIn(_zoneOf[who] == SOUTH ? SOUTH : NORTH, period, net, price, limit, false);
    }

    function _wordIn(
        uint16 zone,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit,
        bool pooled
    ) internal pure returns (uint256) {
        return
            Target.pack(
                TargetData(uint24(period), int32(net), uint32(price), uint32(limit), zone, pooled)
            );
    }

    /// @dev Both registers move by the given energy.
    function _read(address who, uint256 period, uint256 generated, uint256 consumed) internal {
        uint64 g = market.registers(who).generation + uint64(generated);
        uint64 c = market.registers(who).consumption + uint64(consumed);
        vm.startPrank(_meter(who));
        market.generation(who, uint24(period), g);
        market.consumption(who, uint24(period), c);
        vm.stopPrank();
    }

    function _trade(
        address buyer,
        address retailer,
        uint256 period,
        uint256 wh
    ) internal returns (uint256) {
        vm.prank(buyer);
        return
            market.trade(
                retailer,
                uint24(period),
                uint32(wh),
                1,
                type(uint256).max,
                block.timestamp
            );
    }

    function _close(address who, uint256 period) internal {
        address[] memory one = new address[](1);
        one[0] = who;
        market.close(one, uint24(period));
    }

    /// @dev From declaring to the opening of trading: `seller` has `wh` to sell, `buyer` lacks them.
    function _openTrading(
        address seller,
        address buyer,
        uint256 period,
        uint256 wh,
        uint256 ticks
    ) internal {
        _declare(seller, period, int256(wh), 100_000, 0);
        _declare(buyer, period, -int256(wh), 400_000, 450_000);
        vm.warp(_declarationDeadline(period));
        _post(Feed.Electricity, period, _value(ticks, WAD, WAD));
        vm.warp(_start(period + 1));
        _read(seller, period, wh + 7, 7);
        _read(buyer, period, 0, wh);
        vm.warp(_readingDeadline(period));
    }
}
