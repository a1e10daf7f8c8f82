// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IWattcoin} from "../interfaces/IWattcoin.sol";

/// @title Wattcoin
/// @notice See {IWattcoin}.
contract Wattcoin is IWattcoin, ERC20 {
    /// @inheritdoc IWattcoin
    address public immutable market;

    constructor(address market_) ERC20("Wattcoin", "WATT") {
        market = market_;
    }

    /// @inheritdoc IWattcoin
    function mint(address account, uint256 amount) external {
        require(msg.sender == market, OnlyMarket(msg.sender));
        _mint(account, amount);
    }
}
