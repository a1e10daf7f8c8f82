// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {OracleTerms, SupplyTerms} from "contracts/interfaces/OracleTypes.sol";
import {SupplyRule} from "contracts/libraries/SupplyRule.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @notice The cap on elecoins follows the posted price, within its bounds, and only stops minting.
contract SupplyTest is MarketFixture {
    int64 private constant PER_EPOCH = 20_000e9;
    int64 private constant LEAST_CHANGE = -50_000e9;
    /// @dev A need, and the price that is best for it.
    uint256 private constant LARGE = 15e18;
    uint256 private constant PROVED = 1_050_000;
    int64 private constant MOST_CHANGE = 30_000e9;

    function _oracleTerms() internal pure override returns (OracleTerms memory terms) {
        terms = super._oracleTerms();
        terms.supply = SupplyTerms({
            gain: 1e18,
            base: uint128(CAP),
            mostPerEpoch: PER_EPOCH,
            least: LEAST_CHANGE,
            most: MOST_CHANGE
        });
    }

    function _postPrice(uint256 epoch, uint256 ticks) private returns (int64 change) {
        _needed(epoch, 1e18);
        change = oracle.supplyChangeAt(ticks * TICK);
        _post(Feed.Elecoin, epoch, _valueAt(ticks));
    }

    function testFuzz_TheRule(uint128 gain, uint128 base, int64 most, uint32 ticks) external pure {
        most = int64(int256(bound(uint256(uint64(most)), 0, uint64(type(int64).max))));
        uint256 target = 1.02e18;
        uint256 price = uint256(ticks) * TICK;
        uint256 scaled = SupplyRule.scale(gain, base);
        int64 change = SupplyRule.changeTowardsZero(scaled, uint64(most), price, target);
        assertTrue(change <= most && change >= -most, "within its bound");
        assertTrue(price >= target ? change >= 0 : change <= 0, "towards the target");
        uint256 size = uint64(change < 0 ? -change : change);
        uint256 error_ = price > target ? price - target : target - price;
        // The largest amount that the rule allows: size units fit, one more does not, unless the bound binds.
        assertEq(scaled, (uint256(gain) * base) / WAD, "gain times base");
        if (error_ == 0 || scaled <= type(uint256).max / error_) {
            assertLe(size * target * 1e9, scaled * error_, "rounded towards zero");
            if (size < uint64(most)) {
                assertTrue((size + 1) * target * 1e9 > scaled * error_, "to the unit");
            }
        } else {
            assertEq(size, uint64(most), "beyond all bounds");
        }
        int64 mirrored =
            price > 2 * target
                ? int64(0)
                : SupplyRule.changeTowardsZero(scaled, uint64(most), 2 * target - price, target);
        if (price <= 2 * target) assertEq(int256(mirrored), -int256(change), "odd");
    }

    function test_TheChangeIsChecked() external {
        _needed(0, 1e18);
        int64 right = oracle.supplyChangeAt(1_030_000 * TICK);
        // 1 % of the base, up to rounding.
        assertEq(int256(right), (int256(CAP / 1e9) * 10_000) / 1_020_000, "by hand");
        for (int64 off = -1; off < 2; off += 2) {
            uint256 word = (1_030_000 * TICK) | (uint256(uint64(right + off)) << 96);
            Report memory r = _report(Feed.Elecoin, 0, word);
            Signature[] memory s = _sign(r, 3);
            bytes memory certificate = _certificate(r);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IOracleEvents.WrongSupplyChange.selector,
                    int256(right + off),
                    int256(right)
                )
            );
            oracle.post(r, s, certificate);
        }
    }

    function test_TheCapMovesOnceThePriceIsFinal() external {
        int64 change = _postPrice(0, 1_030_000);
        assertEq(oracle.supplyChange(), 0, "it can still be challenged");
        assertEq(oracle.elecoinCap(CAP), CAP, "cap");
        vm.warp(block.timestamp + WINDOW);
        assertEq(oracle.supplyChange(), int256(change) * 1e9, "final");
        assertEq(oracle.elecoinCap(CAP), CAP + uint256(uint64(change)) * 1e9, "cap");
        change += _postPrice(1, 1_010_000);
        vm.warp(block.timestamp + WINDOW);
        assertEq(oracle.supplyChange(), int256(change) * 1e9, "they add up");
    }

    function _needed(uint256 epoch, uint256 needWei) private {
        vm.warp(_needDeadline(epoch) - 1);
        _declareNeed(bea, epoch, needWei);
        vm.warp(_needDeadline(epoch));
    }

    /// @dev The price and its change, as they are posted.
    function _valueAt(uint256 ticks) private view returns (uint256) {
        int64 change = oracle.supplyChangeAt(ticks * TICK);
        return (ticks * TICK) | (uint256(uint64(change)) << 96);
    }

    /// @dev The event says the change that was posted, and the sum of those that are final.
    function test_AProvedPriceMovesTheCapAtOnce() external {
        int256 first = int256(oracle.supplyChangeAt(PROVED * TICK)) * 1e9;
        int256 second = int256(oracle.supplyChangeAt(1_030_000 * TICK)) * 1e9;
        assertTrue(first != 0, "not the target");
        _needed(0, LARGE);
        uint256 value = _valueAt(PROVED);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.SupplyChanged(0, first, first);
        _postCertified(Feed.Elecoin, 0, value);
        assertEq(oracle.supplyChange(), first, "at once");
        _needed(1, 1e18);
        Report memory r = _report(Feed.Elecoin, 1, _valueAt(1_030_000));
        Signature[] memory s = _sign(r, 3);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.SupplyChanged(1, second, first);
        oracle.post(r, s, hex"03");
        assertEq(oracle.supplyChange(), first, "it waits");
        _needed(2, 1e18);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.SupplyChanged(2, 0, first + second);
        _postCertified(Feed.Elecoin, 2, 1_020_000 * TICK);
        assertEq(oracle.supplyChange(), first + second, "both");
        _needed(3, 1e18);
        vm.recordLogs();
        _postCertified(Feed.Elecoin, 3, 1_020_000 * TICK);
        assertEq(vm.getRecordedLogs().length, 1, "the posting, and no change to tell");
    }

    function test_AVoidedPriceMovesNothing() external {
        _postPrice(0, 1_030_000);
        Report memory r = _report(Feed.Elecoin, 0, _valueAt(1_030_000));
        oracle.refuteElecoin(r, needsOf[0], 1_020_000);
        vm.warp(block.timestamp + WINDOW);
        assertEq(oracle.supplyChange(), 0, "void");
        // Posted again, proved: at the target nothing changes.
        vm.warp(_needDeadline(0) + WINDOW);
        _postCertified(Feed.Elecoin, 0, 1_020_000 * TICK);
        assertEq(oracle.supplyChange(), 0, "the right price");
        for (uint256 i; i < 3; i++) {
            _bond(vm.addr(serverKeys[i]), STAKE);
        }
        int64 change = _postPrice(1, 1_010_000);
        vm.warp(block.timestamp + WINDOW);
        assertEq(oracle.supplyChange(), int256(change) * 1e9, "only the second");
    }

    function test_BoundsPerEpochAndInTotal() external {
        int256 total;
        for (uint256 epoch; epoch < 4; epoch++) {
            assertEq(int256(_postPrice(epoch, 1_050_000)), PER_EPOCH, "per epoch");
            total = total + PER_EPOCH > MOST_CHANGE ? int256(MOST_CHANGE) : total + PER_EPOCH;
            vm.warp(block.timestamp + WINDOW);
            assertEq(oracle.supplyChange(), total * 1e9, "in total");
        }
        for (uint256 epoch = 4; epoch < 9; epoch++) {
            assertEq(int256(_postPrice(epoch, 970_000)), -PER_EPOCH, "per epoch");
            total = total - PER_EPOCH < LEAST_CHANGE ? int256(LEAST_CHANGE) : total - PER_EPOCH;
            vm.warp(block.timestamp + WINDOW);
            assertEq(oracle.supplyChange(), total * 1e9, "in total");
        }
        assertEq(total, LEAST_CHANGE, "the floor");
        assertEq(oracle.elecoinCap(40_000e18), 0, "never below 0");
    }

    /// @dev What circulates above the cap stays, and redeems; only minting waits.
    function test_AFallingCapOnlyStopsMinting() external {
        vm.warp(_start(0));
        _buyTokens(bea, CAP);
        _postPrice(1, 970_000);
        vm.warp(_start(4));
        uint256 cap = oracle.elecoinCap(CAP);
        assertEq(cap, CAP - 20_000e18, "cap");
        assertEq(elecoin.totalSupply(), CAP, "nobody lost a coin");
        vm.deal(bob, 2);
        vm.prank(bob);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AboveCap.selector, CAP + 1, cap));
        market.buyToken{value: 2}(1);
        vm.prank(bea);
        market.redeemToken(20_001e18);
        vm.deal(bob, 2e18);
        vm.prank(bob);
        market.buyToken{value: 2e18}(1e18);
        assertEq(elecoin.totalSupply(), cap, "up to the cap again");
    }
}
