// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Slot} from "contracts/interfaces/IElectricityTrading.sol";
import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Readings} from "contracts/libraries/Readings.sol";
import {Vm} from "./utils/Vm.sol";
import {ReadingsFixture} from "./utils/ReadingsFixture.sol";

/// @notice A meter that is a contract: it signs whatever its owner's key signed.
contract ContractMeter {
    address private immutable _owner;

    constructor(address owner_) {
        _owner = owner_;
    }

    function isValidSignature(
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bytes4) {
        (bytes32 r, bytes32 s, uint8 v) = abi.decode(signature, (bytes32, bytes32, uint8));
        return ecrecover(digest, v, r, s) == _owner ? bytes4(0x1626ba7e) : bytes4(0);
    }
}

/// @notice Readings that the meter signs, and what they may show.
contract ReadingsTest is ReadingsFixture {
    /* ----------------------------------------------------- signed ------------------------------------------------ */

    function testFuzz_ARelayedReadingCountsLikeTheMetersOwn(
        uint32 generated,
        uint32 consumed,
        bool estimated
    ) external {
        generated = uint32(bound(generated, 0, SCALE + 1));
        consumed = uint32(bound(consumed, 0, SCALE + 1));
        uint256 word = _packed(
            0,
            1000 + uint256(generated),
            2000 + uint256(consumed),
            estimated ? 1 : 0
        );
        Signature memory signature = _signed(METER_KEY, ann, word);
        vm.expectEmit(address(market));
        emit IMarketEvents.MeterReading(
            ann,
            0,
            1000 + uint64(generated),
            2000 + uint64(consumed),
            generated,
            consumed,
            estimated ? 1 : 0
        );
        vm.prank(stranger);
        market.relayReading(ann, word, signature);
        Slot memory s = market.slot(ann, 0);
        assertEq(s.generated, generated, "generated");
        assertEq(s.consumed, consumed, "consumed");
        assertEq(s.flags, COMPLETE, "flags");
        assertEq(market.registers(ann).generation, 1000 + uint64(generated), "register");
        // The register is the nonce.
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, ann, 0));
        market.relayReading(ann, word, signature);
    }

    function test_OnlyTheAccountsMeterSigns() external {
        uint256 word = _packed(0, 1100, 2000, 0);
        Signature memory other = _signed(METER_KEY + 1, ann, word);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, ann, vm.addr(METER_KEY + 1))
        );
        market.relayReading(ann, word, other);
        // A reading of one account is none of another's, nor one of this period of the next.
        Signature memory hers = _signed(METER_KEY, ann, word);
        (bool done, ) = address(market).call(
            abi.encodeCall(market.relayReading, (bea, word, hers))
        );
        assertTrue(!done, "another account");
        (done, ) = address(market).call(abi.encodeCall(market.relayReading, (ann, word + 1, hers)));
        assertTrue(!done, "another register");
        // A replaced meter reads nothing more.
        vm.prank(ADMIN);
        market.installMeter(ann, stranger, 1000, 2000, 3);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, ann, vm.addr(METER_KEY))
        );
        market.relayReading(ann, word, hers);
    }

    function test_AMeterOfConsumptionAloneSigns() external {
        vm.prank(ADMIN);
        market.installMeter(ann, vm.addr(METER_KEY), 0, 2000, 2);
        vm.warp(_start(2));
        uint256 word = _packed(1, 0, 2300, 0);
        market.relayReading(ann, word, _signed(METER_KEY, ann, word));
        assertEq(market.slot(ann, 1).consumed, 300, "consumed");
        assertEq(market.slot(ann, 1).generated, 0, "generated");
    }

    function test_WhatAReadingMayShow() external {
        uint256 word = _packed(0, 999, 2000, 0);
        Signature memory signature = _signed(METER_KEY, ann, word);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.RegisterFell.selector, ann, 999, 1000)
        );
        market.relayReading(ann, word, signature);
        word = _packed(0, 1000 + SCALE + 2, 2000, 0);
        signature = _signed(METER_KEY, ann, word);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.AboveRating.selector, ann, SCALE + 2, SCALE + 1)
        );
        market.relayReading(ann, word, signature);
        word = _packed(0, 1000, 2000, 2);
        vm.expectRevert(abi.encodeWithSelector(Readings.MalformedReading.selector, word));
        market.relayReading(ann, word, signature);
        word = _packed(1, 1000, 2000, 0);
        signature = _signed(METER_KEY, ann, word);
        vm.expectRevert(
            abi.encodeWithSelector(
                IMarketEvents.OutsideWindow.selector,
                1,
                _start(2),
                _readingDeadline(1)
            )
        );
        market.relayReading(ann, word, signature);
    }

    function test_AMeterMayBeAContract() external {
        address meter = address(new ContractMeter(vm.addr(METER_KEY)));
        vm.warp(_start(0));
        vm.prank(ADMIN);
        market.installMeter(ann, meter, 1000, 2000, 3);
        vm.warp(_start(1));
        uint256 word = _packed(0, 1907, 2007, 0);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(METER_KEY, _readingDigest(ann, word));
        market.relayReadingOf(ann, word, meter, abi.encode(r, s, v));
        assertEq(market.slot(ann, 0).generated, 907, "read");
        (v, r, s) = vm.sign(METER_KEY + 1, _readingDigest(bea, word));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotMeterOf.selector, bea, meter));
        market.relayReadingOf(bea, word, meter, abi.encode(r, s, v));
    }

    function test_AFailingItemNeverBlocksABatch() external {
        address[] memory who = new address[](4);
        (who[0], who[1], who[2], who[3]) = (ann, bea, sam, bob);
        uint256[] memory words = new uint256[](4);
        Signature[] memory signatures = new Signature[](4);
        for (uint256 i; i < 4; i++) {
            words[i] = _packed(0, i == 2 ? 1 : 1500, 2100, 0);
            signatures[i] = _signed(METER_KEY + i, who[i], words[i]);
        }
        signatures[1] = Signature(0, 0);
        vm.recordLogs();
        market.relayReadings(who, words, signatures);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 4, "each says what became of it");
        assertEq(logs[0].topics[0], IMarketEvents.MeterReading.selector, "ann");
        assertEq(logs[1].topics[0], IMarketEvents.ReadingRefused.selector, "no signature");
        assertEq(logs[2].topics[0], IMarketEvents.ReadingRefused.selector, "a register that fell");
        assertEq(logs[3].topics[0], IMarketEvents.MeterReading.selector, "bob");
        (, bytes memory why) = abi.decode(logs[2].data, (uint256, bytes));
        assertEq(
            why,
            abi.encodeWithSelector(IMarketEvents.RegisterFell.selector, sam, 1, 1000),
            "why"
        );
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.LengthMismatch.selector, 4, 3, 4));
        market.relayReadings(who, new uint256[](3), signatures);
    }
}
