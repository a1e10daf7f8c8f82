// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {ReadingsFixture} from "./utils/ReadingsFixture.sol";

/// @notice Attested readings at their limits, and what is said of them.
contract AttestedRefusalsTest is ReadingsFixture {
    function _dense(uint256 place, uint256 g, uint256 c) private pure returns (uint256) {
        return ((g << 40) | c) << (80 * place);
    }

    function _attestation(
        uint256 period,
        uint256[] memory words
    ) private view returns (bytes memory) {
        return
            _attested(
                keccak256(
                    abi.encode(
                        keccak256("Attestation(uint24 period,uint32 firstGroup,bytes32 words)"),
                        period,
                        0,
                        keccak256(abi.encodePacked(words))
                    )
                )
            );
    }

    function _rooted(uint256 period, bytes32 root) private view returns (bytes memory) {
        return
            _attested(
                keccak256(
                    abi.encode(keccak256("ReadingsRoot(uint24 period,bytes32 root)"), period, root)
                )
            );
    }

    /// @dev The second period: its words lie elsewhere in the ring than those of the first.
    function test_WhatIsAttestedAndRefusedIsSaid() external {
        vm.warp(_start(2));
        uint256[] memory words = new uint256[](1);
        words[0] = _dense(0, 1907, 2007) | _dense(1, 1000, 2700) | (((1 << 80) - 1) << 160);
        bytes memory signature = _attestation(1, words);
        vm.expectEmit(address(market));
        emit IMarketEvents.ReadingsAttested(1, 0, 1);
        market.attestReadings(1, 0, words, signature);
        address[] memory who = new address[](2);
        (who[0], who[1]) = (sam, ann);
        vm.expectEmit(address(market));
        emit IMarketEvents.ReadingRefused(
            sam,
            uint256(1) << 128,
            abi.encodeWithSelector(IMarketEvents.NotAttested.selector, sam, 1)
        );
        market.applyReadings(1, who);
        assertEq(market.slot(ann, 1).generated, 907, "the other one counts");
        signature = _rooted(1, "root");
        vm.expectEmit(address(market));
        emit IMarketEvents.ReadingsRootAttested(1, "root");
        market.attestRoot(1, "root", signature);
        vm.expectEmit(address(market));
        emit IMarketEvents.AttestorSet(stranger, 7 days);
        vm.prank(ADMIN);
        market.setAttestor(stranger, 7 days);
    }

    function test_AMemberWithoutAMeterHasNoReading() external {
        vm.prank(ADMIN);
        market.empower(stranger, bytes32(0), NORTH, false, true, RATED);
        uint256[] memory words = new uint256[](2);
        words[1] = _dense(1, 5, 5);
        market.attestReadings(0, 0, words, _attestation(0, words));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotInstalled.selector, stranger, 0));
        market.applyReading(0, stranger);
    }

    function test_ARootAndARelayedReadingComeInTime() external {
        uint256 word = _packed(0, 1907, 2007, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(METER_KEY, _readingDigest(ann, word));
        bytes memory root = _rooted(0, "root");
        vm.warp(_readingDeadline(0));
        bytes memory late = abi.encodeWithSelector(
            IMarketEvents.OutsideWindow.selector,
            0,
            _start(1),
            _readingDeadline(0)
        );
        vm.expectRevert(late);
        market.attestRoot(0, "root", root);
        vm.expectRevert(late);
        market.relayReadingOf(ann, word, vm.addr(METER_KEY), abi.encodePacked(r, s, v));
        vm.warp(_readingDeadline(0) - 1);
        market.attestRoot(0, "root", root);
        market.relayReadingOf(ann, word, vm.addr(METER_KEY), abi.encodePacked(r, s, v));
        assertEq(market.slot(ann, 0).generated, 907, "in time");
    }

    /// @dev A meter that is taken off signs for nobody any more.
    function test_AFormerMeterSignsNothing() external {
        address former = vm.addr(METER_KEY);
        vm.prank(ADMIN);
        market.installMeter(ann, _meter(ann), 1000, 2000, 3);
        uint256 word = _packed(1, 1907, 2007, 0);
        vm.warp(_start(2));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(METER_KEY, _readingDigest(ann, word));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, ann, former));
        market.relayReadingOf(ann, word, former, abi.encodePacked(r, s, v));
    }

    function test_WhoIsNoMemberDisputesAndCorrectsNothing() external {
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.NotRegistered.selector,
            stranger
        );
        vm.expectRevert(refusal);
        vm.prank(stranger);
        market.dispute(stranger, 0);
        vm.warp(_closingTime(0));
        vm.expectRevert(refusal);
        vm.prank(vm.addr(ATTESTOR_KEY));
        market.correct(stranger, 0, 0, 0, 1);
    }

    /// @dev One Wh more than the rating gives, because registers are cut to whole Wh.
    function test_ACorrectionReachesTheRating() external {
        vm.warp(_closingTime(0));
        vm.startPrank(vm.addr(ATTESTOR_KEY));
        market.correct(ann, 0, int32(int256(SCALE)) + 1, -int32(int256(SCALE)) - 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.AboveRating.selector, ann, SCALE + 2, SCALE + 1)
        );
        market.correct(ann, 0, 0, -1, 1);
    }
}
