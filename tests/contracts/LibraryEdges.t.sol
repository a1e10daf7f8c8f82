// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Account, MarketState, Registers, Slot} from "contracts/interfaces/MarketTypes.sol";
import {PoolSettlement} from "contracts/libraries/PoolSettlement.sol";
import {OracleWord, PostingWords} from "contracts/libraries/PostingWords.sol";
import {Readings} from "contracts/libraries/Readings.sol";
import {Clockwork, Schedule, ScheduleLib} from "contracts/libraries/Schedule.sol";
import {SignatureCheck} from "contracts/libraries/SignatureCheck.sol";
import {MeterWord, SlotWord, StateWord, Words} from "contracts/libraries/Words.sol";
import {Test} from "./utils/Vm.sol";

/// @dev Answers whatever it was told, or fails with it.
contract Signer {
    bytes private answer;
    bool private fails;

    constructor(bytes memory answer_, bool fails_) {
        (answer, fails) = (answer_, fails_);
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes4) {
        (bytes memory said, bool failing) = (answer, fails);
        assembly ("memory-safe") {
            if failing {
                revert(add(said, 32), mload(said))
            }
            return(add(said, 32), mload(said))
        }
    }
}

/// @notice Words at their last bits, and numbers at their ends.
contract LibraryEdgesTest is Test {
    uint256 private constant ONES = type(uint256).max;
    uint256 private constant MOST_FEES = type(uint88).max;

    /* ------------------------------------------------------ words ------------------------------------------------ */

    /// @dev One register moves; not a bit of the others does.
    function test_ARegisterMovesAlone() external pure {
        Registers memory full = MeterWord.wrap(ONES).unpack();
        Registers memory r = MeterWord.wrap(ONES).withGeneration(0, 0).unpack();
        assertEq(r.generation, 0, "generation");
        assertEq(r.generationNext, 0, "its period");
        (r.generation, r.generationNext) = (full.generation, full.generationNext);
        assertEq(abi.encode(r), abi.encode(full), "the rest");
        r = MeterWord.wrap(ONES).withConsumption(0, 0).unpack();
        assertEq(r.consumption, 0, "consumption");
        assertEq(r.consumptionNext, 0, "its period");
        (r.consumption, r.consumptionNext) = (full.consumption, full.consumptionNext);
        assertEq(abi.encode(r), abi.encode(full), "the rest");
    }

    function test_ASlotsFieldsMoveAlone() external pure {
        Slot memory full = SlotWord.wrap(ONES).unpack();
        Slot memory s = SlotWord.wrap(ONES).withGenerated(0).unpack();
        assertEq(s.generated, 0, "generated");
        s.generated = full.generated;
        assertEq(abi.encode(s), abi.encode(full), "the rest");
        s = SlotWord.wrap(ONES).withConsumed(0).unpack();
        assertEq(s.consumed, 0, "consumed");
        s.consumed = full.consumed;
        assertEq(abi.encode(s), abi.encode(full), "the rest");
        s = SlotWord.wrap(ONES).withPrice(0).unpack();
        assertEq(s.price, 0, "price");
        s.price = full.price;
        assertEq(abi.encode(s), abi.encode(full), "the rest");
    }

    function test_AnIndexIsItsOwnBits() external pure {
        Account memory a;
        a.index = 5;
        assertEq(Words.pack(a).index(), 5, "index");
        (a.index, a.ratedPower, a.nextClose) = (0, type(uint32).max, type(uint24).max);
        assertEq(Words.pack(a).index(), 0, "none");
    }

    function test_ToleranceChangesWithItsPeriod() external pure {
        MarketState memory m;
        (m.toleranceBps, m.nextToleranceBps, m.fromPeriod) = (0x8003, 0x4005, 0x8A5003);
        (m.qualityThreshold, m.nextQualityThreshold, m.paused) = (0xff, 0xff, 0xff);
        StateWord word = Words.pack(m);
        assertEq(word.toleranceAt(0x8A5002), 0x8003, "before");
        assertEq(word.toleranceAt(0x8A5003), 0x4005, "from then on");
        assertEq(word.toleranceAt(0x8A5004), 0x4005, "after");
    }

    function withFees(uint256 network, uint256 levy) external pure returns (MarketState memory) {
        return Words.withFees(StateWord.wrap(0), 1, 1).withFees(network, levy).unpack();
    }

    /// @dev Fees fit into their 88 bits, or are no fees.
    function test_FeesFitOrAreRefused() external {
        MarketState memory m = this.withFees(MOST_FEES - 1, MOST_FEES - 1);
        assertEq(m.networkFees, MOST_FEES, "network");
        assertEq(m.levyFees, MOST_FEES, "levy");
        bytes memory panic = abi.encodeWithSignature("Panic(uint256)", 1);
        vm.expectRevert(panic);
        this.withFees(MOST_FEES, 0);
        vm.expectRevert(panic);
        this.withFees(0, MOST_FEES);
    }

    /// @dev Read back as it was written, beside the servers.
    function test_AnOraclesStateIsItsFields() external pure {
        OracleWord o = OracleWord.wrap(ONES).withServers(0x80000001, 23);
        o = o.withElecoin(-5, 0x800001, 0x800003, 0x80000005);
        assertEq(o.signerSet(), 0x80000001, "set");
        assertEq(o.serverCount(), 23, "servers");
        assertEq(int256(o.supply()), -5, "supply");
        assertEq(o.waiting(), 0x800001, "waiting");
        assertEq(o.lastElecoin(), 0x800003, "last");
        assertEq(o.lastElecoinTicks(), 0x80000005, "ticks");
        o = o.withElecoin(0, 0, 0, 0);
        assertEq(o.waiting() + o.lastElecoin() + o.lastElecoinTicks(), 0, "none");
        o = o.withElecoin(0, 0, type(uint24).max, 0);
        assertEq(o.waiting() + o.lastElecoinTicks(), 0, "the last alone");
    }

    /* ---------------------------------------------------- readings ----------------------------------------------- */

    function test_ADenseRegisterHasFortyBits() external pure {
        uint256 highest = 1 << 39;
        for (uint256 place; place < 3; place++) {
            uint256 word = ((highest << 40) | (highest - 1)) << (80 * place);
            (bool present, uint64 generation, uint64 consumption) = Readings.dense(word, place);
            assertTrue(present, "a reading");
            assertEq(generation, highest, "generation");
            assertEq(consumption, highest - 1, "consumption");
            (present, , ) = Readings.dense(((1 << 79) - 1) << (80 * place), place);
            assertTrue(present, "one bit is missing");
        }
    }

    function test_ATagIsNeverNothing() external pure {
        assertEq(Readings.tag(0) >> 240, 1, "the first");
        assertEq(Readings.tag(65_534) >> 240, 65_535, "the last");
        assertEq(Readings.tag(65_535) >> 240, 1, "the first again");
    }

    /* ------------------------------------------------------ time ------------------------------------------------- */

    function test_TheLeastRingIsRoundedUp() external pure {
        Schedule memory s = Schedule(1e6, 900, 900, 300, 200, 900, 400, 240, 4, 2, 9);
        // From a declaration deadline to the closing: exactly three periods, and a second more.
        assertEq(ScheduleLib.leastRingLength(s), 4, "exactly");
        s.ratingWindow++;
        assertEq(ScheduleLib.leastRingLength(s), 5, "a second more");
    }

    function test_TheFirstRoundIsDeclaredUntilItsDeadline() external pure {
        Clockwork c = ScheduleLib.pack(Schedule(1e6, 900, 900, 300, 200, 900, 400, 240, 4, 2, 9));
        assertEq(c.nextRoundToDeclare(1e6 - 301), 0, "before");
        assertEq(c.nextRoundToDeclare(1e6 - 300), 1, "at it");
    }

    /* ------------------------------------------------------ pool ------------------------------------------------- */

    /// @dev The least part of a unit is a unit, of the network's or of both together.
    function test_TheLeastFeeIsAUnit() external pure {
        (uint256 network, uint256 levy) = PoolSettlement.feesUp(1 << 128);
        assertEq(network, 1, "network");
        assertEq(levy, 0, "nothing more");
        (network, levy) = PoolSettlement.feesUp(1);
        assertEq(network, 0, "no network fee");
        assertEq(levy, 1, "levy");
    }

    /* --------------------------------------------------- signatures ---------------------------------------------- */

    function _signs(bytes memory answer, bool fails) private returns (bool) {
        address signer = address(new Signer(answer, fails));
        return SignatureCheck.isSignedBy(signer, bytes32(0), "");
    }

    /// @dev A contract signs with a word, given and not thrown.
    function test_AContractAnswersAWord() external {
        bytes memory yes = abi.encode(bytes4(0x1626ba7e));
        assertTrue(_signs(yes, false), "yes");
        assertTrue(!_signs(yes, true), "thrown");
        bytes memory short = new bytes(31);
        for (uint256 i; i < 31; i++) short[i] = yes[i];
        assertTrue(!_signs(short, false), "no whole word");
        assertTrue(!_signs("", false), "nothing");
    }
}
