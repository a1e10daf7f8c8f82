// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Proxy} from "@openzeppelin/contracts/proxy/Proxy.sol";
import {ElecoinTreasury} from "./ElecoinTreasury.sol";
import {MarketBase} from "./MarketBase.sol";
import {MarketWiring} from "./MarketWiring.sol";
import {MemberRegistry} from "./MemberRegistry.sol";
import {Ratings} from "./Ratings.sol";
import {Succession} from "./Succession.sol";
import {IMarketOffice} from "../interfaces/IMarketOffice.sol";
import {MarketTerms} from "../interfaces/MarketTypes.sol";
import {Schedule} from "../libraries/Schedule.sol";

/// @title MarketOffice
/// @notice The market's second part: registration, money, ratings. Its code runs in the market's storage; called by
/// itself it finds no member and no money. What it does not know goes on to the settlement office.
contract MarketOffice is MemberRegistry, ElecoinTreasury, Ratings, Succession, MarketWiring, Proxy {
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

    /// @inheritdoc IMarketOffice
    function feeOf(
        uint16 fromZone,
        uint16 toZone,
        uint24 period
    ) external view returns (uint256 network, uint256 levy) {
        (uint256 elecoinPrice, ) = _oracle.elecoinPrice(clock.epochOf(period));
        return _feeAt(fromZone, toZone, period, elecoinPrice);
    }

    function _implementation() internal view override returns (address) {
        return _settlement;
    }

    receive() external payable {
        revert UseBuyToken(msg.sender, msg.value);
    }
}
