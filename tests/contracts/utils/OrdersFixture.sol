// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Deal, OrderTerms} from "contracts/interfaces/IStandingOrders.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title OrdersFixture
/// @notice The market with an agent for its buyers.
abstract contract OrdersFixture is MarketFixture {
    uint256 internal constant BOB_KEY = 0xB0B;
    uint256 internal constant DAY = 86_400;
    uint96 internal constant MAX_PRICE = 0.5e18;
    uint96 internal constant BUDGET = 10e18;
    uint40 internal constant UNTIL = type(uint40).max;
    address internal agent = vm.addr(0xA9E);

    function setUp() public virtual override {
        super.setUp();
        vm.label(agent, "agent");
    }

    function _order(address member, uint256 maxPrice, uint256 budget) internal {
        vm.prank(member);
        orders.setOrder(agent, uint96(maxPrice), uint96(budget), UNTIL);
    }

    function _orderTerms() internal view returns (OrderTerms memory) {
        return OrderTerms(agent, MAX_PRICE, BUDGET, UNTIL);
    }

    function _signature(uint256 key, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _agentTrade(
        address member,
        address retailer,
        uint256 period,
        uint256 wh,
        uint256 maxPrice
    ) internal returns (uint256) {
        vm.prank(agent);
        return
            orders.trade(
                member,
                retailer,
                uint24(period),
                uint32(wh),
                1,
                maxPrice,
                block.timestamp
            );
    }

    function _deal(
        address member,
        address retailer,
        uint256 period,
        uint256 wh
    ) internal view returns (Deal memory) {
        return
            Deal(
                member,
                retailer,
                uint24(period),
                uint32(wh),
                1,
                type(uint256).max,
                block.timestamp
            );
    }

    /// @dev Elecoin wei of `wh` at `ticks` and the fee of the north, as the market rounds it.
    function _costInNorth(uint256 period, uint256 wh) internal view returns (uint256) {
        (, uint256 price, ) = market.checkQualification(bea, ann, uint24(period));
        return _up(wh * price) + _feesInNorth(period, wh);
    }

    function _feesInNorth(uint256 period, uint256 wh) internal view returns (uint256) {
        (uint256 network, uint256 levy) = market.feeOf(NORTH, NORTH, uint24(period));
        return _up(wh * network) + _up(wh * levy);
    }

    function _up(uint256 perKwh) private pure returns (uint256) {
        return ((perKwh + TICK - 1) / TICK) * 1e9;
    }
}
