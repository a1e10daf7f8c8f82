// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {MarketBase} from "./MarketBase.sol";
import {EdgeServer} from "../interfaces/IEquilibriumOracle.sol";
import {IMarketOffice} from "../interfaces/IMarketOffice.sol";
import {Account, ElecoinTerms, MarketState} from "../interfaces/MarketTypes.sol";
import {Rounding} from "../libraries/Rounding.sol";

/// @title ElecoinTreasury
/// @notice The money of the market: elecoins bought and redeemed, deposits, fees, and the servers' surplus.
/// @dev elecoin.balanceOf(market) = Σ deposits + proceeds and locks in open slots + unpaid fees; the coin held ≥
/// c × circulating + refunds + surplus.
abstract contract ElecoinTreasury is IMarketOffice, MarketBase {
    /* ---------------------------------------------------- elecoins ------------------------------------------------ */

    /// @inheritdoc IMarketOffice
    function buyToken(uint256 amount) external payable {
        Account memory member = _member(msg.sender);
        (uint256 price, ) = _oracle.elecoinPrice(clock.epochOf(clock.periodAt(block.timestamp)));
        uint256 cost = Rounding.mulWadUp(amount, price);
        require(msg.value >= cost, InsufficientPayment(msg.value, cost));
        uint256 circulating = _elecoin.totalSupply() + amount;
        uint256 cap = _oracle.elecoinCap(_totalElecoins);
        require(circulating <= cap, AboveCap(circulating, cap));

        member.deposit = SafeCast.toUint96(member.deposit + amount);
        _store(msg.sender, member);
        if (msg.value > cost) {
            _refundOf[msg.sender] += msg.value - cost;
            _refundsDue += msg.value - cost;
        }
        _elecoin.mint(address(this), amount);
        emit TokensBought(msg.sender, amount, price, cost);
    }

    /// @inheritdoc IMarketOffice
    function deposit(uint256 amount) external {
        _deposit(amount);
    }

    /// @inheritdoc IMarketOffice
    function depositWithPermit(
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        // Whoever saw the permit may have used it already; then the allowance is there.
        try _elecoin.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(amount);
    }

    function _deposit(uint256 amount) private {
        Account memory member = _account(msg.sender);
        member.deposit = SafeCast.toUint96(member.deposit + amount);
        _store(msg.sender, member);
        _elecoin.transferFrom(msg.sender, address(this), amount);
        emit Deposited(msg.sender, amount);
    }

    /// @inheritdoc IMarketOffice
    function withdraw(uint256 amount) external {
        _debit(amount);
        _elecoin.transfer(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
    }

    /// @inheritdoc IMarketOffice
    function redeemToken(uint256 amount) external {
        _debit(amount);
        _elecoin.burn(amount);
        uint256 value = Rounding.mulWadDown(amount, _redemption);
        emit Redeemed(msg.sender, amount, value);
        _send(msg.sender, value);
    }

    /// @inheritdoc IMarketOffice
    function withdrawRefund() external {
        uint256 value = _refundOf[msg.sender];
        require(value != 0, NothingOwed(msg.sender));
        _refundOf[msg.sender] = 0;
        _refundsDue -= value;
        emit RefundWithdrawn(msg.sender, value);
        _send(msg.sender, value);
    }

    function _debit(uint256 amount) private {
        Account memory member = _account(msg.sender);
        require(member.deposit >= amount, InsufficientDeposit(msg.sender, member.deposit, amount));
        // At most the deposit, which is a uint96.
        member.deposit -= uint96(amount);
        _store(msg.sender, member);
    }

    function _send(address to, uint256 value) private {
        (bool sent, ) = to.call{value: value}("");
        require(sent, TransferFailed(to, value));
    }

    /* ------------------------------------------------------ fees -------------------------------------------------- */

    /// @inheritdoc IMarketOffice
    function collectFees() external {
        MarketState memory state = _state();
        (uint256 network, uint256 levy) = (state.networkFees, state.levyFees);
        (state.networkFees, state.levyFees) = (0, 0);
        _store(state);
        _elecoin.transfer(_networkAccount, network);
        _elecoin.transfer(_levyAccount, levy);
        emit FeesCollected(_networkAccount, network, _levyAccount, levy);
    }

    /// @inheritdoc IMarketOffice
    function setFeeAccounts(address network, address levy) external onlyOwner {
        require(network != address(0) && levy != address(0), ZeroAddress());
        // The market's own balance is deposits and unpaid fees, nothing else.
        require(network != address(this) && levy != address(this), Miswired(address(this)));
        (_networkAccount, _levyAccount) = (network, levy);
        emit FeeAccountsSet(network, levy);
    }

    /* ----------------------------------------------------- surplus ------------------------------------------------ */

    /// @inheritdoc IMarketOffice
    function setEdgeServers(EdgeServer[] calldata servers) external onlyOwner {
        _accrueSurplus();
        _oracle.setEdgeServers(servers);
        _ledger.rankServers();
    }

    /// @inheritdoc IMarketOffice
    function withdrawSurplus() external {
        _accrueSurplus();
        uint256 value = _surplus[msg.sender];
        require(value != 0, NothingOwed(msg.sender));
        _surplus[msg.sender] = 0;
        _surplusDue -= value;
        emit SurplusWithdrawn(msg.sender, value);
        _send(msg.sender, value);
    }

    /// @dev Shares what the reserve holds above c × circulating equally among the present servers.
    function _accrueSurplus() private {
        EdgeServer[] memory servers = _oracle.edgeServers();
        uint256 share = _unshared() / servers.length;
        for (uint256 i; i < servers.length; i++) {
            _surplus[servers[i].signer] += share;
        }
        _surplusDue += share * servers.length;
    }

    function _unshared() private view returns (uint256) {
        uint256 owed =
            Rounding.mulWadUp(_elecoin.totalSupply(), _redemption) + _refundsDue + _surplusDue;
        return address(this).balance > owed ? address(this).balance - owed : 0;
    }

    /* ----------------------------------------------------- queries ------------------------------------------------ */

    /// @inheritdoc IMarketOffice
    function elecoinTerms() external view returns (ElecoinTerms memory) {
        return _elecoinTerms();
    }

    /// @inheritdoc IMarketOffice
    function networkFees() external view returns (uint256) {
        return _state().networkFees;
    }

    /// @inheritdoc IMarketOffice
    function levyFees() external view returns (uint256) {
        return _state().levyFees;
    }

    /// @inheritdoc IMarketOffice
    function surplusOf(address server) external view returns (uint256) {
        uint256 waiting =
            _oracle.serverIndexPlusOne(server) == 0
                ? 0
                : _unshared() / _oracle.edgeServers().length;
        return _surplus[server] + waiting;
    }

    /// @inheritdoc IMarketOffice
    function refundOf(address who) external view returns (uint256) {
        return _refundOf[who];
    }

    /// @inheritdoc IMarketOffice
    function totalElecoins() external view returns (uint256) {
        return _totalElecoins;
    }

    /// @inheritdoc IMarketOffice
    function unitPowerPrice() external view returns (uint256) {
        return _unitPowerPrice;
    }
}
