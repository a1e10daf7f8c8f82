// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IOriginCertificates, Plant, Technology} from "contracts/interfaces/IOriginCertificates.sol";
import {IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Certificates of origin: from verified generation, once, and never beside Wattcoin.
contract OriginCertificatesTest is OrdersFixture {
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

    /* ----------------------------------------------------- plants ------------------------------------------------- */

    function test_OnlyTheAdministratorRegisters() external {
        vm.startPrank(stranger);
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.OnlyAdministrator.selector, stranger)
        );
        origin.register(ann, Technology.Solar, false);
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.OnlyAdministrator.selector, stranger)
        );
        origin.end(ann);
        vm.startPrank(ADMIN);
        vm.expectRevert(IOriginCertificates.UnknownTechnology.selector);
        origin.register(ann, Technology.None, false);
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.UnknownAccount.selector, stranger)
        );
        origin.register(stranger, Technology.Wind, false);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.NotAPlant.selector, ann));
        origin.end(ann);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.NotAPlant.selector, ann));
        origin.release(ann);
    }

    function test_ARegistrationHoldsFromTheNextPeriod(uint256 when) external {
        when = bound(when, block.timestamp, T0 + 5 * L);
        vm.warp(when);
        uint24 first = when < T0 ? 0 : uint24((when - T0) / L + 1);
        vm.expectEmit(address(origin));
        emit IOriginCertificates.PlantRegistered(ann, Technology.Wind, NORTH, false, first);
        _plant(ann, Technology.Wind, false);
        Plant memory plant = Plant(first, type(uint24).max, NORTH, Technology.Wind, false);
        assertEq(abi.encode(origin.plantOf(ann)), abi.encode(plant), "plant");
        if (first == 0) return;
        vm.expectRevert(
            abi.encodeWithSelector(
                IOriginCertificates.NotRegisteredFor.selector,
                ann,
                first - 1,
                first,
                type(uint24).max
            )
        );
        origin.issue(ann, first - 1);
    }

    function test_ACertifiedPlantIsRegisteredOnce() external {
        _plant(ann, Technology.Solar, false);
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.AlreadyRegistered.selector, ann)
        );
        _plant(ann, Technology.Solar, true);
        // One that loses its support is certified from then on.
        _plant(sam, Technology.Wind, true);
        vm.warp(T0 + 10);
        _plant(sam, Technology.Wind, false);
        assertEq(origin.plantOf(sam).fromPeriod, 1, "from the next period");
    }

    /// @dev Whoever leaves earns Wattcoin again when all that was certified is closed, not before.
    function test_LeavingWaitsForTheLastCertifiedPeriod() external {
        _plant(ann, Technology.Solar, false);
        _openTrading(ann, bea, 0, 1000, 200_000);
        origin.issue(ann, 0);
        uint24 last = uint24((block.timestamp - T0) / L);
        vm.expectEmit(address(origin));
        emit IOriginCertificates.PlantEnded(ann, last + 1);
        vm.prank(ADMIN);
        origin.end(ann);
        assertEq(origin.plantOf(ann).endPeriod, last + 1, "the present one is the last");
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.AlreadyEnded.selector, ann, last + 1)
        );
        vm.prank(ADMIN);
        origin.end(ann);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOriginCertificates.NotRegisteredFor.selector,
                ann,
                last + 1,
                0,
                last + 1
            )
        );
        origin.issue(ann, last + 1);
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.NotYetClosed.selector, ann, 0, last + 1)
        );
        origin.release(ann);
        vm.warp(_closingTime(last));
        _close(ann, last);
        vm.expectEmit(address(market));
        emit IMarketEvents.CertifiedSet(ann, false);
        origin.release(ann);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.NotAPlant.selector, ann));
        origin.issue(ann, 1);
        // A second registration certifies nothing again.
        _plant(ann, Technology.Solar, false);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.AlreadyIssued.selector, ann, 0));
        origin.issue(ann, 0);
    }

    function test_ASupportedPlantLeavesLikewise() external {
        _plant(ann, Technology.Solar, true);
        vm.expectRevert(
            abi.encodeWithSelector(
                IOriginCertificates.NotYetClosed.selector,
                ann,
                0,
                type(uint24).max
            )
        );
        origin.release(ann);
        vm.prank(ADMIN);
        origin.end(ann);
        // Before period 0 nothing is open.
        vm.expectEmit(address(origin));
        emit IOriginCertificates.PlantReleased(ann);
        origin.release(ann);
        assertTrue(origin.plantOf(ann).technology == Technology.None, "no plant");
    }

    /* ---------------------------------------------------- issuing ------------------------------------------------- */

    function test_IssuedFromTheReading(uint32 generated, uint32 consumed) external {
        (generated, consumed) = (
            uint32(bound(generated, 1, SCALE)),
            uint32(bound(consumed, 0, SCALE))
        );
        _plant(ann, Technology.Solar, false);
        vm.warp(_start(1));
        _read(ann, 0, generated, consumed);
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.NotYetFinal.selector, 0, _readingDeadline(0))
        );
        origin.issue(ann, 0);
        vm.warp(_readingDeadline(0));
        vm.expectEmit(address(origin));
        emit IOriginCertificates.Issued(ann, 0, _id(0), generated);
        vm.prank(stranger);
        (uint256 id, uint256 energyWh) = origin.issue(ann, 0);
        assertEq(id, _id(0), "id");
        assertEq(energyWh, generated, "energy");
        assertEq(certificates.balanceOf(ann, id), generated, "balance");
        assertTrue(origin.issued(ann, 0), "issued");
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.AlreadyIssued.selector, ann, 0));
        origin.issue(ann, 0);
    }

    function test_NoCertificatesOfASupportedPlant() external {
        _plant(ann, Technology.Solar, true);
        _openTrading(ann, bea, 0, 1000, 200_000);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.SupportedPlant.selector, ann));
        origin.issue(ann, 0);
        _buyTokens(bea, 5e18);
        vm.expectRevert(abi.encodeWithSelector(IOriginCertificates.SupportedPlant.selector, ann));
        vm.prank(bea);
        origin.tradeGreen(ann, 0, 100, 1, 1e18, block.timestamp);
        // Its energy is sold as before, and counts for Wattcoin.
        _trade(bea, ann, 0, 100);
        vm.warp(_closingTime(0));
        _close(ann, 0);
        assertEq(market.account(ann).remainderWh, 100, "counts for Wattcoin");
    }

    function test_NothingFromReadingsThatAreNone() external {
        _plant(ann, Technology.Solar, false);
        // No reading.
        vm.warp(_readingDeadline(0));
        _expectNotVerified(0);
        // One register of two.
        vm.warp(_start(2));
        vm.prank(_meter(ann));
        market.generation(ann, 1, 500);
        vm.warp(_readingDeadline(1));
        _expectNotVerified(1);
        // A reading that spans missed periods.
        vm.warp(_start(3));
        _read(ann, 2, 700, 5);
        vm.warp(_readingDeadline(2));
        _expectNotVerified(2);
        // Nothing generated.
        vm.warp(_start(4));
        _read(ann, 3, 0, 5);
        vm.warp(_readingDeadline(3));
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.NothingGenerated.selector, ann, 3)
        );
        origin.issue(ann, 3);
    }

    function test_NothingFromADisputedReading() external {
        _plant(ann, Technology.Solar, false);
        vm.warp(_start(1));
        _read(ann, 0, 500, 0);
        vm.prank(ADMIN);
        market.dispute(ann, 0);
        vm.warp(_readingDeadline(0));
        _expectNotVerified(0);
    }

    /// @dev A correction is possible from the closing on.
    function test_ACorrectionLowersWhatIsIssuedAfterIt(uint256 seed) external {
        int32 correction = int32(int256(bound(seed, 0, 1700)) - 1200);
        _plant(ann, Technology.Solar, false);
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        vm.warp(_closingTime(0));
        vm.startPrank(ADMIN);
        market.setAttestor(address(0), 60 days);
        market.correct(ann, 0, correction, 0, 1);
        vm.stopPrank();
        if (correction <= -1000) {
            vm.expectRevert(
                abi.encodeWithSelector(IOriginCertificates.NothingGenerated.selector, ann, 0)
            );
            origin.issue(ann, 0);
            return;
        }
        (, uint256 energyWh) = origin.issue(ann, 0);
        assertEq(int256(energyWh), correction < 0 ? 1000 + int256(correction) : int256(1000), "Wh");
    }

    function test_ACorrectionLowersItLater() external {
        _plant(ann, Technology.Solar, false);
        vm.warp(_start(1));
        _read(ann, 0, 1000, 0);
        vm.warp(_closingTime(0));
        vm.prank(ADMIN);
        market.correct(ann, 0, -400, 0, 1);
        vm.warp(_closingTime(0) + 1);
        (, uint256 energyWh) = origin.issue(ann, 0);
        assertEq(energyWh, 600, "Wh");
    }

    /// @dev Her meter has no register of generation, and says all that it is asked.
    function test_AConsumersReadingIsCompleteAndGeneratesNothing() external {
        vm.prank(ADMIN);
        market.installMeter(ann, _meter(ann), 0, 0, 2);
        _plant(ann, Technology.Solar, false);
        vm.warp(_start(1));
        vm.prank(_meter(ann));
        market.consumption(ann, 0, 9);
        vm.warp(_readingDeadline(0));
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.NothingGenerated.selector, ann, 0)
        );
        origin.issue(ann, 0);
    }

    function test_ThePeriodOfTheFirstSecondHasBegun() external {
        vm.warp(T0);
        _plant(ann, Technology.Solar, false);
        assertEq(origin.plantOf(ann).fromPeriod, 1, "from the next");
    }

    function _expectNotVerified(uint24 period) private {
        vm.expectRevert(
            abi.encodeWithSelector(IOriginCertificates.NotVerified.selector, ann, period)
        );
        origin.issue(ann, period);
    }

    /// @dev The slots serve one period after another; what was issued stays issued, what was not is gone.
    function test_TheRingTurns() external {
        _plant(ann, Technology.Solar, false);
        for (uint256 t; t < 7; t++) {
            vm.warp(_start(t + 1));
            _read(ann, t, 100 + t, 3);
            vm.warp(_readingDeadline(t));
            if (t != 1) origin.issue(ann, uint24(t));
        }
        for (uint256 t; t < 7; t++) {
            if (t == 1) continue;
            vm.expectRevert(
                abi.encodeWithSelector(IOriginCertificates.AlreadyIssued.selector, ann, uint24(t))
            );
            origin.issue(ann, uint24(t));
        }
        // Period 6 has taken the place of period 1.
        _expectNotVerified(1);
        // T0 lies 2800 s into an hour: period 0 is alone in its hour, 1 to 4 share the next.
        assertEq(certificates.balanceOf(ann, _id(0)), 100, "the first hour");
        assertEq(certificates.balanceOf(ann, _id(4)), 102 + 103 + 104, "the second hour");
        assertEq(certificates.balanceOf(ann, _id(6)), 105 + 106, "the third hour");
    }

    /* ---------------------------------------------------- retiring ------------------------------------------------ */

    function test_RetiredOnce(uint256 first, uint256 second) external {
        _plant(ann, Technology.Solar, false);
        _openTrading(ann, bea, 0, 1000, 200_000);
        origin.issue(ann, 0);
        (uint256 id, uint256 issued) = (_id(0), 1007);
        first = bound(first, 0, issued);
        second = bound(second, 0, issued);
        vm.expectEmit(address(origin));
        emit IOriginCertificates.ClaimSingle(ann, ann, 1, id, first, "heat pump, 12 January");
        vm.prank(ann);
        origin.retire(id, first, "heat pump, 12 January");
        assertEq(certificates.balanceOf(ann, id), issued - first, "burnt");
        assertEq(origin.claimedBalanceOf(ann, id), first, "claimed");
        if (first + second > issued) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IERC1155Errors.ERC1155InsufficientBalance.selector,
                    ann,
                    issued - first,
                    second,
                    id
                )
            );
        }
        vm.prank(ann);
        origin.retire(id, second, "");
        bool both = first + second <= issued;
        assertEq(origin.claimedBalanceOf(ann, id), both ? first + second : first, "claimed");
    }

    /* ------------------------------------------------------- ids -------------------------------------------------- */

    function test_IdsArePartsAndBack(uint32 hour, uint16 zone, uint8 technology) external view {
        technology = uint8(bound(technology, 0, uint256(uint8(type(Technology).max))));
        uint256 id = origin.idOf(hour, zone, Technology(technology));
        (uint32 hour_, uint16 zone_, Technology technology_) = origin.partsOf(id);
        assertEq(hour_, hour, "hour");
        assertEq(zone_, zone, "zone");
        assertEq(uint8(technology_), technology, "technology");
        assertEq(id >> 56, 0, "nothing above");
    }

    function test_TheHourIsThatOfThePeriodsStart(uint24 period) external view {
        assertEq(origin.hourOf(period), (T0 + uint256(period) * 900) / 3600, "hour");
    }

    function test_SaysWhatItIs() external view {
        IERC165 it = IERC165(address(origin));
        assertTrue(it.supportsInterface(type(IERC1155).interfaceId), "ERC-1155");
        assertTrue(it.supportsInterface(type(IERC165).interfaceId), "ERC-165");
        assertTrue(it.supportsInterface(type(IOriginCertificates).interfaceId), "its own");
        assertTrue(!it.supportsInterface(0xffffffff), "not everything");
    }
}
