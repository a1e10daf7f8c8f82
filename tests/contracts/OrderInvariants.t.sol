// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IOriginCertificates} from "contracts/interfaces/IOriginCertificates.sol";
import {IStandingOrders, Order} from "contracts/interfaces/IStandingOrders.sol";
import {IMarket} from "./utils/IMarket.sol";
import {OrderHandler} from "./utils/OrderHandler.sol";
import {FuzzSelector, Test} from "./utils/Vm.sol";

/// @notice What holds for orders and certificates after any sequence of actions; what each action does is held by the
/// handler as it happens.
/// forge-config: default.invariant.runs = 8
/// forge-config: deep.invariant.runs = 320
/// forge-config: deep.invariant.depth = 80
/// forge-config: default.invariant.depth = 80
/// forge-config: default.invariant.shrink-run-limit = 200
/// forge-config: default.invariant.show-metrics = false
contract OrderInvariantsTest is Test {
    OrderHandler private handler;
    IMarket private market;
    IStandingOrders private orders;
    IOriginCertificates private origin;

    function setUp() external {
        handler = new OrderHandler();
        (market, orders, origin) = handler.contracts();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](7);
        s[0] = OrderHandler.advance.selector;
        s[1] = OrderHandler.trade.selector;
        s[2] = OrderHandler.setOrder.selector;
        s[3] = OrderHandler.revokeOrder.selector;
        s[4] = OrderHandler.issue.selector;
        s[5] = OrderHandler.retire.selector;
        s[6] = OrderHandler.plants.selector;
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    /// @notice The handler does what it is for.
    function test_TheHandlerIsBusy() external {
        for (uint256 i; i < 400; i++) {
            uint256 seed = uint256(keccak256(abi.encode(i)));
            if (i % 6 == 0) handler.advance(seed);
            else if (i % 6 == 1) handler.setOrder(seed, uint96(seed >> 100));
            else if (i % 6 == 2) handler.issue(seed);
            else if (i % 30 == 3) handler.plants(seed);
            else if (i % 6 == 4) handler.retire(seed, uint32(seed));
            else handler.trade(seed, uint32(seed >> 32));
        }
        assertGe(handler.traded(), 60, "periods");
        assertGe(handler.trades(), 15, "trades");
        assertGe(handler.refusals(), 20, "refusals");
        assertGe(handler.issues(), 15, "issues");
        assertGe(handler.retirements(), 10, "retirements");
        assertGe(handler.releases(), 1, "releases");
        _checkAll();
    }

    function _checkAll() private view {
        invariant_NoDayAboveTheBudget();
        invariant_OnlyPurchasesLeaveTheDeposit();
        invariant_NoMoreCertificatesThanGeneration();
        invariant_CertifiedEnergyIsNoWattcoin();
    }

    /// @dev The handler compares with the budget at each commitment; here, that the contract's books are the same.
    function invariant_NoDayAboveTheBudget() public view {
        for (uint256 i; i < 2; i++) {
            address buyer = handler.buyers()[i];
            Order memory order = orders.orderOf(buyer);
            assertEq(order.spent, handler.usedOn(buyer, order.day), "spent");
        }
    }

    /// @dev What is not paid for energy is in the deposit, or locked in an open period.
    function invariant_OnlyPurchasesLeaveTheDeposit() public view {
        for (uint256 i; i < 2; i++) {
            address buyer = handler.buyers()[i];
            uint256 locked;
            for (uint256 t = market.account(buyer).nextClose; t <= handler.traded() + 1; t++) {
                locked += handler.pledgeOf(buyer, t);
            }
            assertEq(
                market.account(buyer).deposit + locked,
                handler.bought() - handler.paidBy(buyer),
                "deposit"
            );
        }
    }

    function invariant_NoMoreCertificatesThanGeneration() public view {
        uint256[] memory ids = handler.ids();
        address[2] memory buyers = handler.buyers();
        address[2] memory sellers = handler.sellers();
        address[4] memory all = [buyers[0], buyers[1], sellers[0], sellers[1]];
        for (uint256 i; i < ids.length; i++) {
            uint256 sum;
            for (uint256 j; j < 4; j++) {
                sum += IERC1155(address(origin)).balanceOf(all[j], ids[i]);
                sum += origin.claimedBalanceOf(all[j], ids[i]);
            }
            assertEq(sum, handler.certifiedOf(ids[i]), "held and claimed");
        }
    }

    /// @dev Wattcoin counts at most what was sold in closed periods that nobody certified.
    function invariant_CertifiedEnergyIsNoWattcoin() public view {
        for (uint256 i; i < 2; i++) {
            address seller = handler.sellers()[i];
            uint256 uncertified;
            for (uint256 t; t < market.account(seller).nextClose; t++) {
                if (handler.certifiedIn(seller, t) == 0) uncertified += handler.soldIn(seller, t);
            }
            uint256 minted = market.wattcoin().balanceOf(seller) / 1e12;
            assertLe(minted + market.account(seller).remainderWh, uncertified, "counted once");
        }
    }
}
