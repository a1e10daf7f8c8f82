// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IMarketModules} from "../interfaces/IMarketModules.sol";
import {IOriginCertificates} from "../interfaces/IOriginCertificates.sol";
import {Deal, IStandingOrders, Order, OrderTerms} from "../interfaces/IStandingOrders.sol";
import {Purchase} from "../interfaces/MarketTypes.sol";
import {TICK} from "../libraries/Rounding.sol";
import {SignatureCheck} from "../libraries/SignatureCheck.sol";
import {Target, TargetData} from "../libraries/Target.sol";

/// @title StandingOrders
/// @notice See {IStandingOrders}.
contract StandingOrders is IStandingOrders, EIP712, Nonces {
    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "StandingOrder(address member,address agent,uint96 maxPrice,uint96 dailyBudget,uint40 until,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant REVOCATION_TYPEHASH = keccak256(
        "Revocation(address member,uint256 nonce,uint256 deadline)"
    );

    IElectricityTrading public immutable market;

    mapping(address member => Order) private _orders;

    constructor(IElectricityTrading market_) EIP712("wattmarket StandingOrders", "1") {
        market = market_;
    }

    /* ----------------------------------------------------- orders ------------------------------------------------- */

    /// @inheritdoc IStandingOrders
    function setOrder(address agent, uint96 maxPrice, uint96 dailyBudget, uint40 until) external {
        _useNonce(msg.sender);
        _set(msg.sender, OrderTerms(agent, maxPrice, dailyBudget, until));
    }

    /// @inheritdoc IStandingOrders
    function setOrderFor(
        address member,
        OrderTerms calldata order,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _useSignature(
            member,
            orderDigest(member, order, nonce, deadline),
            nonce,
            deadline,
            signature
        );
        _set(member, order);
    }

    /// @inheritdoc IStandingOrders
    function revokeOrder() external {
        _useNonce(msg.sender);
        _revoke(msg.sender);
    }

    /// @inheritdoc IStandingOrders
    function revokeOrderFor(
        address member,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external {
        _useSignature(
            member,
            revocationDigest(member, nonce, deadline),
            nonce,
            deadline,
            signature
        );
        _revoke(member);
    }

    function _useSignature(
        address member,
        bytes32 digest,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) private {
        require(block.timestamp <= deadline, SignatureExpired(deadline));
        _useCheckedNonce(member, nonce);
        require(SignatureCheck.isSignedBy(member, digest, signature), InvalidSignature(member));
    }

    /// @dev What was used of the day's budget stays: a new order is no second budget.
    function _set(address member, OrderTerms memory terms) private {
        require(terms.agent != address(0), ZeroAgent());
        require(block.timestamp < terms.until, OrderExpired(member, terms.until));
        Order storage order = _orders[member];
        (order.agent, order.maxPrice) = (terms.agent, terms.maxPrice);
        (order.dailyBudget, order.until) = (terms.dailyBudget, terms.until);
        emit OrderSet(member, terms.agent, terms.maxPrice, terms.dailyBudget, terms.until);
    }

    function _revoke(address member) private {
        Order storage order = _orders[member];
        emit OrderRevoked(member, order.agent);
        (order.agent, order.maxPrice) = (address(0), 0);
        (order.dailyBudget, order.until) = (0, 0);
    }

    /* ----------------------------------------------------- acting ------------------------------------------------- */

    /// @inheritdoc IStandingOrders
    function declareNeed(address member, uint32 epoch, uint256 needWei) external {
        _orderFor(member);
        market.declareNeedFor(member, epoch, needWei);
    }

    /// @inheritdoc IStandingOrders
    function declareTarget(address member, uint256 word) public {
        uint256 maxPrice = _orderFor(member).maxPrice;
        TargetData memory target = Target.unpack(word);
        uint256 limit = target.limit * TICK;
        require(
            !target.pooled || target.net >= 0 || limit <= maxPrice,
            LimitAboveMaxPrice(limit, maxPrice)
        );
        _spend(member, market.declareTargetFor(member, word));
    }

    /// @inheritdoc IStandingOrders
    function trade(
        address member,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh) {
        return _trade(Deal(member, retailer, period, energyWh, minWh, maxPrice, deadline));
    }

    function _trade(Deal memory deal) private returns (uint256 filledWh) {
        uint256 paidWei;
        (filledWh, paidWei) = market.tradeFor(
            deal.member,
            deal.retailer,
            deal.period,
            deal.energyWh,
            deal.minWh,
            Math.min(deal.maxPrice, _orderFor(deal.member).maxPrice),
            deal.deadline
        );
        _spend(deal.member, paidWei);
    }

    /// @inheritdoc IStandingOrders
    function tradeGreen(
        address member,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh) {
        maxPrice = Math.min(maxPrice, _orderFor(member).maxPrice);
        uint256 paidWei;
        (filledWh, paidWei) = _origin().tradeGreenFor(
            member,
            retailer,
            period,
            energyWh,
            minWh,
            maxPrice,
            deadline
        );
        _spend(member, paidWei);
    }

    /// @inheritdoc IStandingOrders
    function rate(address member, uint24 period, Purchase[] calldata purchases) external {
        _orderFor(member);
        market.rateFor(member, period, purchases);
    }

    function _origin() private view returns (IOriginCertificates) {
        return IOriginCertificates(IMarketModules(address(market)).origin());
    }

    /// @dev The order that the caller may act under.
    function _orderFor(address member) private view returns (Order memory order) {
        order = _orders[member];
        require(msg.sender == order.agent, NotAgent(member, msg.sender));
        require(block.timestamp < order.until, OrderExpired(member, order.until));
    }

    /// @dev Reads what is used after the commitment was made: whoever receives certificates may have acted meanwhile.
    function _spend(address member, uint256 amount) private {
        if (amount == 0) return;
        Order storage order = _orders[member];
        uint24 day = _today();
        uint256 spent = amount + (order.day == day ? order.spent : 0);
        uint256 budget = order.dailyBudget;
        require(spent <= budget, OverBudget(member, spent, budget));
        // At most the budget, which is a uint96.
        (order.spent, order.day) = (uint96(spent), day);
        emit BudgetUsed(member, day, amount, spent);
    }

    /// @dev 2^24 days end in the year 47 903.
    function _today() private view returns (uint24) {
        return uint24(block.timestamp / 1 days);
    }

    /* ---------------------------------------------------- batches ------------------------------------------------- */

    /// @inheritdoc IStandingOrders
    function declareTargets(address[] calldata members, uint256[] calldata words) external {
        require(members.length == words.length, LengthsDiffer(members.length, words.length));
        for (uint256 i; i < members.length; i++) {
            _attempt(i, members[i], abi.encodeCall(this.declareTarget, (members[i], words[i])));
        }
    }

    /// @inheritdoc IStandingOrders
    function trades(Deal[] calldata deals) external {
        for (uint256 i; i < deals.length; i++) {
            Deal calldata d = deals[i];
            _attempt(
                i,
                d.member,
                abi.encodeCall(
                    this.trade,
                    (d.member, d.retailer, d.period, d.energyWh, d.minWh, d.maxPrice, d.deadline)
                )
            );
        }
    }

    /// @dev The item as a call of its own code by the same caller, so that its failure undoes itself and nothing else.
    function _attempt(uint256 item, address member, bytes memory call) private {
        (bool done, bytes memory reason) = address(this).delegatecall(call);
        if (!done) emit ItemFailed(item, member, reason);
    }

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    /// @inheritdoc IStandingOrders
    function orderOf(address member) external view returns (Order memory) {
        return _orders[member];
    }

    /// @inheritdoc IStandingOrders
    function budgetLeft(address member) external view returns (uint256) {
        Order memory order = _orders[member];
        if (block.timestamp >= order.until) return 0;
        return Math.saturatingSub(order.dailyBudget, order.day == _today() ? order.spent : 0);
    }

    /// @inheritdoc IStandingOrders
    function nonces(
        address member
    ) public view override(IStandingOrders, Nonces) returns (uint256) {
        return super.nonces(member);
    }

    /// @inheritdoc IStandingOrders
    function orderDigest(
        address member,
        OrderTerms calldata order,
        uint256 nonce,
        uint256 deadline
    ) public view returns (bytes32) {
        return
            _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, member, order, nonce, deadline)));
    }

    /// @inheritdoc IStandingOrders
    function revocationDigest(
        address member,
        uint256 nonce,
        uint256 deadline
    ) public view returns (bytes32) {
        return
            _hashTypedDataV4(keccak256(abi.encode(REVOCATION_TYPEHASH, member, nonce, deadline)));
    }
}
