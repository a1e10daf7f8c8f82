// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IOriginCertificates, Technology} from "contracts/interfaces/IOriginCertificates.sol";
import {IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";
import {Reenterer, Wallet} from "./utils/Wallet.sol";

/// @notice Energy bought with its certificates, and that nothing counts twice.
contract GreenTradesTest is OrdersFixture {
    IERC1155 private certificates;

    function setUp() public override {
        super.setUp();
        certificates = IERC1155(address(origin));
    }

    function _plant(address who, Technology technology, bool supported) private {
        vm.prank(ADMIN);
        origin.register(who, technology, supported);
    }

    function _id(uint256 period) private view returns (uint256) {
        return origin.idOf(origin.hourOf(uint24(period)), NORTH, Technology.Solar);
    }

    /* ------------------------------------------------- green trades ----------------------------------------------- */

    function test_GreenEnergyCarriesItsCertificates(uint32 wh) external {
        wh = uint32(bound(wh, 1, 1000));
        _plant(ann, Technology.Solar, false);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 cost = _costInNorth(0, wh);
        vm.prank(bea);
        assertEq(origin.tradeGreen(ann, 0, wh, wh, 1e18, block.timestamp), wh, "filled");
        assertEq(market.account(bea).deposit, 5e18 - cost, "paid");
        assertEq(market.slot(bea, 0).traded, wh, "bought");
        assertEq(certificates.balanceOf(bea, _id(0)), wh, "the buyer's");
        assertEq(certificates.balanceOf(ann, _id(0)), 1007 - wh, "the seller's rest");
    }

    function test_GreenIsWhatShePaysForOnly() external {
        _plant(ann, Technology.Solar, false);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        (, uint256 price, uint256 fee) = market.checkQualification(bea, ann, 0);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.PriceAboveMax.selector,
                price + fee,
                price + fee - 1
            )
        );
        vm.prank(bea);
        origin.tradeGreen(ann, 0, 100, 1, price + fee - 1, block.timestamp);
        // A retailer without a plant has nothing green to sell.
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.NotAPlant.selector, sam));
        vm.prank(bea);
        origin.tradeGreen(sam, 0, 100, 1, 1e18, block.timestamp);
    }

    /// @dev What she gave away, she cannot sell again, in whatever order.
    function test_NotEnoughCertificates() external {
        _plant(ann, Technology.Solar, false);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        origin.issue(ann, 0);
        uint256 id = _id(0);
        vm.prank(ann);
        certificates.safeTransferFrom(ann, stranger, id, 907, "");
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC1155Errors.ERC1155InsufficientBalance.selector,
                ann,
                uint256(100),
                uint256(101),
                id
            )
        );
        vm.prank(bea);
        origin.tradeGreen(ann, 0, 101, 1, 1e18, block.timestamp);
        assertEq(market.slot(bea, 0).traded, 0, "nothing bought");
        vm.prank(bea);
        origin.tradeGreen(ann, 0, 100, 1, 1e18, block.timestamp);
        assertEq(certificates.balanceOf(bea, _id(0)), 100, "the rest");
    }

    function test_TheAgentBuysGreen() external {
        _plant(ann, Technology.Solar, false);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        uint256 cost = _costInNorth(0, 100);
        _order(bea, MAX_PRICE, 2 * cost - 1);
        vm.prank(agent);
        orders.tradeGreen(bea, ann, 0, 100, 1, 1e18, block.timestamp);
        assertEq(certificates.balanceOf(bea, _id(0)), 100, "hers");
        assertEq(orders.budgetLeft(bea), cost - 1, "left");
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.OverBudget.selector, bea, 2 * cost, 2 * cost - 1)
        );
        vm.prank(agent);
        orders.tradeGreen(bea, ann, 0, 100, 1, 1e18, block.timestamp);
        _order(bea, 0.1e18, BUDGET);
        (, uint256 price, uint256 fee) = market.checkQualification(bea, ann, 0);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.PriceAboveMax.selector, price + fee, 0.1e18)
        );
        vm.prank(agent);
        orders.tradeGreen(bea, ann, 0, 100, 1, 1e18, block.timestamp);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.OnlyOrders.selector, agent));
        vm.prank(agent);
        origin.tradeGreenFor(bea, ann, 0, 100, 1, 1e18, block.timestamp);
    }

    /// @dev An agent that sells to her, and buys again while it receives its certificates, stays within the budget.
    function test_AnAgentThatReentersIsHeldToTheBudget() external {
        Reenterer both = new Reenterer(orders, bea);
        _register(address(both), NORTH, true);
        _plant(address(both), Technology.Solar, false);
        _buyTokens(bea, 5e18);
        _openTrading(address(both), bea, 0, 1000, 200_000);
        uint256 cost = 20e15 + _feesInNorth(0, 100);
        vm.prank(bea);
        orders.setOrder(address(both), MAX_PRICE, uint96(2 * cost - 1), UNTIL);
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.OverBudget.selector, bea, 2 * cost, 2 * cost - 1)
        );
        both.buyTwice(100);
        vm.prank(bea);
        orders.setOrder(address(both), MAX_PRICE, uint96(2 * cost), UNTIL);
        both.buyTwice(100);
        assertEq(orders.orderOf(bea).spent, 2 * cost, "both booked");
        assertEq(market.account(bea).deposit, 5e18 - 2 * cost, "both paid");
    }

    function test_AContractMemberBuysGreen() external {
        Wallet wallet = new Wallet(bob);
        _register(address(wallet), NORTH, true);
        _plant(ann, Technology.Solar, false);
        _buyTokens(bob, 3e18);
        vm.prank(bob);
        market.withdraw(3e18);
        vm.prank(bob);
        elecoin.transfer(address(wallet), 3e18);
        vm.startPrank(bob);
        wallet.perform(address(elecoin), abi.encodeCall(elecoin.approve, (address(market), 3e18)));
        wallet.perform(address(market), abi.encodeCall(market.deposit, (3e18)));
        vm.stopPrank();
        _openTrading(ann, address(wallet), 0, 1000, 200_000);
        vm.prank(bob);
        wallet.perform(
            address(origin),
            abi.encodeCall(origin.tradeGreen, (ann, 0, 100, 1, 1e18, block.timestamp))
        );
        assertEq(certificates.balanceOf(address(wallet), _id(0)), 100, "received");
    }

    /* ------------------------------------------------ never counted twice ----------------------------------------- */

    /// @dev The same sale: a certified seller's counts for no Wattcoin, another's does.
    function test_NoWattcoinBesideCertificates(bool certified) external {
        if (certified) _plant(ann, Technology.Solar, false);
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        _trade(bea, ann, 0, 1000);
        vm.warp(_closingTime(0));
        _close(ann, 0);
        assertEq(market.account(ann).remainderWh, certified ? 0 : 1000, "Wattcoin");
        if (certified) origin.issue(ann, 0);
        assertEq(certificates.balanceOf(ann, _id(0)), certified ? 1007 : 0, "certificates");
    }

    /// @dev What is open when a plant is registered counts for neither; revoked or registered anew as a member, the
    /// account stays certified.
    function test_TheHoursOfTransition() external {
        _buyTokens(bea, 5e18);
        _openTrading(ann, bea, 0, 1000, 200_000);
        _plant(ann, Technology.Solar, false);
        _trade(bea, ann, 0, 1000);
        vm.startPrank(ADMIN);
        market.revoke(ann);
        market.empower(ann, bytes32(0), NORTH, true, true, RATED);
        vm.stopPrank();
        vm.warp(_closingTime(0));
        _close(ann, 0);
        assertEq(market.account(ann).remainderWh, 0, "no Wattcoin");
        vm.expectRevert(
            abi.encodeWithSelector(
                IOriginCertificates.NotRegisteredFor.selector,
                ann,
                0,
                2,
                type(uint24).max
            )
        );
        origin.issue(ann, 0);
    }
}
