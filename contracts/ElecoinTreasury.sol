// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "./Clock.sol";
import {MemberRegistry} from "./MemberRegistry.sol";
import {
    Account,
    Contracts,
    ElecoinTerms,
    IElectricityTrading
} from "./interfaces/IElectricityTrading.sol";
import {IElecoin} from "./interfaces/IElecoin.sol";
import {EdgeServer, IEquilibriumOracle} from "./interfaces/IEquilibriumOracle.sol";
import {IReputationLedger} from "./interfaces/IReputationLedger.sol";
import {IWattcoin} from "./interfaces/IWattcoin.sol";
import {Rounding, TICK} from "./libraries/Rounding.sol";

/// @title ElecoinTreasury
/// @notice The money of the market: elecoins bought and redeemed, deposits, fees, and the servers' surplus.
/// @dev elecoin.balanceOf(market) = Σ deposits + unpaid fees; the coin held ≥ c × circulating + refunds + surplus.
abstract contract ElecoinTreasury is MemberRegistry {
    IElecoin public immutable elecoin;
    IEquilibriumOracle public immutable oracle;
    IReputationLedger public immutable ledger;
    IWattcoin public immutable wattcoin;

    /// @inheritdoc IElectricityTrading
    uint256 public immutable totalElecoins;
    /// @inheritdoc IElectricityTrading
    uint256 public immutable unitPowerPrice;
    uint256 private immutable _redemption;
    uint256 private immutable _target;
    uint256 private immutable _least;
    uint256 private immutable _most;
    uint256 private immutable _theta;

    address public networkAccount;
    address public levyAccount;
    uint128 private _networkFees;
    uint128 private _levyFees;

    /// @inheritdoc IElectricityTrading
    mapping(address who => uint256) public refundOf;
    mapping(address server => uint256) private _surplus;
    uint256 private _refundsDue;
    uint256 private _surplusDue;

    constructor(
        uint256 totalElecoins_,
        uint256 unitPowerPrice_,
        ElecoinTerms memory t,
        Contracts memory contracts_
    ) {
        require(
            t.redemption != 0 &&
                t.redemption <= t.least &&
                t.least <= t.most &&
                t.redemption < t.target &&
                t.theta != 0 &&
                t.theta <= type(uint128).max &&
                t.most / TICK <= type(uint32).max &&
                t.least % TICK == 0 &&
                t.most % TICK == 0,
            InvalidElecoinTerms(t.redemption, t.target, t.least, t.most, t.theta)
        );
        (_redemption, _target, _least, _most, _theta) = (
            t.redemption,
            t.target,
            t.least,
            t.most,
            t.theta
        );
        totalElecoins = totalElecoins_;
        unitPowerPrice = unitPowerPrice_;
        elecoin = contracts_.elecoin;
        oracle = contracts_.oracle;
        ledger = contracts_.ledger;
        wattcoin = contracts_.wattcoin;
        require(
            contracts_.elecoin.market() == address(this),
            Miswired(address(contracts_.elecoin))
        );
        require(
            contracts_.wattcoin.market() == address(this),
            Miswired(address(contracts_.wattcoin))
        );
        _requireSameClock(address(contracts_.oracle));
        _requireSameClock(address(contracts_.ledger));
        require(
            contracts_.ledger.oracle() == contracts_.oracle,
            Miswired(address(contracts_.ledger))
        );
    }

    function _requireSameClock(address other) private view {
        bytes32 theirs = keccak256(abi.encode(Clock(other).schedule()));
        require(theirs == keccak256(abi.encode(schedule())), Miswired(other));
    }

    /* ---------------------------------------------------- elecoins ------------------------------------------------ */

    /// @inheritdoc IElectricityTrading
    function buyToken(uint256 amount) external payable {
        Account memory member = _member(msg.sender);
        (uint256 price, ) = oracle.elecoinPrice(clock.epochOf(clock.periodAt(block.timestamp)));
        uint256 cost = Rounding.mulWadUp(amount, price);
        require(msg.value >= cost, InsufficientPayment(msg.value, cost));
        uint256 circulating = elecoin.totalSupply() + amount;
        require(circulating <= totalElecoins, AboveCap(circulating, totalElecoins));

        member.deposit = SafeCast.toUint96(member.deposit + amount);
        _store(msg.sender, member);
        if (msg.value > cost) {
            refundOf[msg.sender] += msg.value - cost;
            _refundsDue += msg.value - cost;
        }
        elecoin.mint(address(this), amount);
        emit TokensBought(msg.sender, amount, price, cost);
    }

    /// @inheritdoc IElectricityTrading
    function deposit(uint256 amount) external {
        _deposit(amount);
    }

    /// @inheritdoc IElectricityTrading
    function depositWithPermit(
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        // Whoever saw the permit may have used it already; then the allowance is there.
        try elecoin.permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(amount);
    }

    function _deposit(uint256 amount) private {
        Account memory member = _account(msg.sender);
        member.deposit = SafeCast.toUint96(member.deposit + amount);
        _store(msg.sender, member);
        elecoin.transferFrom(msg.sender, address(this), amount);
        emit Deposited(msg.sender, amount);
    }

    /// @inheritdoc IElectricityTrading
    function withdraw(uint256 amount) external {
        _debit(amount);
        elecoin.transfer(msg.sender, amount);
        emit Withdrawn(msg.sender, amount);
    }

    /// @inheritdoc IElectricityTrading
    function redeemToken(uint256 amount) external {
        _debit(amount);
        elecoin.burn(amount);
        uint256 value = Rounding.mulWadDown(amount, _redemption);
        emit Redeemed(msg.sender, amount, value);
        _send(msg.sender, value);
    }

    /// @inheritdoc IElectricityTrading
    function withdrawRefund() external {
        uint256 value = refundOf[msg.sender];
        require(value != 0, NothingOwed(msg.sender));
        refundOf[msg.sender] = 0;
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

    function _collect(uint256 network, uint256 levy) internal {
        _networkFees += SafeCast.toUint128(network);
        _levyFees += SafeCast.toUint128(levy);
    }

    /// @inheritdoc IElectricityTrading
    function collectFees() external {
        (uint256 network, uint256 levy) = (_networkFees, _levyFees);
        (_networkFees, _levyFees) = (0, 0);
        elecoin.transfer(networkAccount, network);
        elecoin.transfer(levyAccount, levy);
        emit FeesCollected(networkAccount, network, levyAccount, levy);
    }

    /// @inheritdoc IElectricityTrading
    function setFeeAccounts(address network, address levy) external onlyOwner {
        _setFeeAccounts(network, levy);
    }

    function _setFeeAccounts(address network, address levy) internal {
        require(network != address(0) && levy != address(0), ZeroAddress());
        // The market's own balance is deposits and unpaid fees, nothing else.
        require(network != address(this) && levy != address(this), Miswired(address(this)));
        (networkAccount, levyAccount) = (network, levy);
        emit FeeAccountsSet(network, levy);
    }

    /* ----------------------------------------------------- surplus ------------------------------------------------ */

    /// @inheritdoc IElectricityTrading
    function setEdgeServers(EdgeServer[] calldata servers) external onlyOwner {
        _accrueSurplus();
        oracle.setEdgeServers(servers);
        ledger.rankServers();
    }

    /// @inheritdoc IElectricityTrading
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
        EdgeServer[] memory servers = oracle.edgeServers();
        uint256 share = _unshared() / servers.length;
        for (uint256 i; i < servers.length; i++) {
            _surplus[servers[i].signer] += share;
        }
        _surplusDue += share * servers.length;
    }

    function _unshared() private view returns (uint256) {
        uint256 owed =
            Rounding.mulWadUp(elecoin.totalSupply(), _redemption) + _refundsDue + _surplusDue;
        return address(this).balance > owed ? address(this).balance - owed : 0;
    }

    /* ----------------------------------------------------- queries ------------------------------------------------ */

    /// @inheritdoc IElectricityTrading
    function elecoinTerms() public view returns (ElecoinTerms memory) {
        return ElecoinTerms(_redemption, _target, _least, _most, _theta);
    }

    /// @inheritdoc IElectricityTrading
    function networkFees() external view returns (uint256) {
        return _networkFees;
    }

    /// @inheritdoc IElectricityTrading
    function levyFees() external view returns (uint256) {
        return _levyFees;
    }

    /// @inheritdoc IElectricityTrading
    function surplusOf(address server) external view returns (uint256) {
        uint256 waiting =
            oracle.serverIndexPlusOne(server) == 0 ? 0 : _unshared() / oracle.edgeServers().length;
        return _surplus[server] + waiting;
    }

    function _ledger() internal view override returns (IReputationLedger) {
        return ledger;
    }
}
