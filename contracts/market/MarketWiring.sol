// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MarketPart} from "./MarketPart.sol";
import {IElecoin} from "../interfaces/IElecoin.sol";
import {IEquilibriumOracle} from "../interfaces/IEquilibriumOracle.sol";
import {IReputationLedger} from "../interfaces/IReputationLedger.sol";
import {IWattcoin} from "../interfaces/IWattcoin.sol";

/// @title MarketWiring
/// @notice Who the market works with. Answered by the office: each function that the market's first half has makes those
/// that the compiler puts after it 22 gas dearer.
abstract contract MarketWiring is MarketPart {
    /// @notice The currency of the market.
    function elecoin() external view returns (IElecoin) {
        return _elecoin;
    }

    /// @notice Where its prices are posted.
    function oracle() external view returns (IEquilibriumOracle) {
        return _oracle;
    }

    /// @notice Where its members' reputation is kept.
    function ledger() external view returns (IReputationLedger) {
        return _ledger;
    }

    /// @notice What accepted energy earns.
    function wattcoin() external view returns (IWattcoin) {
        return _wattcoin;
    }

    /// @notice The second part of its code.
    function office() external view returns (address) {
        return _office;
    }

    /// @notice The third part of its code.
    function settlement() external view returns (address) {
        return _settlement;
    }

    /// @notice Who gets the network fees.
    function networkAccount() external view returns (address) {
        return _networkAccount;
    }

    /// @notice Who gets the levy.
    function levyAccount() external view returns (address) {
        return _levyAccount;
    }
}
