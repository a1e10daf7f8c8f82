// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Purchase} from "contracts/interfaces/MarketTypes.sol";
import {Deal, IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";
import {Vm} from "./utils/Vm.sol";

/// @notice What an agent may do for a member, and what not.
contract StandingOrdersTest is OrdersFixture {
    function _refused(address caller) private {
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.NotAgent.selector, bea, caller));
        vm.prank(caller);
    }

    /* ---------------------------------------------------- the day ------------------------------------------------- */

    function test_TheAgentDeclaresTradesAndRates() external {
        _order(bea, MAX_PRICE, BUDGET);
        _buyTokens(bea, 5e18);
        vm.warp(_needDeadline(0) - 1);
        vm.prank(agent);
        orders.declareNeed(bea, 0, 3e18);
        uint256 word = _word(0, -1000, 400_000, 450_000);
        vm.expectEmit(address(market));
        emit IMarketEvents.TargetDeclared(0, bea, word);
        vm.prank(agent);
        orders.declareTarget(bea, word);
        _declare(ann, 0, 1000, 100_000, 0);
        assertEq(
            market.targetCommitment(0),
            keccak256(
                abi.encode(
                    keccak256(abi.encode(bytes32(0), bea, word)),
                    ann,
                    _word(0, 1000, 100_000, 0)
                )
            ),
            "her own declaration"
        );
        _priceAndRead(0, 1000, 200_000);

        uint256 cost = _costInNorth(0, 600);
        uint256 deposit = market.account(bea).deposit;
        assertEq(_agentTrade(bea, ann, 0, 600, 1e18), 600, "filled");
        assertEq(market.account(bea).deposit, deposit - cost, "paid by her");
        assertEq(orders.orderOf(bea).spent, cost, "spent");
        assertEq(orders.orderOf(bea).day, block.timestamp / DAY, "day");
        assertEq(orders.budgetLeft(bea), BUDGET - cost, "left");

        Purchase[] memory purchases = new Purchase[](1);
        purchases[0] = Purchase(ann, 600, 10, 1);
        vm.warp(_tradingEnd(0));
        vm.prank(agent);
        orders.rate(bea, 0, purchases);
        assertEq(market.slot(ann, 0).refused, 600, "refused");
    }

    function _priceAndRead(uint256 period, uint256 wh, uint256 ticks) private {
        vm.warp(_declarationDeadline(period));
        _post(Feed.Electricity, period, _value(ticks, WAD, WAD));
        vm.warp(_start(period + 1));
        _read(ann, period, wh + 7, 7);
        _read(bea, period, 0, wh);
        vm.warp(_readingDeadline(period));
    }

    function test_NobodyElseActs() external {
        _order(bea, MAX_PRICE, BUDGET);
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 word = _word(3, -1000, 400_000, 450_000);
        address[3] memory callers = [stranger, ADMIN, bea];
        for (uint256 i; i < 3; i++) {
            _refused(callers[i]);
            orders.declareNeed(bea, 0, 1);
            _refused(callers[i]);
            orders.declareTarget(bea, word);
            _refused(callers[i]);
            orders.trade(bea, ann, 0, 1, 1, 1e18, block.timestamp);
            _refused(callers[i]);
            orders.tradeGreen(bea, ann, 0, 1, 1, 1e18, block.timestamp);
            _refused(callers[i]);
            orders.rate(bea, 0, new Purchase[](0));
        }
    }

    function test_WithoutAnOrderNobodyIsAgent() external {
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.NotAgent.selector, bea, agent));
        vm.prank(agent);
        orders.declareNeed(bea, 0, 1);
        // The zero address, which no order names, is nobody's agent either: it calls in simulations only.
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.OrderExpired.selector, bea, uint256(0))
        );
        vm.prank(address(0));
        orders.declareNeed(bea, 0, 1);
    }

    function test_TheOrderEnds(uint40 until, uint40 later) external {
        until = uint40(bound(until, block.timestamp + 1, type(uint40).max - 1));
        later = uint40(bound(later, until, type(uint40).max));
        vm.prank(bea);
        orders.setOrder(agent, MAX_PRICE, BUDGET, until);
        assertEq(orders.budgetLeft(bea), BUDGET, "in force");
        vm.warp(later);
        assertEq(orders.budgetLeft(bea), 0, "nothing after its end");
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.OrderExpired.selector, bea, uint256(until))
        );
        vm.prank(agent);
        orders.declareNeed(bea, 0, 1);
    }

    function test_OrdersThatAreNone() external {
        vm.startPrank(bea);
        vm.expectRevert(IStandingOrders.ZeroAgent.selector);
        orders.setOrder(address(0), MAX_PRICE, BUDGET, UNTIL);
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.OrderExpired.selector, bea, block.timestamp)
        );
        orders.setOrder(agent, MAX_PRICE, BUDGET, uint40(block.timestamp));
    }

    /* ----------------------------------------------------- bounds ------------------------------------------------- */

    /// @dev The lower of the order's price and the call's is what the market holds the trade to.
    function test_NeverAboveHerPrice(uint96 orderPrice, uint256 callPrice) external {
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        (, uint256 price, uint256 fee) = market.checkQualification(bea, ann, 0);
        uint256 allIn = price + fee;
        orderPrice = uint96(bound(orderPrice, allIn - 2, allIn + 2));
        callPrice = bound(callPrice, allIn - 2, allIn + 2);
        _order(bea, orderPrice, BUDGET);
        uint256 most = orderPrice < callPrice ? orderPrice : callPrice;
        if (allIn > most) {
            vm.expectRevert(
                abi.encodeWithSelector(IMarketEvents.PriceAboveMax.selector, allIn, most)
            );
        }
        _agentTrade(bea, ann, 0, 10, callPrice);
    }

    function test_NeverAboveTheDaysBudget(uint256 budget) external {
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 cost = _costInNorth(0, 100);
        budget = bound(budget, 2 * cost, 3 * cost - 1);
        _order(bea, MAX_PRICE, budget);
        _agentTrade(bea, ann, 0, 100, 1e18);
        _agentTrade(bea, ann, 0, 100, 1e18);
        uint256 deposit = market.account(bea).deposit;
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.OverBudget.selector, bea, 3 * cost, budget)
        );
        _agentTrade(bea, ann, 0, 100, 1e18);
        assertEq(market.account(bea).deposit, deposit, "nothing left");
        assertEq(market.slot(bea, 0).traded, 200, "nothing traded");
        assertEq(orders.budgetLeft(bea), budget - 2 * cost, "left");
    }

    /// @dev A new order is no second budget, nor is a revoked one.
    function test_ANewOrderKeepsWhatTheDayUsed() external {
        _order(bea, MAX_PRICE, BUDGET);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        _agentTrade(bea, ann, 0, 100, 1e18);
        uint256 spent = orders.orderOf(bea).spent;
        vm.prank(bea);
        orders.revokeOrder();
        assertEq(orders.budgetLeft(bea), 0, "revoked");
        _order(bea, MAX_PRICE, spent + 1);
        assertEq(orders.budgetLeft(bea), 1, "the day's use stands");
        _order(bea, MAX_PRICE, spent - 1);
        assertEq(orders.budgetLeft(bea), 0, "below what was used");
        vm.warp(block.timestamp + DAY);
        assertEq(orders.budgetLeft(bea), spent - 1, "a new day");
    }

    function test_APooledLimitIsAtMostHerPrice(
        uint32 limit,
        uint96 maxPrice,
        bool pooled
    ) external {
        limit = uint32(bound(limit, 1, 2_000_000));
        maxPrice = uint96(
            bound(maxPrice, (uint256(limit) - 1) * TICK, (uint256(limit) + 1) * TICK)
        );
        _buyTokens(bea, 1000e18);
        _order(bea, maxPrice, 1000e18);
        uint256 word = _wordIn(NORTH, 0, -1000, 100_000, limit, pooled);
        if (pooled && limit * TICK > maxPrice) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IStandingOrders.LimitAboveMaxPrice.selector,
                    limit * TICK,
                    maxPrice
                )
            );
        }
        vm.prank(agent);
        orders.declareTarget(bea, word);
    }

    /// @dev A pooled seller pays nothing, so her limit binds nothing.
    function test_APooledSellerHasNoLimit() external {
        _order(ann, 1, 0);
        uint256 word = _wordIn(NORTH, 0, 1000, 100_000, type(uint32).max, true);
        vm.prank(agent);
        orders.declareTarget(ann, word);
        assertEq(orders.orderOf(ann).spent, 0, "nothing pledged");
    }

    /// @dev What the pool locks counts: (1 + tolerance) × the deficit × her limit.
    function test_APledgeCounts(uint256 budget) external {
        uint256 pledge = 1100 * 450_000 * 1e9;
        budget = bound(budget, pledge - 2, pledge + 2);
        _buyTokens(bea, 5e18);
        _order(bea, MAX_PRICE, budget);
        uint256 word = _wordIn(NORTH, 0, -1000, 400_000, 450_000, true);
        if (pledge > budget) {
            vm.expectRevert(
                abi.encodeWithSelector(IStandingOrders.OverBudget.selector, bea, pledge, budget)
            );
        }
        vm.prank(agent);
        orders.declareTarget(bea, word);
        bool declared = pledge <= budget;
        assertEq(market.account(bea).deposit, 5e18 - (declared ? pledge : 0), "locked");
        assertEq(orders.orderOf(bea).spent, declared ? pledge : 0, "spent");
    }

    /* --------------------------------------------- what is never possible ----------------------------------------- */

    /// @dev Whatever of the market's functions the agent calls itself, or through the orders with data of its own, her
    /// money stays; only a purchase within the order moves it, and then to seller, network and levy.
    function test_TheAgentCannotMoveHerMoney() external {
        _order(bea, MAX_PRICE, BUDGET);
        _buyTokens(bea, 5e18);
        vm.startPrank(bea);
        market.withdraw(2e18);
        elecoin.approve(address(market), 1e18);
        vm.stopPrank();
        bytes[7] memory calls = [
            abi.encodeCall(market.withdraw, (1e18)),
            abi.encodeCall(market.redeemToken, (1e18)),
            abi.encodeCall(market.deposit, (1e18)),
            abi.encodeCall(elecoin.transferFrom, (bea, agent, 1)),
            abi.encodeCall(
                market.tradeFor,
                (bea, ann, 0, 1, 1, type(uint256).max, block.timestamp)
            ),
            abi.encodeCall(market.declareTargetFor, (bea, _word(0, -1, 1, 1))),
            abi.encodeCall(market.withdrawRefund, ())
        ];
        address[3] memory targets = [address(market), address(orders), address(elecoin)];
        for (uint256 i; i < calls.length; i++) {
            for (uint256 j; j < targets.length; j++) {
                vm.prank(agent);
                (bool done, ) = targets[j].call(calls[i]);
                assertTrue(!done, "refused");
            }
        }
        assertEq(market.account(bea).deposit, 3e18, "deposit");
        assertEq(elecoin.balanceOf(bea), 2e18, "wallet");
        assertEq(elecoin.balanceOf(agent), 0, "the agent's wallet");
        assertEq(elecoin.balanceOf(address(orders)), 0, "the orders' wallet");
    }

    function test_OnlyTheModulesActForMembers() external {
        bytes[3] memory calls = [
            abi.encodeCall(market.declareNeedFor, (bea, 0, 1)),
            abi.encodeCall(market.declareTargetFor, (bea, _word(0, -1, 1, 1))),
            abi.encodeCall(market.rateFor, (bea, 0, new Purchase[](0)))
        ];
        for (uint256 i; i < 3; i++) {
            vm.prank(agent);
            (bool done, bytes memory why) = address(market).call(calls[i]);
            assertTrue(!done, "not a module");
            assertEq(why, abi.encodeWithSelector(IMarketEvents.OnlyModule.selector, agent), "why");
        }
    }

    /* ----------------------------------------------------- batches ------------------------------------------------ */

    function test_AFailingDeclarationBlocksNoOther() external {
        _order(bea, MAX_PRICE, BUDGET);
        _order(ann, MAX_PRICE, BUDGET);
        (address[] memory members, uint256[] memory words) = (new address[](3), new uint256[](3));
        (members[0], words[0]) = (bea, _word(0, -1000, 400_000, 450_000));
        // Bob gave no order.
        (members[1], words[1]) = (bob, _word(0, -1000, 400_000, 450_000));
        (members[2], words[2]) = (ann, _word(0, 1000, 100_000, 0));
        vm.expectEmit(address(orders));
        emit IStandingOrders.ItemFailed(
            1,
            bob,
            abi.encodeWithSelector(IStandingOrders.NotAgent.selector, bob, agent)
        );
        vm.prank(agent);
        orders.declareTargets(members, words);
        assertEq(market.slot(bea, 0).net, -1000, "the first");
        assertEq(market.slot(bob, 0).flags, 0, "the second");
        assertEq(market.slot(ann, 0).net, 1000, "the third");
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.LengthsDiffer.selector, uint256(3), uint256(2))
        );
        vm.prank(agent);
        orders.declareTargets(members, new uint256[](2));
    }

    function test_AFailingTradeBlocksNoOther() external {
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 cost = _costInNorth(0, 100);
        _order(bea, MAX_PRICE, 3 * cost);
        Deal[] memory deals = new Deal[](4);
        deals[0] = _deal(bea, ann, 0, 100);
        deals[1] = _deal(bea, sam, 0, 100);
        // Filled, then over the budget: all of it is undone.
        deals[2] = _deal(bea, ann, 0, 201);
        deals[3] = _deal(bea, ann, 0, 200);
        uint256 deposit = market.account(bea).deposit;
        vm.recordLogs();
        vm.prank(agent);
        orders.trades(deals);
        uint256 failed;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i; i < logs.length; i++) {
            if (logs[i].topics[0] != IStandingOrders.ItemFailed.selector) continue;
            failed |= 1 << uint256(logs[i].topics[1]);
        }
        assertEq(failed, 6, "the second and the third");
        assertEq(market.slot(bea, 0).traded, 300, "bought");
        assertLe(deposit - market.account(bea).deposit, 3 * cost, "within the budget");
        assertEq(orders.orderOf(bea).spent, deposit - market.account(bea).deposit, "booked");
    }

    /// @dev A batch is the caller's: somebody else's batch fails in every item.
    function test_AStrangersBatchDoesNothing() external {
        _order(bea, MAX_PRICE, BUDGET);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        Deal[] memory deals = new Deal[](1);
        deals[0] = _deal(bea, ann, 0, 100);
        vm.expectEmit(address(orders));
        emit IStandingOrders.ItemFailed(
            0,
            bea,
            abi.encodeWithSelector(IStandingOrders.NotAgent.selector, bea, stranger)
        );
        vm.prank(stranger);
        orders.trades(deals);
        assertEq(market.slot(bea, 0).traded, 0, "nothing");
    }
}
