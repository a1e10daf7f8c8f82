// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";

/// @title IElecoin
/// @notice The community's prepaid energy (seed 003): ERC-20 with EIP-2612 permit. Only the market mints and burns.
interface IElecoin is IERC20, IERC20Permit {
    /// @notice Only the market may call this.
    error OnlyMarket(address caller);
    /// @notice Elecoins reach the market through `deposit`, so that its balance equals what it owes.
    error UseDeposit(address from, uint256 amount);

    /// @notice The trading contract.
    function market() external view returns (address);

    /// @notice Creates `amount` for `account`.
    function mint(address account, uint256 amount) external;

    /// @notice Destroys `amount` of the market's own balance.
    function burn(uint256 amount) external;
}
