// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "./Clock.sol";
import {
    Account,
    Constants,
    Fee,
    IElectricityTrading,
    Registers
} from "./interfaces/IElectricityTrading.sol";
import {IReputationLedger} from "./interfaces/IReputationLedger.sol";
import {Rounding, TICK} from "./libraries/Rounding.sol";
import {Schedule} from "./libraries/Schedule.sol";
import {AccountWord, Words} from "./libraries/Words.sol";

/// @title MemberRegistry
/// @notice The administrator's part of the market: members and their meters, zone fees, constants, pause.
abstract contract MemberRegistry is IElectricityTrading, Clock, Ownable2Step, Pausable {
    /* Rights of an account. */
    uint8 internal constant REGISTERED = 1;
    uint8 internal constant GENERATION_RIGHT = 2;
    uint8 internal constant TRADING_RIGHT = 4;

    uint16 private constant MOST_TOLERANCE_BPS = 10_000;
    uint8 private constant MOST_QUALITY = 100;

    mapping(address who => AccountWord) private _accounts;
    mapping(address who => Registers) internal _registers;
    /// @inheritdoc IElectricityTrading
    mapping(address who => address) public meterOf;
    /// @inheritdoc IElectricityTrading
    mapping(address who => bytes32) public nameHashOf;
    address[] private _members;

    mapping(uint256 zonePair => Fee) private _fees;
    Constants private _constants;

    /* ------------------------------------------------- administration --------------------------------------------- */

    /// @inheritdoc IElectricityTrading
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
            _ledger().register(who);
        } else if (member.ratedPower != ratedPower) {
            _requireNoOpenPeriod(who);
        }
        member.ratedPower = ratedPower;
        member.zone = zone;
        member.rights =
            REGISTERED |
            (generationRight ? GENERATION_RIGHT : 0) |
            (tradingRight ? TRADING_RIGHT : 0);
        _store(who, member);
        nameHashOf[who] = nameHash;
        emit Empowered(who, nameHash, zone, generationRight, tradingRight, ratedPower);
    }

    /// @inheritdoc IElectricityTrading
    function revoke(address who) external onlyOwner {
        Account memory member = _account(who);
        require(member.index != 0, NotRegistered(who));
        member.rights = 0;
        _store(who, member);
        emit Revoked(who);
    }

    /// @inheritdoc IElectricityTrading
    function installMeter(
        address who,
        address meter,
        uint64 generationRegister,
        uint64 consumptionRegister,
        uint8 registers_
    ) external onlyOwner {
        require(_account(who).index != 0, NotRegistered(who));
        require(meter != address(0), ZeroAddress());
        require(registers_ >= 1 && registers_ <= 3, NotInstalled(who, registers_));
        uint24 next = SafeCast.toUint24(clock.periodAt(block.timestamp));
        Registers memory last = _registers[who];
        // Past readings stand: a new meter never reads a period again.
        _registers[who] = Registers({
            generation: generationRegister,
            consumption: consumptionRegister,
            generationNext: uint24(Math.max(next, last.generationNext)),
            consumptionNext: uint24(Math.max(next, last.consumptionNext)),
            installed: registers_
        });
        meterOf[who] = meter;
        emit MeterInstalled(who, meter, generationRegister, consumptionRegister, registers_);
    }

    /// @inheritdoc IElectricityTrading
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

    /// @inheritdoc IElectricityTrading
    function setConstants(
        uint32 feedIn,
        uint16 toleranceBps,
        uint8 qualityThreshold
    ) external onlyOwner {
        _setConstants(feedIn, toleranceBps, qualityThreshold);
    }

    function _setConstants(uint32 feedIn, uint16 toleranceBps, uint8 qualityThreshold) internal {
        require(toleranceBps <= MOST_TOLERANCE_BPS, InvalidTolerance(toleranceBps));
        require(qualityThreshold <= MOST_QUALITY, InvalidQuality(qualityThreshold));
        Constants memory c = _constants;
        if (_isPresent(c.fromPeriod)) {
            (c.feedIn, c.toleranceBps, c.qualityThreshold) = (
                c.nextFeedIn,
                c.nextToleranceBps,
                c.nextQualityThreshold
            );
        }
        (c.nextFeedIn, c.nextToleranceBps, c.nextQualityThreshold) = (
            feedIn,
            toleranceBps,
            qualityThreshold
        );
        c.fromPeriod = _effectivePeriod();
        _constants = c;
        emit ConstantsScheduled(feedIn, toleranceBps, qualityThreshold, c.fromPeriod);
    }

    /// @dev A market without an administrator could never be unpaused.
    function renounceOwnership() public view override onlyOwner {
        revert CannotRenounce();
    }

    /// @inheritdoc IElectricityTrading
    function pause() external onlyOwner {
        _pause();
    }

    /// @inheritdoc IElectricityTrading
    function unpause() external onlyOwner {
        _unpause();
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

    /* ---------------------------------------------------- reading ------------------------------------------------- */

    function _account(address who) internal view returns (Account memory) {
        return _accounts[who].unpack();
    }

    function _store(address who, Account memory member) internal {
        _accounts[who] = Words.pack(member);
    }

    /// @dev A registered member with the right to trade.
    function _member(address who) internal view returns (Account memory member) {
        member = _account(who);
        require(member.index != 0, NotRegistered(who));
        require(member.rights & TRADING_RIGHT != 0, NoTradingRight(who));
    }

    /// @dev Rated energy of a period in Wh: the scale of a member's deviations.
    function _scaleWh(uint256 ratedPower) internal view returns (uint256) {
        return (ratedPower * clock.step()) / 3600;
    }

    function _feeAt(
        uint16 fromZone,
        uint16 toZone,
        uint24 period,
        uint256 elecoinPrice
    ) internal view returns (uint256 network, uint256 levy) {
        Fee memory entry = _fees[_zonePair(fromZone, toZone)];
        bool next = period >= entry.fromPeriod;
        require(next ? entry.nextPermitted : entry.permitted, PairNotPermitted(fromZone, toZone));
        network = Rounding.divWadUp(
            (next ? entry.nextNetwork : entry.network) * TICK,
            elecoinPrice
        );
        levy = Rounding.divWadUp((next ? entry.nextLevy : entry.levy) * TICK, elecoinPrice);
    }

    function _feedInAt(uint256 period) internal view returns (uint256) {
        return period >= _constants.fromPeriod ? _constants.nextFeedIn : _constants.feedIn;
    }

    function _toleranceAt(uint256 period) internal view returns (uint256) {
        return
            period >= _constants.fromPeriod ? _constants.nextToleranceBps : _constants.toleranceBps;
    }

    function _qualityThresholdAt(uint256 period) internal view returns (uint8) {
        return
            period >= _constants.fromPeriod
                ? _constants.nextQualityThreshold
                : _constants.qualityThreshold;
    }

    function _zonePair(uint16 fromZone, uint16 toZone) private pure returns (uint256) {
        return (uint256(fromZone) << 16) | toZone;
    }

    /// @inheritdoc IElectricityTrading
    function fee(uint16 fromZone, uint16 toZone) external view returns (Fee memory) {
        return _fees[_zonePair(fromZone, toZone)];
    }

    /// @inheritdoc IElectricityTrading
    function constants() external view returns (Constants memory) {
        return _constants;
    }

    /// @inheritdoc IElectricityTrading
    function account(address who) external view returns (Account memory) {
        return _account(who);
    }

    /// @inheritdoc IElectricityTrading
    function registers(address who) external view returns (Registers memory) {
        return _registers[who];
    }

    /// @inheritdoc IElectricityTrading
    function accountCount() external view returns (uint256) {
        return _members.length;
    }

    /// @inheritdoc IElectricityTrading
    function accounts(uint256 offset, uint256 limit) external view returns (address[] memory page) {
        uint256 end = Math.min(_members.length, Math.saturatingAdd(offset, limit));
        page = new address[](end > offset ? end - offset : 0);
        for (uint256 i; i < page.length; i++) {
            page[i] = _members[offset + i];
        }
    }

    /// @inheritdoc IElectricityTrading
    function administrator() external view returns (address) {
        return owner();
    }

    /// @inheritdoc IElectricityTrading
    function schedule() public view override(Clock, IElectricityTrading) returns (Schedule memory) {
        return super.schedule();
    }

    function _ledger() internal view virtual returns (IReputationLedger);

    function _requireNoOpenPeriod(address who) internal view virtual;
}
