// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Slot} from "contracts/interfaces/IElectricityTrading.sol";
import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Reading, Readings} from "contracts/libraries/Readings.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";
import {Vm} from "./utils/Vm.sol";

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

/// @notice Readings that are signed, attested and proved; disputes and corrections.
contract ReadingsTest is MarketFixture {
    uint256 private constant METER_KEY = 0x3E7E2;
    uint256 private constant ATTESTOR_KEY = 0xA77;
    uint8 private constant COMPLETE = 15; // with a declaration and both registers
    uint8 private constant QUARANTINED = 128;

    function setUp() public override {
        super.setUp();
        address[4] memory who = [ann, bea, sam, bob];
        vm.startPrank(ADMIN);
        for (uint256 i; i < 4; i++) {
            market.installMeter(who[i], vm.addr(METER_KEY + i), 1000, 2000, 3);
        }
        market.setAttestor(vm.addr(ATTESTOR_KEY), 60 days);
        vm.stopPrank();
        _declare(ann, 0, 900, 100_000, 0);
        _declare(bea, 0, -700, 400_000, 450_000);
        vm.warp(_start(1));
    }

    function _packed(
        uint256 period,
        uint256 generation,
        uint256 consumption,
        uint256 quality
    ) private pure returns (uint256) {
        return (quality << 152) | (period << 128) | (generation << 64) | consumption;
    }

    function _digestOf(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("wattmarket ElectricityTrading"),
                keccak256("1"),
                block.chainid,
                address(market)
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    function _readingDigest(address who, uint256 word) private view returns (bytes32) {
        return
            _digestOf(
                keccak256(
                    abi.encode(
                        keccak256(
                            "Reading(address account,uint24 period,uint64 generation,uint64 consumption,uint8 quality)"
                        ),
                        who,
                        uint24(word >> 128),
                        uint64(word >> 64),
                        uint64(word),
                        uint8(word >> 152)
                    )
                )
            );
    }

    function _signed(
        uint256 key,
        address who,
        uint256 word
    ) private view returns (Signature memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, _readingDigest(who, word));
        return Signature(r, bytes32((uint256(v - 27) << 255) | uint256(s)));
    }

    function _attested(bytes32 structHash) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(ATTESTOR_KEY, _digestOf(structHash));
        return abi.encodePacked(r, s, v);
    }

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
