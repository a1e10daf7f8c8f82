// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IMarket} from "./utils/IMarket.sol";
import {PoolHandler} from "./utils/PoolHandler.sol";
import {FuzzSelector, Test} from "./utils/Vm.sol";

/// @notice What holds after any sequence of periods with a pool. Each settlement is held against the handler's own
/// sums as it happens.
/// forge-config: default.invariant.runs = 10
/// forge-config: default.invariant.depth = 40
/// forge-config: default.invariant.shrink-run-limit = 200
/// forge-config: default.invariant.show-metrics = false
contract PoolInvariantsTest is Test {
    PoolHandler private handler;
    IMarket private market;
    IElecoin private elecoin;

    function setUp() external {
        handler = new PoolHandler();
        market = handler.contracts();
        elecoin = market.elecoin();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](3);
        (s[0], s[1], s[2]) = (
            PoolHandler.step.selector,
            PoolHandler.step.selector,
            PoolHandler.leave.selector
        );
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    function test_TheHandlerIsBusy() external {
        for (uint256 i; i < 60; i++) {
            handler.step(uint256(keccak256(abi.encode(i))));
        }
        assertGe(handler.settled(), 15, "settled");
        assertGe(handler.unsettled(), 3, "with nothing to settle");
        assertGe(handler.bought(), 5000, "bought");
        invariant_EveryDepositIsWhatTheBooksSay();
        invariant_AllElecoinsAreSomebodys();
    }

    function invariant_EveryDepositIsWhatTheBooksSay() public {
        for (uint256 i; i < 5; i++) {
            address who = handler.members(i);
            (uint256 free, ) = handler.expected(who);
            assertEq(market.account(who).deposit, free, "deposit");
        }
    }

    function invariant_AllElecoinsAreSomebodys() public {
        uint256 owed = market.networkFees() + market.levyFees();
        for (uint256 i; i < 5; i++) {
            address who = handler.members(i);
            (, uint256 due) = handler.expected(who);
            owed += market.account(who).deposit + due;
        }
        assertEq(elecoin.balanceOf(address(market)), owed, "balance");
    }

    function invariant_FeesAreTheBuyers() external view {
        assertEq(market.networkFees(), handler.networkFees(), "network");
        assertEq(market.levyFees(), handler.levyFees(), "levy");
    }
}
