// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title IWattcoin
/// @notice 1 WATT for each MWh sold, delivered and accepted by quality of experience (seeds 000, 001).
interface IWattcoin is IERC20 {
    /// @notice Only the market may call this.
    error OnlyMarket(address caller);

    /// @notice The trading contract.
    function market() external view returns (address);

    /// @notice Creates `amount` for `account`.
    function mint(address account, uint256 amount) external;
}
