// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnergyBooks} from "./EnergyBooks.sol";
import {IMarketOffice} from "../interfaces/IMarketOffice.sol";
import {Account, Constants, Fee, MarketState, Registers, Slot} from "../interfaces/MarketTypes.sol";
import {MeterWord, Words} from "../libraries/Words.sol";

/// @title MemberRegistry
/// @notice The administrator's part of the office: members and their meters, zone fees, constants.
abstract contract MemberRegistry is IMarketOffice, EnergyBooks {
    uint16 private constant MOST_TOLERANCE_BPS = 10_000;
    uint8 private constant MOST_QUALITY = 100;

    /* ------------------------------------------------- administration --------------------------------------------- */

    /// @inheritdoc IMarketOffice
    function empower(
        address who,
        bytes32 nameHash,
        uint16 zone,
        bool generationRight,
        bool tradingRight,
        uint32 ratedPower
    ) external onlyOwner {
        require(who != address(0), ZeroAddress());
        require(_scaleWh(ratedPower) != 0, InvalidRating(who));
        Account memory member = _account(who);
        if (member.index == 0) {
            _members.push(who);
            member.index = SafeCast.toUint32(_members.length);
            // Nothing of hers is open; the first closing need not look further back than one turn of the ring.
            uint256 oldest = Math.saturatingSub(
                clock.periodAt(block.timestamp),
                clock.ringLength()
            );
            member.nextClose = SafeCast.toUint24(Math.max(member.nextClose, oldest));
            _ledger.register(who);
        } else if (member.ratedPower != ratedPower) {
            _requireNoOpenPeriod(who, member.nextClose);
            Registers memory present = _registers[who][_meterOf[who]].unpack();
            present.ratedPower = ratedPower;
            _registers[who][_meterOf[who]] = Words.pack(present);
        }
        member.ratedPower = ratedPower;
        member.zone = zone;
        member.rights =
            (member.rights & CERTIFIED) |
            REGISTERED |
            (generationRight ? GENERATION_RIGHT : 0) |
            (tradingRight ? TRADING_RIGHT : 0);
        _store(who, member);
        _nameHashOf[who] = nameHash;
        emit Empowered(who, nameHash, zone, generationRight, tradingRight, ratedPower);
    }

    /// @inheritdoc IMarketOffice
    function revoke(address who) external onlyOwner {
        Account memory member = _account(who);
        require(member.index != 0, NotRegistered(who));
        member.rights &= CERTIFIED;
        _store(who, member);
        emit Revoked(who);
    }

    /// @inheritdoc IMarketOffice
    function certify(address who, bool certified) external {
        require(msg.sender == origin, OnlyModule(msg.sender));
        Account memory member = _account(who);
        require(member.index != 0, NotRegistered(who));
        member.rights = certified ? member.rights | CERTIFIED : member.rights & ~CERTIFIED;
        _store(who, member);
        emit CertifiedSet(who, certified);
    }

    /// @inheritdoc IMarketOffice
    function installMeter(
        address who,
        address meter,
        uint64 generationRegister,
        uint64 consumptionRegister,
        uint8 registers_
    ) external onlyOwner {
        Account memory member = _account(who);
        require(member.index != 0, NotRegistered(who));
        require(meter != address(0), ZeroAddress());
        require(registers_ >= 1 && registers_ <= 3, NotInstalled(who, registers_));
        uint24 next = SafeCast.toUint24(clock.periodAt(block.timestamp));
        address former = _meterOf[who];
        Registers memory last = _registers[who][former].unpack();
        _registers[who][former] = MeterWord.wrap(0);
        // Past readings stand: a new meter never reads a period again.
        _registers[who][meter] = Words.pack(
            Registers({
                generation: generationRegister,
                consumption: consumptionRegister,
                generationNext: uint24(Math.max(next, last.generationNext)),
                consumptionNext: uint24(Math.max(next, last.consumptionNext)),
                installed: registers_,
                ratedPower: member.ratedPower
            })
        );
        _meterOf[who] = meter;
        emit MeterInstalled(who, meter, generationRegister, consumptionRegister, registers_);
    }

    /// @inheritdoc IMarketOffice
    function setFee(
        uint16 fromZone,
        uint16 toZone,
        uint32 network,
        uint32 levy,
        bool permitted
    ) external onlyOwner {
        uint24 fromPeriod = _effectivePeriod();
        Fee storage entry = _fees[_zonePair(fromZone, toZone)];
        if (_isPresent(entry.fromPeriod)) {
            (entry.network, entry.levy, entry.permitted) = (
                entry.nextNetwork,
                entry.nextLevy,
                entry.nextPermitted
            );
        }
        (entry.nextNetwork, entry.nextLevy, entry.nextPermitted) = (network, levy, permitted);
        entry.fromPeriod = fromPeriod;
        emit FeeScheduled(fromZone, toZone, network, levy, permitted, fromPeriod);
    }

    /// @inheritdoc IMarketOffice
    function setConstants(
        uint32 feedIn,
        uint16 toleranceBps,
        uint8 qualityThreshold
    ) external onlyOwner {
        require(toleranceBps <= MOST_TOLERANCE_BPS, InvalidTolerance(toleranceBps));
        require(qualityThreshold <= MOST_QUALITY, InvalidQuality(qualityThreshold));
        MarketState memory state = _state();
        if (_isPresent(state.fromPeriod)) {
            state.toleranceBps = state.nextToleranceBps;
            state.qualityThreshold = state.nextQualityThreshold;
            _feedIn = _nextFeedIn;
        }
        state.nextToleranceBps = toleranceBps;
        state.nextQualityThreshold = qualityThreshold;
        state.fromPeriod = _effectivePeriod();
        _store(state);
        (_nextFeedIn, _feedInFrom) = (feedIn, state.fromPeriod);
        emit ConstantsScheduled(feedIn, toleranceBps, qualityThreshold, state.fromPeriod);
    }

    /// @dev Nobody declares under terms that change before her period is settled: a change waits for more than an
    /// epoch. Before anything can be priced it holds from period 0.
    function _effectivePeriod() private view returns (uint24) {
        if (block.timestamp < clock.needDeadline(0)) return 0;
        return
            SafeCast.toUint24(
                clock.periodAt(block.timestamp) + clock.epochPeriods() + clock.ringLength()
            );
    }

    /// @dev Whether a scheduled change is in force for whatever is open. Until its first period can be declared it may
    /// still be replaced; from then until the last period before it is closed, both terms are in use and stand.
    function _isPresent(uint24 fromPeriod) private view returns (bool) {
        if (fromPeriod == 0 || block.timestamp >= clock.closingTime(fromPeriod - 1)) return true;
        // A change that waits starts more than a turn of the ring after period 0.
        uint256 declarable = clock.closingTime(fromPeriod - clock.ringLength());
        require(block.timestamp < declarable, ChangePending(fromPeriod));
        return false;
    }

    /// @dev Declared periods alone: nothing else is booked at the scale of the rated power.
    function _requireNoOpenPeriod(address who, uint256 nextClose) private view {
        uint256 ringLength = clock.ringLength();
        for (uint256 i; i < ringLength; i++) {
            Slot memory slot_ = _held(who, i);
            require(
                slot_.flags & DECLARED == 0 || slot_.period < nextClose,
                PeriodOpen(who, slot_.period)
            );
        }
    }

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    /// @inheritdoc IMarketOffice
    function fee(uint16 fromZone, uint16 toZone) external view returns (Fee memory) {
        return _fees[_zonePair(fromZone, toZone)];
    }

    /// @inheritdoc IMarketOffice
    function constants() external view returns (Constants memory) {
        MarketState memory state = _state();
        return
            Constants({
                feedIn: _feedIn,
                toleranceBps: state.toleranceBps,
                qualityThreshold: state.qualityThreshold,
                nextFeedIn: _nextFeedIn,
                nextToleranceBps: state.nextToleranceBps,
                nextQualityThreshold: state.nextQualityThreshold,
                fromPeriod: state.fromPeriod
            });
    }

    /// @inheritdoc IMarketOffice
    function registers(address who) external view returns (Registers memory) {
        return _registers[who][_meterOf[who]].unpack();
    }

    /// @inheritdoc IMarketOffice
    function meterOf(address who) external view returns (address) {
        return _meterOf[who];
    }

    /// @inheritdoc IMarketOffice
    function nameHashOf(address who) external view returns (bytes32) {
        return _nameHashOf[who];
    }

    /// @inheritdoc IMarketOffice
    function accountCount() external view returns (uint256) {
        return _members.length;
    }

    /// @inheritdoc IMarketOffice
    function accounts(uint256 offset, uint256 limit) external view returns (address[] memory page) {
        uint256 end = Math.min(_members.length, Math.saturatingAdd(offset, limit));
        page = new address[](end > offset ? end - offset : 0);
        for (uint256 i; i < page.length; i++) {
            page[i] = _members[offset + i];
        }
    }

    /// @inheritdoc IMarketOffice
    function administrator() external view returns (address) {
        return owner();
    }
}
