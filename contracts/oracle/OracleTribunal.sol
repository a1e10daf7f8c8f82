// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Challenges} from "./Challenges.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IOracleTribunal} from "../interfaces/IOracleTribunal.sol";
import {Feed, OracleTerms, Posting} from "../interfaces/OracleTypes.sol";
import {Consent} from "../libraries/Consent.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {OracleBase} from "./OracleBase.sol";

/// @title OracleTribunal
/// @notice The oracle's other half, reached through it and at its storage; called directly it has no postings and no
/// servers. See {IOracleTribunal}.
contract OracleTribunal is Challenges {
    constructor(
        IElectricityTrading market_,
        Schedule memory schedule_,
        OracleTerms memory terms
    ) OracleBase(market_, schedule_, terms) {}

    /// @inheritdoc IOracleTribunal
    function history(
        Feed feed,
        uint256 from,
        uint256 count
    ) external view returns (Posting[] memory page) {
        page = new Posting[](count);
        for (uint256 i; i < count; i++) {
            page[i] = _read(feed, from + i).unpack();
        }
    }

    /// @inheritdoc IOracleTribunal
    function consentDigest(
        uint32 period,
        uint256 value,
        bytes32 commitment,
        int64 energyWh
    ) external view returns (bytes32) {
        return Consent.digest(_domainSeparatorV4(), period, value, commitment, energyWh);
    }

    /// @inheritdoc IOracleTribunal
    function supplyChangeAt(uint256 price) external view returns (int64) {
        return _changeAt(price, market.elecoinTerms().target);
    }

    /// @inheritdoc IOracleTribunal
    function oracleTerms() external view returns (OracleTerms memory) {
        return _terms();
    }
}
