// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {EnergyBooks} from "./EnergyBooks.sol";
import {ISettlementOffice} from "../interfaces/ISettlementOffice.sol";
import {Account, Correction, Slot} from "../interfaces/MarketTypes.sol";
import {Reading, Readings} from "../libraries/Readings.sol";
import {SignatureCheck} from "../libraries/SignatureCheck.sol";
import {MeterWord} from "../libraries/Words.sol";

/// @title AttestedReadings
/// @notice Readings of many meters under one signature: dense, or as a root that is proved on use. And what to do about
/// wrong ones: disputes in time, corrections later.
abstract contract AttestedReadings is ISettlementOffice, EnergyBooks {
    /// @inheritdoc ISettlementOffice
    function setAttestor(address attestor_, uint32 correctionWindow) external onlyOwner {
        (_attestor, _correctionWindow) = (attestor_, correctionWindow);
        emit AttestorSet(attestor_, correctionWindow);
    }

    /// @inheritdoc ISettlementOffice
    function relayReadingOf(
        address who,
        uint256 word,
        address meter,
        bytes calldata signature
    ) external {
        Reading memory reading = Readings.unpack(who, word);
        _requireReadingWindow(reading.period);
        MeterWord r = _registers[who][meter];
        bytes32 digest = _hashTypedDataV4(Readings.structHash(reading));
        require(
            r.installed() != 0 && SignatureCheck.isSignedBy(meter, digest, signature),
            NotMeterOf(who, meter)
        );
        _readAll(reading, meter, r);
    }

    /* ---------------------------------------------------- dense -------------------------------------------------- */

    /// @inheritdoc ISettlementOffice
    function attestReadings(
        uint24 period,
        uint32 firstGroup,
        uint256[] calldata words,
        bytes calldata signature
    ) external {
        _requireReadingWindow(period);
        bytes32 listed = keccak256(abi.encodePacked(words));
        _requireAttested(
            keccak256(abi.encode(Readings.ATTESTATION_TYPEHASH, period, firstGroup, listed)),
            signature
        );
        uint256 tag = Readings.tag(period);
        mapping(uint256 group => uint256 word) storage stored = _dense[period % clock.ringLength()];
        for (uint256 i; i < words.length; i++) {
            uint256 word = words[i];
            require(word >> Readings.TAG_SHIFT == 0, Readings.MalformedReading(word));
            uint256 group = firstGroup + i;
            require(
                (stored[group] >> Readings.TAG_SHIFT) << Readings.TAG_SHIFT != tag,
                AlreadyAttested(period, uint32(group))
            );
            stored[group] = tag | word;
        }
        emit ReadingsAttested(period, firstGroup, words.length);
    }

    /// @inheritdoc ISettlementOffice
    function applyReadings(uint24 period, address[] calldata who) external {
        for (uint256 i; i < who.length; i++) {
            // The market's own address, in whose storage this runs.
            try ISettlementOffice(address(this)).applyReading(period, who[i]) {} catch (
                bytes memory reason
            ) {
                emit ReadingRefused(who[i], uint256(period) << 128, reason);
            }
        }
    }

    /// @inheritdoc ISettlementOffice
    function applyReading(uint24 period, address who) external {
        Account memory member = _account(who);
        require(member.index != 0, NotRegistered(who));
        (uint256 group, uint256 place) = (
            (member.index - 1) / Readings.GROUP,
            (member.index - 1) % Readings.GROUP
        );
        uint256 word = _dense[period % clock.ringLength()][group];
        (bool present, uint64 generation_, uint64 consumption_) = Readings.dense(word, place);
        bool tagged = (word >> Readings.TAG_SHIFT) << Readings.TAG_SHIFT == Readings.tag(period);
        require(tagged && present, NotAttested(who, period));
        _apply(Reading(who, period, generation_, consumption_, 0));
    }

    /* ----------------------------------------------------- root -------------------------------------------------- */

    /// @inheritdoc ISettlementOffice
    function attestRoot(uint24 period, bytes32 root, bytes calldata signature) external {
        _requireReadingWindow(period);
        _requireAttested(keccak256(abi.encode(Readings.ROOT_TYPEHASH, period, root)), signature);
        require(_roots[period] == 0, AlreadyAttested(period, 0));
        _roots[period] = root;
        emit ReadingsRootAttested(period, root);
    }

    /// @inheritdoc ISettlementOffice
    function applyProvedReading(address who, uint256 word, bytes32[] calldata proof) external {
        Reading memory reading = Readings.unpack(who, word);
        bytes32 root = _roots[reading.period];
        require(
            root != 0 && MerkleProof.verifyCalldata(proof, root, Readings.leaf(reading)),
            NotAttested(who, reading.period)
        );
        _apply(reading);
    }

    /// @dev An attested reading arrived in time; it may be applied as long as it can be traded.
    function _apply(Reading memory reading) private {
        uint24 period = reading.period;
        _requireWindow(period, clock.startOf(uint256(period) + 1), clock.tradingEnd(period));
        address meter = _meterOf[reading.account];
        MeterWord r = _registers[reading.account][meter];
        require(r.installed() != 0, NotInstalled(reading.account, 0));
        _readAll(reading, meter, r);
    }

    function _requireAttested(bytes32 structHash, bytes calldata signature) private view {
        require(
            _attestor != address(0) &&
                SignatureCheck.isSignedBy(_attestor, _hashTypedDataV4(structHash), signature),
            NotAttestor(_attestor)
        );
    }

    /* ------------------------------------------------- wrong readings -------------------------------------------- */

    /// @inheritdoc ISettlementOffice
    function dispute(address who, uint24 period) external {
        require(
            msg.sender == who ||
                msg.sender == _meterOf[who] ||
                msg.sender == _attestor ||
                msg.sender == owner(),
            NotDisputable(who, msg.sender)
        );
        require(_account(who).index != 0, NotRegistered(who));
        _requireReadingWindow(period);
        Slot memory slot_ = _claim(who, period);
        slot_.flags |= QUARANTINED;
        _store(who, slot_);
        emit Disputed(period, who, msg.sender);
    }

    /// @inheritdoc ISettlementOffice
    function correct(
        address who,
        uint24 period,
        int32 generatedWh,
        int32 consumedWh,
        uint8 reason
    ) external {
        address corrector = _attestor == address(0) ? owner() : _attestor;
        require(msg.sender == corrector, NotAttestor(msg.sender));
        Account memory member = _account(who);
        require(member.index != 0, NotRegistered(who));
        uint256 opens = clock.closingTime(period);
        _requireWindow(period, opens, opens + _correctionWindow);
        require(reason != 0, ReasonRequired(who));
        Correction memory sum = _corrections[who][period];
        sum.generatedWh = _added(who, sum.generatedWh, generatedWh, member.ratedPower);
        sum.consumedWh = _added(who, sum.consumedWh, consumedWh, member.ratedPower);
        sum.count++;
        _corrections[who][period] = sum;
        emit Corrected(
            period,
            who,
            generatedWh,
            consumedWh,
            int64(consumedWh) - generatedWh,
            reason
        );
    }

    /// @dev All corrections of a register and period together stay within what the rated power gives.
    function _added(
        address who,
        int32 sum,
        int32 more,
        uint256 ratedPower
    ) private view returns (int32) {
        int256 total = int256(sum) + more;
        uint256 most = _ratedWh(ratedPower, 1);
        require(SignedMath.abs(total) <= most, AboveRating(who, SignedMath.abs(total), most));
        return SafeCast.toInt32(total);
    }

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    /// @inheritdoc ISettlementOffice
    function attestor() external view returns (address account_, uint32 correctionWindow) {
        return (_attestor, _correctionWindow);
    }

    /// @inheritdoc ISettlementOffice
    function correctionOf(
        address who,
        uint24 period
    ) external view returns (int32 generatedWh, int32 consumedWh, uint8 count) {
        Correction memory sum = _corrections[who][period];
        return (sum.generatedWh, sum.consumedWh, sum.count);
    }

    /// @inheritdoc ISettlementOffice
    function readingsRoot(uint24 period) external view returns (bytes32) {
        return _roots[period];
    }
}
