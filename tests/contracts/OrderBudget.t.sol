// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";

/// @notice The day's budget against a model of it, over random days: periods are a third of a day, so that purchases and
/// pledges fall on both sides of midnight.
contract OrderBudgetTest is OrdersFixture {
    uint256 private constant THIRD = DAY / 3;
    /// @dev Late enough for fees to be set before the first need.
    uint256 private constant START = T0 + DAY;

    mapping(uint256 day => uint256) private _used;

    function _schedule() internal pure override returns (Schedule memory s) {
        s = super._schedule();
        s.start = uint40(START);
        s.period = uint24(THIRD);
        s.declarationLead = uint24(THIRD / 2);
        s.readingGrace = uint24(THIRD / 4);
        s.tradeWindow = uint24(2 * THIRD);
    }

    /// @dev Whatever is tried when, what leaves her deposit on a day is at most the budget, and what the model allows
    /// is allowed.
    function test_TheBudgetHoldsOnEveryDay(uint256 seed, uint256 budget) external {
        budget = bound(budget, 1e12, 3e18);
        _order(bea, 1e18, budget);
        _buyTokens(bea, 500e18);
        // Every second period, so that one is over when the next is declared; the third and the seventh are pooled.
        for (uint256 t = 1; t < 8; t += 2) {
            seed = uint256(keccak256(abi.encode(seed)));
            _tryDeclaration(t, seed);
            _sellersPeriod(t);
            for (uint256 i; i < 6 && !_isPooled(t); i++) {
                seed = uint256(keccak256(abi.encode(seed)));
                _tryTrade(t, seed);
            }
        }
    }

    function _isPooled(uint256 t) private pure returns (bool) {
        return t % 4 == 3;
    }

    function _tryDeclaration(uint256 t, uint256 seed) private {
        uint256 wh = _isPooled(t) ? 1 + (seed % 2000) : 2000;
        uint256 deadline = START + t * THIRD - THIRD / 2;
        vm.warp(_later(seed, deadline - THIRD / 4, deadline - 1));
        uint256 word = _wordIn(NORTH, t, -int256(wh), 400_000, 500_000, _isPooled(t));
        uint256 pledge = _isPooled(t) ? ((11 * wh) / 10) * 500_000 * 1e9 : 0;
        _commit(abi.encodeCall(IStandingOrders.declareTarget, (bea, word)), pledge);
    }

    function _sellersPeriod(uint256 t) private {
        if (!_isPooled(t)) _declare(ann, t, 2000, 100_000, 0);
        vm.warp(START + t * THIRD - THIRD / 2);
        if (!_isPooled(t)) _post(Feed.Electricity, t, _value(200_000, WAD, WAD));
        vm.warp(START + t * THIRD);
        _read(ann, t - 1, 0, 0);
        _read(bea, t - 1, 0, 0);
        vm.warp(START + (t + 1) * THIRD);
        _read(ann, t, 2000, 0);
        _read(bea, t, 0, 2000);
    }

    function _tryTrade(uint256 t, uint256 seed) private {
        uint256 opens = START + (t + 1) * THIRD + THIRD / 4;
        vm.warp(_later(seed, opens, opens + THIRD / 4 - 1));
        uint256 left = market.tradeable(bea, uint24(t));
        uint256 wh = 1 + ((seed >> 64) % 700);
        if (left == 0) return;
        if (wh > left) wh = left;
        bytes memory call = abi.encodeCall(
            IStandingOrders.trade,
            (bea, ann, uint24(t), uint32(wh), 1, 1e18, block.timestamp)
        );
        _commit(call, _costInNorth(t, wh));
    }

    function _later(uint256 seed, uint256 least, uint256 most) private view returns (uint256) {
        uint256 from = block.timestamp > least ? block.timestamp : least;
        return from + ((seed >> 128) % (most - from + 1));
    }

    /// @dev Tries a commitment of `amount` and compares with the model.
    function _commit(bytes memory call, uint256 amount) private {
        uint256 day = block.timestamp / DAY;
        uint256 deposit = market.account(bea).deposit;
        uint256 budget = orders.orderOf(bea).dailyBudget;
        assertEq(orders.budgetLeft(bea), budget - _used[day], "left before");
        vm.prank(agent);
        (bool done, bytes memory reason) = address(orders).call(call);
        assertTrue(done == (_used[day] + amount <= budget), "as the model");
        if (done) {
            _used[day] += amount;
            assertEq(market.account(bea).deposit, deposit - amount, "left the deposit");
        } else {
            assertEq(
                reason,
                abi.encodeWithSelector(
                    IStandingOrders.OverBudget.selector,
                    bea,
                    _used[day] + amount,
                    budget
                ),
                "reason"
            );
            assertEq(market.account(bea).deposit, deposit, "nothing left");
        }
        assertEq(orders.budgetLeft(bea), budget - _used[day], "left after");
    }

    function test_TheLastSecondOfADayAndTheFirstOfTheNext() external {
        _order(bea, 1e18, 5e17);
        _buyTokens(bea, 500e18);
        uint256 midnight = ((START + DAY) / DAY) * DAY;
        uint24 first = uint24((midnight + 2 * THIRD - START) / THIRD);
        vm.warp(midnight - 1);
        // 0.5 ELE: 1000 Wh at 0.5, tolerance left out by declaring 909 Wh (999 with it, rounded down).
        _pledge(first, 909);
        assertEq(orders.budgetLeft(bea), 5e17 - 999 * 500_000 * 1e9, "before midnight");
        vm.expectRevert(
            abi.encodeWithSelector(
                IStandingOrders.OverBudget.selector,
                bea,
                (999 + 2) * 500_000 * 1e9,
                uint256(5e17)
            )
        );
        _pledge(first + 1, 2);
        vm.warp(midnight);
        assertEq(orders.budgetLeft(bea), 5e17, "a new day");
        _pledge(first + 1, 909);
        assertEq(orders.orderOf(bea).day, midnight / DAY, "the new day");
    }

    function _pledge(uint24 period, int256 wh) private {
        uint256 word = _wordIn(NORTH, period, -wh, 400_000, 500_000, true);
        vm.prank(agent);
        orders.declareTarget(bea, word);
    }
}
