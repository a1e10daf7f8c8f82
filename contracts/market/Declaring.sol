// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "../Clock.sol";
import {EnergyBooks} from "./EnergyBooks.sol";
import {IEnergyMarket} from "../interfaces/IEnergyMarket.sol";
import {Account, Slot} from "../interfaces/MarketTypes.sol";
import {CREDIT_UNIT} from "../libraries/Rounding.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {Target, TargetData} from "../libraries/Target.sol";

/// @title Declaring
/// @notice The needs and the targets that members declare, and the commitments to them.
abstract contract Declaring is IEnergyMarket, EnergyBooks {
    /// @inheritdoc IEnergyMarket
    function declareNeed(uint32 epoch, uint256 needWei) external {
        _declareNeed(msg.sender, epoch, needWei);
    }

    /// @inheritdoc IEnergyMarket
    function declareNeedFor(address member, uint32 epoch, uint256 needWei) external onlyModule {
        _declareNeed(member, epoch, needWei);
    }

    function _declareNeed(address who, uint32 epoch, uint256 needWei) private {
        Account memory member = _member(who);
        uint256 closes = clock.needDeadline(epoch);
        require(block.timestamp < closes, OutsideWindow(epoch, 0, closes));
        require(epoch >= member.needEpoch, NeedAlreadyDeclared(who, epoch));
        require(needWei <= type(uint128).max, NeedOutOfRange(needWei, type(uint128).max));
        member.needEpoch = SafeCast.toUint24(uint256(epoch) + 1);
        _store(who, member);
        _needCommitment[epoch] = keccak256(abi.encode(_needCommitment[epoch], who, needWei));
        _needTotals[epoch] = _needTotals[epoch].add(needWei, _halfCentre);
        emit NeedDeclared(epoch, who, needWei);
    }

    /// @inheritdoc IEnergyMarket
    function declareTarget(uint256 word) external {
        _declareTarget(msg.sender, word);
    }

    /// @inheritdoc IEnergyMarket
    function declareTargetFor(
        address member,
        uint256 word
    ) external onlyModule returns (uint256 pledgedWei) {
        return _declareTarget(member, word);
    }

    function _declareTarget(address who, uint256 word) private returns (uint256 pledgedWei) {
        TargetData memory target = Target.unpack(word);
        uint256 opens =
            target.period < clock.ringLength()
                ? 0
                : clock.closingTime(target.period - clock.ringLength());
        _requireWindow(target.period, opens, clock.declarationDeadline(target.period));
        Slot memory slot_ = _claim(who, target.period);
        require(slot_.flags & DECLARED == 0, AlreadyDeclared(who, target.period));
        // After the claim, which may have closed a period and credited the account.
        Account memory member = _member(who);
        require(target.zone == member.zone, WrongZone(target.zone, member.zone));
        // Who may not sell asks a price that nobody pays, so that the words alone tell the game.
        require(
            target.net <= 0 ||
                member.rights & GENERATION_RIGHT != 0 ||
                target.price == type(uint32).max,
            NoGenerationRight(who)
        );
        slot_.net = target.net;
        slot_.price = target.price;
        slot_.limit = target.net > 0 ? target.zone : target.limit;
        slot_.flags |= DECLARED;
        if (target.pooled) pledgedWei = _pool(who, member, slot_, target.limit);
        _store(who, slot_);
        bytes32 last = _targetCommitment[target.period];
        _targetCommitment[target.period] = keccak256(abi.encode(last, who, word));
        emit TargetDeclared(target.period, who, word);
    }

    /// @dev Puts a slot into the pool; a buyer's only if her deposit covers the most that she could be charged, which
    /// is locked: (1 + tolerance) × the declared deficit × her own grid price.
    function _pool(
        address who,
        Account memory member,
        Slot memory slot_,
        uint256 limit
    ) private returns (uint256 pledgedWei) {
        uint256 credit;
        if (slot_.net < 0) {
            credit = _capDown(slot_.net, _toleranceAt(_state(), slot_.period)) * limit;
            pledgedWei = credit * CREDIT_UNIT;
            if (pledgedWei > member.deposit || credit > type(uint64).max) return 0;
            // At most the deposit, which is a uint96.
            member.deposit -= uint96(pledgedWei);
            _store(who, member);
        }
        (slot_.price, slot_.limit) = (uint32(credit), uint32(credit >> 32));
        slot_.flags |= POOLED;
    }

    /// @inheritdoc IEnergyMarket
    function schedule()
        public
        view
        virtual
        override(Clock, IEnergyMarket)
        returns (Schedule memory)
    {
        return super.schedule();
    }
}
