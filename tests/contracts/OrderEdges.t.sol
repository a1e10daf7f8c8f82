// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IStandingOrders, Order} from "contracts/interfaces/IStandingOrders.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";

/// @notice Standing orders at their ends: the price itself, nothing declared, nothing left after a revocation.
contract OrderEdgesTest is OrdersFixture {
    function _pooledBy(address member, int256 net, uint256 limit) private {
        uint256 word = _wordIn(NORTH, 0, net, 400_000, limit, true);
        vm.prank(agent);
        orders.declareTarget(member, word);
    }

    function test_NothingIsLeftOfARevokedOrder() external {
        _order(bea, MAX_PRICE, BUDGET);
        vm.prank(bea);
        orders.revokeOrder();
        Order memory order = orders.orderOf(bea);
        assertEq(order.agent, address(0), "agent");
        assertEq(order.maxPrice, 0, "price");
        assertEq(order.dailyBudget, 0, "budget");
        assertEq(order.until, 0, "end");
    }

    function test_WhatTheDayUsedIsTold() external {
        uint256 lock = 1100 * 450_000 * 1e9;
        _buyTokens(bea, 5e18);
        _order(bea, MAX_PRICE, BUDGET);
        vm.expectEmit(address(orders));
        emit IStandingOrders.BudgetUsed(bea, uint24(block.timestamp / DAY), lock, lock);
        _pooledBy(bea, -1000, 450_000);
    }

    function test_ALimitMayBeHerPrice() external {
        _buyTokens(bea, 5e18);
        _order(bea, 450_000 * TICK, BUDGET);
        _pooledBy(bea, -1000, 450_000);
        assertEq(market.account(bea).deposit, 5e18 - 1100 * 450_000 * 1e9, "locked");
    }

    /// @dev Who declares nothing buys nothing.
    function test_ALimitOfNothingBindsNothing() external {
        _order(bea, 1, 0);
        _pooledBy(bea, 0, 450_000);
        assertEq(int256(market.slot(bea, 0).net), 0, "declared");
    }
}
