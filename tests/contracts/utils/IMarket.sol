// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElectricityTrading} from "contracts/interfaces/IElectricityTrading.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IEquilibriumOracle} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";

/// @notice What the market inherits besides its interface.
interface IMarket is IElectricityTrading {
    error OwnableUnauthorizedAccount(address account);

    function pendingOwner() external view returns (address);
    function transferOwnership(address next) external;
    function acceptOwnership() external;
    function renounceOwnership() external;
    function elecoin() external view returns (IElecoin);
    function oracle() external view returns (IEquilibriumOracle);
    function ledger() external view returns (IReputationLedger);
    function office() external view returns (address);
    function settlement() external view returns (address);
    function wattcoin() external view returns (IWattcoin);
    function networkAccount() external view returns (address);
    function levyAccount() external view returns (address);
}
