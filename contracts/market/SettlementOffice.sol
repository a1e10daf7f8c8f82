// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AttestedReadings} from "./AttestedReadings.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketPart} from "./MarketPart.sol";
import {Pool} from "./Pool.sol";
import {MarketTerms} from "../interfaces/MarketTypes.sol";
import {Schedule} from "../libraries/Schedule.sol";

/// @title SettlementOffice
/// @notice The market's third part: readings of many meters at once, and wrong ones; the pool. Its code runs in
/// the market's storage.
contract SettlementOffice is AttestedReadings, Pool, MarketPart {
    constructor(
        address administrator_,
        uint256 totalElecoins_,
        uint256 unitPowerPrice_,
        Schedule memory schedule_,
        MarketTerms memory terms
    )
        MarketBase(
            administrator_,
            totalElecoins_,
            unitPowerPrice_,
            schedule_,
            terms.elecoin,
            terms.contracts
        )
    {}
}
