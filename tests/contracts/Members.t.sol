// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Account, Registers} from "contracts/interfaces/IElectricityTrading.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Members, their rights and their meters.
contract MembersTest is MarketFixture {
    /* ---------------------------------------------------- members ------------------------------------------------- */

    function testFuzz_Empower(
        bytes32 name,
        uint16 zone,
        bool generates,
        bool trades,
        uint32 rated
    ) external {
        rated = uint32(bound(rated, 4, type(uint32).max));
        vm.expectEmit(address(market));
        emit IMarketEvents.Empowered(stranger, name, zone, generates, trades, rated);
        vm.prank(ADMIN);
        market.empower(stranger, name, zone, generates, trades, rated);
        Account memory member = market.account(stranger);
        assertEq(member.zone, zone, "zone");
        assertEq(member.ratedPower, rated, "rating");
        assertEq(member.rights, 1 + (generates ? 2 : 0) + (trades ? 4 : 0), "rights");
        assertEq(member.index, 5, "index");
        assertEq(market.nameHashOf(stranger), name, "name");
        assertEq(market.accountCount(), 5, "count");
        assertTrue(ledger.standing(stranger).registered, "standing");
    }

    function test_EmpowerAgainKeepsWhatIsHers() external {
        _buyTokens(bea, 5e18);
        vm.prank(ADMIN);
        market.empower(bea, bytes32(uint256(7)), SOUTH, false, true, 2 * RATED);
        Account memory member = market.account(bea);
        assertEq(member.deposit, 5e18, "deposit");
        assertEq(member.index, 2, "index");
        assertEq(member.ratedPower, 2 * RATED, "rating");
        assertEq(market.accountCount(), 4, "registered once");
    }

    function test_EmpowerRefuses() external {
        vm.startPrank(ADMIN);
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.empower(address(0), bytes32(0), NORTH, true, true, RATED);
        // 3 W over a quarter of an hour is less than one Wh.
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.InvalidRating.selector, stranger));
        market.empower(stranger, bytes32(0), NORTH, true, true, 3);
    }

    function test_RatingStaysWhileADeclaredPeriodIsOpen() external {
        _openTrading(ann, bea, 0, 1000, 200_000);
        vm.prank(ADMIN);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.PeriodOpen.selector, ann, uint24(0)));
        market.empower(ann, bytes32(0), NORTH, true, true, 2 * RATED);
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), SOUTH, true, false, RATED);
        vm.warp(_closingTime(0));
        _close(ann, 0);
        // Her meter goes on reporting; what she did not declare is not booked at her rating.
        vm.warp(_start(3));
        _read(ann, 2, 10, 0);
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), SOUTH, true, true, 2 * RATED);
        assertEq(market.account(ann).ratedPower, 2 * RATED, "rating");
    }

    function test_RevokeTakesRightsAndLeavesMoney() external {
        _buyTokens(bea, 5e18);
        vm.expectEmit(address(market));
        emit IMarketEvents.Revoked(bea);
        vm.prank(ADMIN);
        market.revoke(bea);
        assertEq(market.account(bea).rights, 0, "rights");
        vm.deal(bea, 1e18);
        vm.startPrank(bea);
        bytes memory refusal = abi.encodeWithSelector(IMarketEvents.NoTradingRight.selector, bea);
        vm.expectRevert(refusal);
        market.buyToken{value: 1e18}(1);
        vm.expectRevert(refusal);
        market.declareNeed(0, 1);
        vm.expectRevert(refusal);
        market.declareTarget(_word(0, 1, 0, 0));
        market.withdraw(1e18);
        elecoin.approve(address(market), 1e18);
        market.deposit(1e18);
        market.redeemToken(5e18);
        assertEq(market.account(bea).deposit, 0, "all out");
    }

    function test_StrangersAreNotMembers() external {
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.NotRegistered.selector,
            stranger
        );
        vm.startPrank(ADMIN);
        vm.expectRevert(refusal);
        market.revoke(stranger);
        vm.expectRevert(refusal);
        market.installMeter(stranger, stranger, 0, 0, 3);
        vm.stopPrank();
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        market.buyToken(1);
        vm.expectRevert(refusal);
        market.declareNeed(0, 1);
        vm.expectRevert(refusal);
        market.declareTarget(_word(0, 1, 0, 0));
    }

    function test_InstallMeter() external {
        vm.warp(_start(3) + 1);
        vm.expectEmit(address(market));
        emit IMarketEvents.MeterInstalled(ann, stranger, 500, 600, 2);
        vm.startPrank(ADMIN);
        market.installMeter(ann, stranger, 500, 600, 2);
        Registers memory r = market.registers(ann);
        assertEq(abi.encode(r), abi.encode(Registers(500, 600, 3, 3, 2, RATED)), "registers");
        assertEq(market.meterOf(ann), stranger, "meter");
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.installMeter(ann, address(0), 0, 0, 3);
        for (uint8 bad = 0; bad < 8; bad += 4) {
            vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotInstalled.selector, ann, bad));
            market.installMeter(ann, stranger, 0, 0, bad);
        }
    }

    function test_ANewMeterNeverReadsAPeriodAgain() external {
        vm.warp(_start(1));
        _read(ann, 0, 100, 0);
        vm.prank(ADMIN);
        market.installMeter(ann, _meter(ann), 0, 0, 3);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, ann, uint24(0)));
        vm.prank(_meter(ann));
        market.generation(ann, 0, 100);
    }

    function testFuzz_AccountsArePaged(uint256 offset, uint256 limit) external view {
        address[4] memory all = [ann, bea, sam, bob];
        if (offset % 2 == 0) offset %= 7;
        if (limit % 2 == 0) limit %= 7;
        address[] memory page = market.accounts(offset, limit);
        uint256 left = offset < 4 ? 4 - offset : 0;
        assertEq(page.length, left < limit ? left : limit, "length");
        for (uint256 i; i < page.length; i++) {
            assertEq(page[i], all[offset + i], "member");
        }
    }
}
