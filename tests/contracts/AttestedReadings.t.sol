// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Readings} from "contracts/libraries/Readings.sol";
import {ReadingsFixture} from "./utils/ReadingsFixture.sol";

/// @notice Readings of many meters under one signature; disputes and corrections.
contract AttestedReadingsTest is ReadingsFixture {
    /* ---------------------------------------------------- attested ----------------------------------------------- */

    function _dense(uint256 place, uint256 g, uint256 c) private pure returns (uint256) {
        return ((g << 40) | c) << (80 * place);
    }

    function _attest(uint256 period, uint256[] memory words) private {
        market.attestReadings(
            uint24(period),
            0,
            words,
            _attested(
                keccak256(
                    abi.encode(
                        keccak256("Attestation(uint24 period,uint32 firstGroup,bytes32 words)"),
                        period,
                        0,
                        keccak256(abi.encodePacked(words))
                    )
                )
            )
        );
    }

    function test_DenseReadingsCountWhenApplied() external {
        // ann, bea and sam are a group; bob is the first of the next, and sam did not answer.
        uint256[] memory words = new uint256[](2);
        words[0] = _dense(0, 1907, 2007) | _dense(1, 1000, 2700) | (((1 << 80) - 1) << 160);
        words[1] = _dense(0, 1000, 2001);
        _attest(0, words);
        assertEq(market.slot(ann, 0).flags, 4, "not yet");
        address[] memory who = new address[](4);
        (who[0], who[1], who[2], who[3]) = (ann, sam, bea, bob);
        vm.warp(_readingDeadline(0));
        vm.expectEmit(address(market));
        emit IMarketEvents.MeterReading(ann, 0, 1907, 2007, 907, 7, 0);
        vm.prank(stranger);
        market.applyReadings(0, who);
        assertEq(market.slot(ann, 0).generated, 907, "ann");
        assertEq(market.slot(bea, 0).consumed, 700, "bea");
        assertEq(market.slot(bob, 0).consumed, 1, "bob");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotAttested.selector, sam, 0));
        market.applyReading(0, sam);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, ann, 0));
        market.applyReading(0, ann);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotRegistered.selector, stranger));
        market.applyReading(0, stranger);
    }

    function test_DenseReadingsAreSignedOnceAndInTime() external {
        uint256[] memory words = new uint256[](1);
        words[0] = _dense(0, 1907, 2007) | _dense(1, 1000, 2700) | _dense(2, 1000, 2000);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NotAttestor.selector, vm.addr(ATTESTOR_KEY))
        );
        market.attestReadings(0, 0, words, new bytes(65));
        _attest(0, words);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyAttested.selector, 0, 0));
        this.attest(0, words);
        // The next period's words take another place of the ring, and are not this one's.
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotAttested.selector, ann, 5));
        market.applyReading(5, ann);
        words[0] |= 1 << 240;
        vm.expectRevert(abi.encodeWithSelector(Readings.MalformedReading.selector, words[0]));
        this.attest(0, words);
        vm.warp(_readingDeadline(0));
        words[0] = 0;
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.OutsideWindow.selector,
                0,
                _start(1),
                _readingDeadline(0)
            )
        );
        this.attest(0, words);
        // What arrived in time may be applied until trading ends.
        vm.warp(_tradingEnd(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.OutsideWindow.selector,
                0,
                _start(1),
                _tradingEnd(0)
            )
        );
        market.applyReading(0, ann);
    }

    /// @dev External, so that a revert can be expected after the attestor signed.
    function attest(uint256 period, uint256[] memory words) external {
        _attest(period, words);
    }

    function test_AReadingIsProvedUnderTheRoot() external {
        uint256 first = _packed(0, 1907, 2007, 0);
        uint256 second = _packed(0, 1000, 2700, 1);
        bytes32 a = Readings.leaf(Readings.unpack(ann, first));
        bytes32 b = Readings.leaf(Readings.unpack(bea, second));
        bytes32 root = a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
        bytes memory signature = _attested(
            keccak256(abi.encode(keccak256("ReadingsRoot(uint24 period,bytes32 root)"), 0, root))
        );
        market.attestRoot(0, root, signature);
        assertEq(market.readingsRoot(0), root, "root");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyAttested.selector, 0, 0));
        market.attestRoot(0, root, signature);
        bytes32[] memory proof = new bytes32[](1);
        proof[0] = b;
        vm.warp(_readingDeadline(0));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotAttested.selector, ann, 0));
        market.applyProvedReading(ann, first + 1, proof);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotAttested.selector, sam, 0));
        market.applyProvedReading(sam, first, proof);
        market.applyProvedReading(ann, first, proof);
        proof[0] = a;
        market.applyProvedReading(bea, second, proof);
        assertEq(market.tradeable(bea, 0), 700, "tradeable");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, bea, 0));
        market.applyProvedReading(bea, second, proof);
    }

    /* ------------------------------------------------- wrong readings -------------------------------------------- */

    function test_ADisputedPeriodIsTheGrids() external {
        uint256 word = _packed(0, 1900, 2000, 0);
        market.relayReading(ann, word, _signed(METER_KEY, ann, word));
        assertEq(market.tradeable(ann, 0), 900, "before");
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NotDisputable.selector, ann, stranger)
        );
        vm.prank(stranger);
        market.dispute(ann, 0);
        vm.expectEmit(address(market));
        emit IMarketEvents.Disputed(0, ann, ann);
        vm.prank(ann);
        market.dispute(ann, 0);
        assertEq(market.tradeable(ann, 0), 0, "after");
        assertEq(market.slot(ann, 0).flags, COMPLETE | QUARANTINED, "flags");
        // A dispute may come before the reading; afterwards it is too late for one.
        vm.prank(vm.addr(METER_KEY + 1));
        market.dispute(bea, 0);
        word = _packed(0, 1000, 2700, 0);
        market.relayReading(bea, word, _signed(METER_KEY + 1, bea, word));
        assertEq(market.tradeable(bea, 0), 0, "nor does a later reading change it");
        vm.warp(_readingDeadline(0));
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.OutsideWindow.selector,
                0,
                _start(1),
                _readingDeadline(0)
            )
        );
        vm.prank(ADMIN);
        market.dispute(sam, 0);
        // It counts for the reputation as a missing one.
        vm.warp(_closingTime(0));
        _close(ann, 0);
        (, uint256 sum) = ledger.deviation(ann, 0);
        assertEq(sum, 2 * WAD, "the worst");
    }

    /// @dev From −SCALE to SCALE.
    function _within(int32 x) private pure returns (int32) {
        uint256 shifted = bound(uint256(int256(x) + 2 ** 31), 0, 2 * SCALE);
        return int32(int256(shifted) - int256(SCALE));
    }

    function testFuzz_CorrectionsAreGridLines(int32 more, int32 less) external {
        more = _within(more);
        less = _within(less);
        uint256 word = _packed(0, 1900, 2000, 0);
        market.relayReading(ann, word, _signed(METER_KEY, ann, word));
        address attestor = vm.addr(ATTESTOR_KEY);
        vm.startPrank(attestor);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.OutsideWindow.selector,
                0,
                _closingTime(0),
                _closingTime(0) + 60 days
            )
        );
        market.correct(ann, 0, more, less, 1);
        vm.warp(_closingTime(0) + 60 days - 1);
        bytes memory before = abi.encode(market.slot(ann, 0), market.account(ann));
        vm.expectEmit(address(market));
        emit IMarketEvents.Corrected(0, ann, more, less, int64(less) - more, 3);
        market.correct(ann, 0, more, less, 3);
        assertEq(
            abi.encode(market.slot(ann, 0), market.account(ann)),
            before,
            "settled trades stand"
        );
        (int32 generatedWh, int32 consumedWh, uint8 count) = market.correctionOf(ann, 0);
        assertEq(int256(generatedWh), int256(more), "generated");
        assertEq(int256(consumedWh), int256(less), "consumed");
        assertEq(count, 1, "once");
        // Corrections together stay within the rating.
        int32 back = more > 0 ? int32(int256(SCALE)) : -int32(int256(SCALE));
        if (more > 1 || more < -1) {
            vm.expectRevert(
                abi.encodeWithSelector(
                    IMarketEvents.AboveRating.selector,
                    ann,
                    SCALE + uint256(int256(more < 0 ? -more : more)),
                    SCALE + 1
                )
            );
            market.correct(ann, 0, back, 0, 1);
        }
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.ReasonRequired.selector, ann));
        market.correct(ann, 0, 0, 0, 0);
        vm.stopPrank();
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotAttestor.selector, ADMIN));
        vm.prank(ADMIN);
        market.correct(ann, 0, 0, 0, 1);
    }

    function test_WithoutAnAttestorTheAdministratorCorrects() external {
        vm.prank(ADMIN);
        market.setAttestor(address(0), 7 days);
        (address attestor, uint32 window) = market.attestor();
        assertEq(attestor, address(0), "none");
        assertEq(window, 7 days, "settable");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotAttestor.selector, address(0)));
        market.attestRoot(0, bytes32(uint256(1)), new bytes(65));
        vm.warp(_closingTime(0));
        vm.prank(ADMIN);
        market.correct(bob, 0, 0, 5, 2);
        (, int32 consumedWh, ) = market.correctionOf(bob, 0);
        assertEq(int256(consumedWh), 5, "corrected");
    }
}
