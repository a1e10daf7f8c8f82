// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {ElecoinTreasury} from "./ElecoinTreasury.sol";
import {Account, IElectricityTrading, Registers, Slot} from "./interfaces/IElectricityTrading.sol";
import {WAD, WH_PER_MWH} from "./libraries/Rounding.sol";
import {Target, TargetData} from "./libraries/Target.sol";
import {SlotWord, Words} from "./libraries/Words.sol";

/// @title EnergyAccounts
/// @notice The energy of every account and period, from its declaration to its closing: one word in a ring of slots.
abstract contract EnergyAccounts is ElecoinTreasury {
    /* Flags of a slot. The first two are also the bits of a meter's installed registers. */
    uint8 private constant GENERATION = 1;
    uint8 private constant CONSUMPTION = 2;
    uint8 internal constant DECLARED = 4;
    uint8 internal constant COMPLETE = 8;
    uint8 internal constant SPANNING = 16;
    uint8 internal constant RATED = 32;
    uint8 private constant CLOSED = 64;

    mapping(address who => mapping(uint256 ring => SlotWord)) private _slots;

    /// @inheritdoc IElectricityTrading
    mapping(uint256 period => bytes32) public targetCommitment;
    /// @inheritdoc IElectricityTrading
    mapping(uint256 epoch => bytes32) public needCommitment;

    /* -------------------------------------------------- declaring ------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function declareNeed(uint32 epoch, uint256 needWei) external {
        Account memory member = _member(msg.sender);
        uint256 closes = clock.needDeadline(epoch);
        require(block.timestamp < closes, OutsideWindow(epoch, 0, closes));
        require(epoch >= member.needEpoch, NeedAlreadyDeclared(msg.sender, epoch));
        require(needWei <= type(uint128).max, NeedOutOfRange(needWei, type(uint128).max));
        member.needEpoch = SafeCast.toUint24(uint256(epoch) + 1);
        _store(msg.sender, member);
        needCommitment[epoch] = keccak256(abi.encode(needCommitment[epoch], msg.sender, needWei));
        emit NeedDeclared(epoch, msg.sender, needWei);
    }

    /// @inheritdoc IElectricityTrading
    function declareTarget(uint256 word) external {
        TargetData memory target = Target.unpack(word);
        Account memory member = _member(msg.sender);
        uint256 opens =
            target.period < clock.ringLength()
                ? 0
                : clock.closingTime(target.period - clock.ringLength());
        uint256 closes = clock.declarationDeadline(target.period);
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsideWindow(target.period, opens, closes)
        );
        // Who may not sell asks a price that nobody pays, so that the words alone tell the game.
        require(
            target.net <= 0 ||
                member.rights & GENERATION_RIGHT != 0 ||
                target.price == type(uint32).max,
            NoGenerationRight(msg.sender)
        );
        Slot memory slot_ = _claim(msg.sender, target.period);
        require(slot_.flags & DECLARED == 0, AlreadyDeclared(msg.sender, target.period));
        slot_.net = target.net;
        slot_.price = target.price;
        slot_.limit = target.limit;
        slot_.flags |= DECLARED;
        _store(msg.sender, slot_);
        targetCommitment[target.period] = keccak256(
            abi.encode(targetCommitment[target.period], msg.sender, word)
        );
        ledger.bookTarget(msg.sender, target.period, target.net, _scaleWh(member.ratedPower));
        emit TargetDeclared(target.period, msg.sender, word);
    }

    /* --------------------------------------------------- metering ------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function generation(address who, uint24 period, uint64 register) external {
        Registers memory r = _installed(who, GENERATION);
        uint32 energyWh = _read(
            who,
            period,
            GENERATION,
            register,
            r.generation,
            r.generationNext,
            r.installed
        );
        r.generation = register;
        r.generationNext = period + 1;
        _registers[who] = r;
        emit Generation(who, period, register, energyWh);
    }

    /// @inheritdoc IElectricityTrading
    function consumption(address who, uint24 period, uint64 register) external {
        Registers memory r = _installed(who, CONSUMPTION);
        uint32 energyWh = _read(
            who,
            period,
            CONSUMPTION,
            register,
            r.consumption,
            r.consumptionNext,
            r.installed
        );
        r.consumption = register;
        r.consumptionNext = period + 1;
        _registers[who] = r;
        emit Consumption(who, period, register, energyWh);
    }

    function _installed(address who, uint8 register) private view returns (Registers memory r) {
        require(meterOf[who] == msg.sender, NotMeterOf(who, msg.sender));
        r = _registers[who];
        require(r.installed & register != 0, NotInstalled(who, register));
    }

    function _read(
        address who,
        uint24 period,
        uint8 flag,
        uint64 register,
        uint64 last,
        uint24 next,
        uint8 installed
    ) private returns (uint32 energyWh) {
        _requireWindow(period, clock.startOf(uint256(period) + 1), clock.readingDeadline(period));
        require(period >= next, AlreadyRead(who, period));
        require(register >= last, RegisterFell(who, register, last));
        uint256 ratedPower = _account(who).ratedPower;
        uint256 spanned = uint256(period) + 1 - next;
        // One Wh more: both registers are cut to whole Wh.
        uint256 most = Math.ceilDiv(ratedPower * clock.step() * spanned, 3600) + 1;
        require(register - last <= most, AboveRating(who, register - last, most));
        energyWh = SafeCast.toUint32(register - last);

        Slot memory slot_ = _claim(who, period);
        if (flag == GENERATION) slot_.generated = energyWh;
        else slot_.consumed = energyWh;
        slot_.flags |= spanned > 1 ? flag | SPANNING : flag;
        if (slot_.flags & installed == installed) slot_.flags |= COMPLETE;
        _store(who, slot_);
        if (slot_.flags & (DECLARED | COMPLETE | SPANNING) == DECLARED | COMPLETE) {
            ledger.bookReading(who, period, slot_.net, _meteredNet(slot_), _scaleWh(ratedPower));
        }
    }

    /* --------------------------------------------------- closing -------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function close(address[] calldata who, uint24 period) external {
        uint256 opens = clock.closingTime(period);
        require(block.timestamp >= opens, NotClosable(period, opens));
        for (uint256 i; i < who.length; i++) {
            _closeThrough(who[i], period);
        }
    }

    /// @dev The account's slot for a period, new where the ring still holds an older one. Whatever is a turn older is
    /// closed first, declared here or not, so that the open periods of an account always lie within one turn.
    function _claim(address who, uint24 period) private returns (Slot memory slot_) {
        slot_ = _held(who, period);
        if (slot_.flags != 0 && slot_.period == period) return slot_;
        uint256 ringLength = clock.ringLength();
        if (period >= ringLength) _closeThrough(who, uint24(period - ringLength));
        Slot memory fresh;
        fresh.period = period;
        return fresh;
    }

    /// @dev Open periods lie in [nextClose, nextClose + ringLength), see {_claim}: no other need be looked at.
    function _closeThrough(address who, uint24 period) private {
        Account memory member = _account(who);
        uint256 first = member.nextClose;
        if (first > period) return;
        uint256 acceptedWh = member.remainderWh;
        for (uint256 t = first; t <= period && t < first + clock.ringLength(); t++) {
            Slot memory slot_ = _held(who, t);
            if (slot_.period != t || slot_.flags == 0) continue;
            acceptedWh += _closeSlot(who, slot_);
            slot_.flags |= CLOSED;
            _store(who, slot_);
        }
        member.nextClose = period + 1;
        member.remainderWh = uint24(acceptedWh % WH_PER_MWH);
        _store(who, member);
        if (acceptedWh >= WH_PER_MWH) wattcoin.mint(who, (acceptedWh / WH_PER_MWH) * WAD);
    }

    /// @return soldWh Energy that counts for Wattcoin.
    function _closeSlot(address who, Slot memory slot_) private returns (uint256 soldWh) {
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

    /* ----------------------------------------------------- slots -------------------------------------------------- */

    /// @inheritdoc IElectricityTrading
    function slot(address who, uint24 period) external view returns (Slot memory) {
        return _slotOf(who, period);
    }

    /// @dev Empty where the ring holds another period.
    function _slotOf(address who, uint24 period) internal view returns (Slot memory slot_) {
        slot_ = _held(who, period);
        if (slot_.period != period) delete slot_;
    }

    /// @dev Whatever the ring holds at the place of `period`.
    function _held(address who, uint256 period) private view returns (Slot memory) {
        return _slots[who][period % clock.ringLength()].unpack();
    }

    function _store(address who, Slot memory slot_) internal {
        _slots[who][slot_.period % clock.ringLength()] = Words.pack(slot_);
    }

    function _meteredNet(Slot memory slot_) internal pure returns (int256) {
        return int256(uint256(slot_.generated)) - int256(uint256(slot_.consumed));
    }

    /// @dev Declared periods alone: nothing else is booked at the scale of the rated power.
    function _requireNoOpenPeriod(address who) internal view override {
        uint256 ringLength = clock.ringLength();
        for (uint256 i; i < ringLength; i++) {
            Slot memory slot_ = _held(who, i);
            require(slot_.flags & (DECLARED | CLOSED) != DECLARED, PeriodOpen(who, slot_.period));
        }
    }

    function _requireWindow(uint256 period, uint256 opens, uint256 closes) internal view {
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsideWindow(period, opens, closes)
        );
    }
}
