// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IElecoin} from "../interfaces/IElecoin.sol";

/// @title Elecoin
/// @notice See {IElecoin}.
contract Elecoin is IElecoin, ERC20Permit {
    /// @inheritdoc IElecoin
    address public immutable market;

    constructor(address market_) ERC20("Elecoin", "ELE") ERC20Permit("Elecoin") {
        market = market_;
    }

    modifier onlyMarket() {
        require(msg.sender == market, OnlyMarket(msg.sender));
        _;
    }

    /// @inheritdoc IElecoin
    function mint(address account, uint256 amount) external onlyMarket {
        _mint(account, amount);
    }

    /// @inheritdoc IElecoin
    function burn(uint256 amount) external onlyMarket {
        _burn(msg.sender, amount);
    }

    /// @inheritdoc IERC20Permit
    function nonces(
        address owner
    ) public view override(ERC20Permit, IERC20Permit) returns (uint256) {
        return super.nonces(owner);
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(to != market || msg.sender == market, UseDeposit(from, amount));
        super._update(from, to, amount);
    }
}
