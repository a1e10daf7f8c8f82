// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IMarketModules} from "../interfaces/IMarketModules.sol";
import {IOriginCertificates} from "../interfaces/IOriginCertificates.sol";

/// @title MarketGovernance
/// @notice A market's administrator in three offices, as OpenZeppelin's AccessManager keeps them; nothing else is its
/// own. What names meters, attestor, edge servers, fee accounts, or another administrator, and all that is not named
/// here, the administration can only `schedule`: everybody sees it for `delay` seconds before it can `execute` it. The
/// operator does the daily work at once. The guardian can pause trading, and do nothing else.
/// @dev Made for a market of which it is the administrator already, or about to become: then the market's
/// `transferOwnership` has named the address that it is going to have.
contract MarketGovernance is AccessManager {
    uint64 public constant OPERATOR = 1;
    uint64 public constant GUARDIAN = 2;
    /// @dev A mistake in seconds would lock the market out of its own administration for good.
    uint32 public constant LONGEST_DELAY = 30 days;

    IElectricityTrading public immutable market;

    error NotTheMarkets(address administrator);
    error InvalidDelay(uint32 delay, uint32 longest);

    /// @param administrator Schedules what waits for `delay` seconds. Changes of roles and delays wait as long.
    /// @param operator May be the same account.
    /// @param guardian A key that can be kept awake, because all it can do is pause.
    constructor(
        IElectricityTrading market_,
        address administrator,
        address operator,
        address guardian,
        uint32 delay
    ) AccessManager(address(this)) {
        require(delay != 0 && delay <= LONGEST_DELAY, InvalidDelay(delay, LONGEST_DELAY));
        market = market_;
        Ownable2Step owned = Ownable2Step(address(market_));
        if (owned.pendingOwner() == address(this)) owned.acceptOwnership();
        require(market_.administrator() == address(this), NotTheMarkets(market_.administrator()));

        address origin = IMarketModules(address(market_)).origin();
        address target = address(market_);
        _setTargetFunctionRole(target, market_.empower.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.revoke.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.setFee.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.setConstants.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.unpause.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.dispute.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.correct.selector, OPERATOR);
        _setTargetFunctionRole(origin, IOriginCertificates.register.selector, OPERATOR);
        _setTargetFunctionRole(origin, IOriginCertificates.end.selector, OPERATOR);
        _setTargetFunctionRole(target, market_.pause.selector, GUARDIAN);

        _grantRole(OPERATOR, operator, 0, 0);
        _grantRole(GUARDIAN, guardian, 0, 0);
        _grantRole(ADMIN_ROLE, administrator, 0, delay);
        _revokeRole(ADMIN_ROLE, address(this));
    }
}
