// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IDayPool, Seat} from "contracts/interfaces/IDayPool.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {DayHandler} from "./utils/DayHandler.sol";
import {FuzzSelector, Test} from "./utils/Vm.sol";

/// @notice What holds of a day pool after any sequence of days, leaves, payments in and out.
/// forge-config: default.invariant.runs = 6
/// forge-config: default.invariant.depth = 60
/// forge-config: default.invariant.shrink-run-limit = 200
/// forge-config: default.invariant.show-metrics = false
contract DayPoolInvariantsTest is Test {
    DayHandler private handler;
    IDayPool private pool;
    IElecoin private elecoin;

    function setUp() external {
        handler = new DayHandler();
        pool = handler.pool();
        elecoin = pool.elecoin();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev Leaves come up more often than days, and days more often than the rest.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](11);
        (s[0], s[1], s[2]) = (
            DayHandler.advance.selector,
            DayHandler.join.selector,
            DayHandler.payIn.selector
        );
        (s[3], s[4], s[5]) = (
            DayHandler.leave.selector,
            DayHandler.payOut.selector,
            DayHandler.post.selector
        );
        (s[6], s[7]) = (DayHandler.post.selector, DayHandler.payIn.selector);
        for (uint256 i = 8; i < 11; i++) s[i] = DayHandler.applyAny.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @notice The handler does what it is for.
    function test_TheHandlerIsBusy() external {
        for (uint256 i; i < 600; i++) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            if (i % 20 == 0) handler.post(seed);
            else if (i % 20 == 1) handler.advance(seed);
            else if (i % 20 == 2) handler.payIn(seed);
            else if (i % 20 == 3) handler.leave(seed);
            else if (i % 20 == 4) handler.payOut(seed);
            else if (i % 40 == 5) handler.join(seed);
            else handler.applyAny(seed);
        }
        assertGe(handler.posted(), 6, "posted");
        assertGe(handler.refused(), 6, "refused");
        assertGe(handler.moved(), 1e9, "moved");
        assertGe(handler.paidOut(), 1e18, "paid out");
        invariant_EverySeatIsAsTheBooksSay();
        invariant_TheDayPoolHoldsWhatItOwes();
    }

    /// @notice Each balance, what leaves, and how far leaves are applied: a deposit moved by nothing else.
    function invariant_EverySeatIsAsTheBooksSay() public view {
        for (uint256 i; i < handler.MEMBERS(); i++) {
            address who = handler.members(i);
            DayHandler.Books memory b = handler.books(who);
            Seat memory seat = pool.seatOf(who);
            assertEq(seat.balance, b.balance, "balance");
            assertEq(seat.leaving, b.leaving, "leaving");
            assertEq(seat.leavingDay, b.leavingDay, "day of leaving");
            assertEq(seat.applied, b.applied, "applied");
            assertEq(seat.place, b.seated ? b.place + 1 : 0, "place");
        }
    }

    /// @notice The pool's elecoins are the balances and the leaves that are not applied yet, to the wei.
    function invariant_TheDayPoolHoldsWhatItOwes() public view {
        int256 owed;
        for (uint256 i; i < handler.MEMBERS(); i++) {
            DayHandler.Books memory b = handler.books(handler.members(i));
            if (!b.seated) continue;
            owed += int256(b.balance);
            for (uint256 n = b.applied; n < handler.dayCount(); n++) {
                owed += int256(handler.leafOf(handler.members(i), n)) * 1e9;
            }
        }
        assertEq(int256(elecoin.balanceOf(address(pool))), owed, "held");
    }

    /// @notice No leaf that is still to be applied takes a balance below nothing.
    function invariant_EveryOpenDebitIsCovered() public view {
        for (uint256 i; i < handler.MEMBERS(); i++) {
            address who = handler.members(i);
            DayHandler.Books memory b = handler.books(who);
            if (!b.seated) continue;
            int256 balance = int256(b.balance);
            for (uint256 n = b.applied; n < handler.dayCount(); n++) {
                balance += int256(handler.leafOf(who, n)) * 1e9;
                assertTrue(balance >= 0, "covered");
            }
        }
    }

    /// @notice Of each posted day credits are debits, days rise, and the root is that of the list.
    function invariant_EveryDayBalancesAndIsItsRoot() public view {
        assertEq(pool.roots(), handler.dayCount(), "roots");
        uint256 last;
        for (uint256 n; n < handler.dayCount(); n++) {
            (uint256 day, int64[] memory amounts) = handler.dayAt(n);
            int256 sum;
            for (uint256 i; i < amounts.length; i++) sum += amounts[i];
            assertEq(sum, 0, "balanced");
            assertTrue(day > last, "in order");
            last = day;
            assertEq(pool.rootAt(n).root, handler.root(n), "root");
            assertEq(pool.rootAt(n).day, day, "day");
            assertEq(pool.rootAt(n).count, amounts.length, "leaves");
        }
    }
}
