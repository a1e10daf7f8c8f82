// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer} from "./IEquilibriumOracle.sol";
import {IMarketEvents} from "./IMarketEvents.sol";
import {Constants, ElecoinTerms, Fee, Purchase, Registers} from "./MarketTypes.sol";

/// @title IMarketOffice
/// @notice The market's office: members, fees, money, ratings.
interface IMarketOffice is IMarketEvents {
    /// @notice Registers a member, or changes her zone, rights and rated power. Names stay off chain: `nameHash` is
    /// salted. Only the administrator.
    /// @param ratedPower W; scales reputation and bounds readings.
    function empower(
        address account,
        bytes32 nameHash,
        uint16 zone,
        bool generationRight,
        bool tradingRight,
        uint32 ratedPower
    ) external;

    /// @notice Takes away the rights to generate and to trade; deposit, withdrawal and redemption stay.
    function revoke(address account) external;

    /// @notice Says who earns certificates of origin in place of Wattcoin. Only the contract of certificates.
    function certify(address account, bool certified) external;

    /// @notice Says which key reads an account's meter, and where its registers stand.
    /// @param registers Bit 0: it has a generation register; bit 1: a consumption register.
    function installMeter(
        address account,
        address meter,
        uint64 generationRegister,
        uint64 consumptionRegister,
        uint8 registers
    ) external;

    /// @notice Network fee and levy of energy from one zone to another, in ticks of currency per kWh. Before the first
    /// declaration deadline it holds at once, later after more than an epoch. A pair never set may not trade.
    function setFee(
        uint16 fromZone,
        uint16 toZone,
        uint32 network,
        uint32 levy,
        bool permitted
    ) external;

    /// @notice Changes the market constants with the same delay.
    function setConstants(uint32 feedIn, uint16 toleranceBps, uint8 qualityThreshold) external;

    function setFeeAccounts(address network, address levy) external;

    /// @notice Replaces the edge servers. Surplus earned so far stays with the former ones.
    function setEdgeServers(EdgeServer[] calldata servers) external;

    /// @notice Stops new trades. Withdrawal and redemption go on.
    function pause() external;

    function unpause() external;

    /// @notice Names the market that takes over. It must start with an epoch of this one that is still to come; until
    /// then another may be named. Periods from there on are never traded here; those before are settled as
    /// ever. Declare and buy elecoins there from then on. Withdrawal and redemption stay open for ever.
    function succeedBy(address market) external;

    /// @notice Buys `amount` elecoins (wei) at the posted price, paid in the chain's coin and rounded up; credited to
    /// the deposit. What was paid too much waits in `refundOf`.
    function buyToken(uint256 amount) external payable;

    /// @notice Moves elecoins from the caller's wallet to her deposit (needs an allowance).
    function deposit(uint256 amount) external;

    /// @notice The same with an EIP-2612 permit instead of an allowance.
    function depositWithPermit(
        uint256 amount,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;

    /// @notice Moves elecoins from the deposit to the wallet. Never paused.
    function withdraw(uint256 amount) external;

    /// @notice Redeems elecoins of the deposit for c each, rounded down. Never paused, whatever the feeds say.
    function redeemToken(uint256 amount) external;

    function withdrawRefund() external;

    /// @notice Pays an edge server its equal share of reserve − c × circulating.
    function withdrawSurplus() external;

    /// @notice Pays collected network fees and levies to their accounts. By anyone.
    function collectFees() external;

    /// @notice Rates the caller's purchases of a period, all of them, in the order of their trades. No rating counts
    /// as accepted.
    function rate(uint24 period, Purchase[] calldata purchases) external;

    /// @notice The same for a buyer; only the contract that holds her order.
    function rateFor(address buyer, uint24 period, Purchase[] calldata purchases) external;

    /// @notice Network fee and levy in ELE per kWh (1e18, rounded up) at the elecoin price of the period's epoch.
    function feeOf(
        uint16 fromZone,
        uint16 toZone,
        uint24 period
    ) external view returns (uint256 network, uint256 levy);

    /// @notice The fee table's entry, in currency.
    function fee(uint16 fromZone, uint16 toZone) external view returns (Fee memory);

    function constants() external view returns (Constants memory);

    function elecoinTerms() external view returns (ElecoinTerms memory);

    function registers(address who) external view returns (Registers memory);

    function meterOf(address who) external view returns (address);

    function nameHashOf(address who) external view returns (bytes32);

    /// @notice Whether nothing can be traded: stopped by the administrator, or succeeded and the last period is over.
    function paused() external view returns (bool);

    /// @notice The market that takes over, and the period of this one from which on; zeros while there is none.
    function successor() external view returns (address market, uint24 fromPeriod);

    function accountCount() external view returns (uint256);

    /// @notice A page of members in order of registration.
    function accounts(uint256 offset, uint256 limit) external view returns (address[] memory);

    function networkFees() external view returns (uint256);

    function levyFees() external view returns (uint256);

    function refundOf(address who) external view returns (uint256);

    /// @notice Reserve earned by an edge server and not yet withdrawn.
    function surplusOf(address server) external view returns (uint256);

    /// @notice The cap on what may circulate.
    function totalElecoins() external view returns (uint256);

    /// @notice Q of the elecoin game until prices exist, currency per kWh (1e18).
    function unitPowerPrice() external view returns (uint256);

    /// @notice The administrator (transfer in two steps).
    function administrator() external view returns (address);
}
