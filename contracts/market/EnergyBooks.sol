// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {MarketBase} from "./MarketBase.sol";
import {Account, Slot} from "../interfaces/MarketTypes.sol";
import {Purchases} from "../libraries/Purchases.sol";
import {Reading} from "../libraries/Readings.sol";
import {CREDIT_UNIT, WAD, WH_PER_MWH} from "../libraries/Rounding.sol";
import {MeterWord, SlotWord, Words} from "../libraries/Words.sol";

/// @title EnergyBooks
/// @notice The energy of every account and period, from its declaration to its closing: one word in a ring of slots.
abstract contract EnergyBooks is MarketBase {
    /* Flags of a slot. The first two are also the bits of a meter's installed registers. */
    uint8 internal constant GENERATION = 1;
    uint8 internal constant CONSUMPTION = 2;
    uint8 internal constant DECLARED = 4;
    uint8 internal constant COMPLETE = 8;
    uint8 internal constant SPANNING = 16;
    uint8 internal constant RATED = 32;
    uint8 internal constant POOLED = 64;
    uint8 internal constant QUARANTINED = 128;

    uint256 internal constant BPS = 10_000;

    /* --------------------------------------------------- metering ------------------------------------------------- */

    /// @dev Books what the registers of `flags` show at the end of a period, and moves them on. A reading that spans
    /// missed periods is the grid's.
    /// @param r The meter's word.
    /// @return moved What it is after the reading.
    function _read(
        Reading memory reading,
        uint256 flags,
        MeterWord r
    ) internal returns (MeterWord moved, uint256 generated, uint256 consumed) {
        (uint256 place, SlotWord slot_) = _claimed(reading.account, reading.period);
        moved = r;
        uint256 shown = flags;
        if (flags & GENERATION != 0) {
            uint256 next = r.generationNext();
            generated = _difference(reading, reading.generation, r.generation(), next, r);
            if (reading.period > next) shown |= SPANNING;
            slot_ = slot_.withGenerated(generated);
            moved = moved.withGeneration(reading.generation, reading.period + 1);
        }
        if (flags & CONSUMPTION != 0) {
            uint256 next = r.consumptionNext();
            consumed = _difference(reading, reading.consumption, r.consumption(), next, r);
            if (reading.period > next) shown |= SPANNING;
            slot_ = slot_.withConsumed(consumed);
            moved = moved.withConsumption(reading.consumption, reading.period + 1);
        }
        uint256 wanted = r.installed();
        if ((slot_.flags() | shown) & wanted == wanted) shown |= COMPLETE;
        _slots[place] = slot_.withFlags(shown);
    }

    /// @dev All installed registers at once, with the event.
    function _readAll(Reading memory reading, address meter, MeterWord r) internal {
        (MeterWord moved, uint256 generated, uint256 consumed) = _read(reading, r.installed(), r);
        _registers[reading.account][meter] = moved;
        // A difference of registers has 32 bits.
        emit MeterReading(
            reading.account,
            reading.period,
            reading.generation,
            reading.consumption,
            uint32(generated),
            uint32(consumed),
            reading.quality
        );
    }

    function _requireReadingWindow(uint24 period) internal view {
        (uint256 opens, uint256 closes) = clock.readingTimes(period);
        _requireWindow(period, opens, closes);
    }

    function _difference(
        Reading memory reading,
        uint256 register,
        uint256 last,
        uint256 next,
        MeterWord r
    ) private view returns (uint256) {
        uint256 energyWh;
        (address who, uint256 period) = (reading.account, reading.period);
        require(period >= next, AlreadyRead(who, uint24(period)));
        // Registers have 64 bits.
        require(register >= last, RegisterFell(who, uint64(register), uint64(last)));
        // No register before the one read, no period read before this one.
        unchecked {
            energyWh = register - last;
            uint256 most = _ratedWh(r.ratedPower(), period + 1 - next);
            require(energyWh <= most, AboveRating(who, energyWh, most));
        }
        return SafeCast.toUint32(energyWh);
    }

    /// @dev What the rated power gives in so many periods; one Wh more, because registers are cut to whole Wh.
    function _ratedWh(uint256 ratedPower, uint256 periods) internal view returns (uint256) {
        // 32 bits times 24 times 25.
        unchecked {
            return (ratedPower * clock.step() * periods + 3599) / 3600 + 1;
        }
    }

    /* --------------------------------------------------- closing -------------------------------------------------- */

    /// @dev Open periods lie in [nextClose, nextClose + ringLength), see {_claim}: no other need be looked at.
    /// @return fees What the account paid as network fees, above bit 128, and levy, in credit units: for {_bookFees}.
    function _closeThrough(address who, uint24 period) internal returns (uint256 fees) {
        Account memory member = _account(who);
        uint256 first = member.nextClose;
        if (first > period) return 0;
        uint256 acceptedWh = member.remainderWh;
        uint256 credit = member.deposit;
        uint256 scaleWh = _scaleWh(member.ratedPower);
        for (uint256 t = first; t <= period && t < first + clock.ringLength(); t++) {
            Slot memory slot_ = _held(who, t);
            if (slot_.period != t || slot_.flags == 0) continue;
            if (slot_.generated < slot_.consumed && slot_.flags & POOLED == 0) {
                Purchases bought = _purchasesOf(who, t);
                slot_.traded = bought.tradedWh();
                fees += (bought.network() << 128) | bought.levy();
            }
            acceptedWh += _emitClosed(who, slot_);
            credit += _creditOf(slot_);
            _bookDeviation(who, slot_, scaleWh);
        }
        member.deposit = SafeCast.toUint96(credit);
        member.nextClose = period + 1;
        if (member.rights & CERTIFIED != 0) acceptedWh = member.remainderWh;
        member.remainderWh = uint24(acceptedWh % WH_PER_MWH);
        _store(who, member);
        if (acceptedWh >= WH_PER_MWH) _wattcoin.mint(who, (acceptedWh / WH_PER_MWH) * WAD);
    }

    /// @dev Adds fees, as {_closeThrough} gives them, to those that are not yet paid out.
    function _bookFees(uint256 fees) internal {
        if (fees == 0) return;
        _packedState = _packedState.withFees(
            (fees >> 128) * CREDIT_UNIT,
            uint128(fees) * CREDIT_UNIT
        );
    }

    /// @return soldWh Energy that counts for Wattcoin.
    function _emitClosed(address who, Slot memory slot_) private returns (uint256 soldWh) {
        bool surplus = slot_.generated > slot_.consumed;
        uint32 net = surplus ? slot_.generated - slot_.consumed : slot_.consumed - slot_.generated;
        uint32 untraded = net - slot_.traded;
        uint32 accepted = slot_.traded - slot_.refused;
        emit Closed(
            slot_.period,
            who,
            slot_.generated,
            slot_.consumed,
            surplus ? 0 : slot_.traded,
            surplus ? slot_.traded : 0,
            surplus ? 0 : untraded,
            surplus ? untraded : 0,
            accepted
        );
        return surplus ? accepted : 0;
    }

    /// @dev Elecoin wei that a slot owes its account: a seller's proceeds, exact, because a tick times a Wh is a whole
    /// `CREDIT_UNIT`; or what the pool leaves of a locked deposit.
    function _creditOf(Slot memory slot_) private pure returns (uint256) {
        if (slot_.flags & POOLED != 0) {
            return ((uint256(slot_.limit) << 32) | slot_.price) * CREDIT_UNIT;
        }
        if (slot_.generated <= slot_.consumed) return 0;
        return uint256(slot_.traded) * slot_.price * CREDIT_UNIT;
    }

    /// @dev A disputed reading is none.
    function _bookDeviation(address who, Slot memory slot_, uint256 scaleWh) private {
        if (slot_.flags & DECLARED == 0) return;
        bool metered = slot_.flags & (COMPLETE | SPANNING | QUARANTINED) == COMPLETE;
        _ledger.book(who, slot_.period, slot_.net, _meteredNet(slot_), metered, scaleWh);
    }

    /* ----------------------------------------------------- slots -------------------------------------------------- */

    /// @dev The account's slot for a period, new where the ring still holds an older one. Whatever is a turn older is
    /// closed first, declared here or not, so that the open periods of an account always lie within one turn.
    function _claim(address who, uint24 period) internal returns (Slot memory) {
        (, SlotWord word) = _claimed(who, period);
        return word.unpack();
    }

    function _claimed(address who, uint24 period) internal returns (uint256 place, SlotWord word) {
        place = _place(who, period);
        word = _slots[place];
        if (word.flags() != 0 && word.period() == period) return (place, word);
        uint256 ringLength = clock.ringLength();
        if (period >= ringLength) _bookFees(_closeThrough(who, uint24(period - ringLength)));
        // An empty slot of that period.
        word = SlotWord.wrap(period);
    }

    /// @dev Where the ring holds a period of an account.
    function _place(address who, uint256 period) internal view returns (uint256) {
        return ((period % clock.ringLength()) << 160) | uint160(who);
    }

    /// @dev Empty where the ring holds another period.
    function _slotOf(address who, uint24 period) internal view returns (Slot memory slot_) {
        slot_ = _held(who, period);
        if (slot_.period != period) delete slot_;
    }

    /// @dev Empty where the word is of another period.
    function _purchasesOf(address who, uint256 period) internal view returns (Purchases) {
        return _purchases[_place(who, period)].at(period);
    }

    /// @dev Whatever the ring holds at the place of `period`.
    function _held(address who, uint256 period) internal view returns (Slot memory) {
        return _slots[_place(who, period)].unpack();
    }

    function _store(address who, Slot memory slot_) internal {
        _slots[_place(who, slot_.period)] = Words.pack(slot_);
    }

    function _meteredNet(Slot memory slot_) internal pure returns (int256) {
        return int256(uint256(slot_.generated)) - int256(uint256(slot_.consumed));
    }

    /// @dev The word of a period at its place; 0 where the ring holds another one.
    function _slotWord(uint256 place, uint256 period) internal view returns (SlotWord word) {
        word = _slots[place];
        if (word.period() != period) word = SlotWord.wrap(0);
    }

    /// @dev min(|metered|, (1 + tolerance) |declared|) less what was traded; 0 where the signs differ, or where the
    /// reading is missing, spans missed periods or is disputed.
    function _tradeable(
        SlotWord word,
        bool selling,
        uint256 toleranceBps
    ) internal pure returns (uint256) {
        uint256 wanted = DECLARED | COMPLETE;
        if (word.flags() & (wanted | SPANNING | QUARANTINED) != wanted) return 0;
        (int256 metered, int256 declared) = (word.meteredNet(), word.net());
        uint256 most;
        // 33 bits and 32; a tolerance has 16.
        unchecked {
            if (!selling) (metered, declared) = (-metered, -declared);
            if (metered <= 0 || declared <= 0) return 0;
            most = (uint256(declared) * (BPS + toleranceBps)) / BPS;
            if (uint256(metered) < most) most = uint256(metered);
        }
        return most - word.traded();
    }

    /// @dev (1 + tolerance) |declared|, rounded down.
    function _capDown(int256 declared, uint256 toleranceBps) internal pure returns (uint256) {
        return ((BPS + toleranceBps) * SignedMath.abs(declared)) / BPS;
    }
}
