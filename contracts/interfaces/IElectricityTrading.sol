// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IEnergyMarket} from "./IEnergyMarket.sol";
import {IMarketOffice} from "./IMarketOffice.sol";
import {IPool} from "./IPool.sol";
import {ISettlementOffice} from "./ISettlementOffice.sol";
// Whoever imports the market finds its types with it.
/* solhint-disable no-unused-import */
import {
    Account,
    Constants,
    Contracts,
    ElecoinTerms,
    Fee,
    MarketTerms,
    Purchase,
    Registers,
    Slot
} from "./MarketTypes.sol";
/* solhint-enable no-unused-import */

/// @title IElectricityTrading
/// @notice The electricity trading contract (ETSC, seed 003 Algorithm 2). Members declare targets, meters report
/// cumulative registers, members trade what the meter showed at the period's posted equilibrium price, and the rest
/// is the grid's. Energy is double-entry: per account and period, to the Wh,
/// generated + bought + imported = consumed + sold + exported. Every elecoin of a trade leaves one deposit and enters
/// another or a fee account. An elecoin redeems for `redemption`, always.
/// Its code is in three parts behind one address: what happens every period, the office, and the settlement office.
interface IElectricityTrading is IEnergyMarket, IMarketOffice, ISettlementOffice, IPool {}
