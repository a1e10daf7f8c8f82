// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "./IElecoin.sol";
import {IEquilibriumOracle} from "./IEquilibriumOracle.sol";

/// @title IMarketModules
/// @notice The contracts that may act for members, as the market knows them; fixed when it is deployed.
interface IMarketModules {
    /// @notice Acts for members who gave a standing order.
    function orders() external view returns (address);

    /// @notice Buys for members who ask for certificates with their energy, and says who is certified.
    function origin() external view returns (address);
}

/// @title IMarketModule
/// @notice What each of them says of itself.
interface IMarketModule {
    /// @notice The market that it was made for.
    function market() external view returns (address);
}

/// @title IMarketParts
/// @notice What a market says of its other contracts.
interface IMarketParts {
    function elecoin() external view returns (IElecoin);

    function oracle() external view returns (IEquilibriumOracle);
}
