// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Schedule} from "../libraries/Schedule.sol";
import {IElecoin} from "./IElecoin.sol";
import {EdgeServer, Feed, IEquilibriumOracle} from "./IEquilibriumOracle.sol";
import {IReputationLedger} from "./IReputationLedger.sol";
import {IWattcoin} from "./IWattcoin.sol";

/// @notice A member's account, one word. `needEpoch` and `nextClose` are one past the last epoch declared and the last
/// period closed; `remainderWh` is accepted energy not yet minted as Wattcoin.
struct Account {
    uint96 deposit;
    uint32 ratedPower;
    uint32 index;
    uint24 nextClose;
    uint24 remainderWh;
    uint24 needEpoch;
    uint16 zone;
    uint8 rights;
}

/// @notice One account in one period, one word. `traded` is sold or bought by the sign of the metered net.
struct Slot {
    uint24 period;
    int32 net;
    uint32 price;
    uint32 limit;
    uint32 generated;
    uint32 consumed;
    uint32 traded;
    uint32 refused;
    uint8 flags;
}

/// @notice Cumulative registers in Wh, and one past the last period read.
struct Registers {
    uint64 generation;
    uint64 consumption;
    uint24 generationNext;
    uint24 consumptionNext;
    uint8 installed;
}

/// @notice Network fee and levy of a zone pair in ticks of currency per kWh; the second three hold from `fromPeriod`.
struct Fee {
    uint32 network;
    uint32 levy;
    bool permitted;
    uint32 nextNetwork;
    uint32 nextLevy;
    bool nextPermitted;
    uint24 fromPeriod;
}

/// @notice Market constants; the second three hold from `fromPeriod`.
/// @param feedIn φ: the lowest feed-in of members who may sell, ticks of currency per kWh. The price floor is φ / c.
/// @param toleranceBps Metered energy above (1 + tolerance) × declared is the grid's.
/// @param qualityThreshold Purchases rated below it are refused.
struct Constants {
    uint32 feedIn;
    uint16 toleranceBps;
    uint8 qualityThreshold;
    uint32 nextFeedIn;
    uint16 nextToleranceBps;
    uint8 nextQualityThreshold;
    uint24 fromPeriod;
}

/// @notice The Stackelberg game of the elecoin price (spec §B), fixed at deployment.
/// @param redemption c: currency that backs one elecoin.
/// @param target p̄: the price at a typical mean need.
/// @param least Lower bound of the price, at least c.
/// @param most Upper bound of the price.
/// @param theta θ = m̄₀ p̄² / (p̄ − c), in elecoin wei times WAD per WAD.
struct ElecoinTerms {
    uint256 redemption;
    uint256 target;
    uint256 least;
    uint256 most;
    uint256 theta;
}

/// @notice The other contracts of a deployment, made before this one with its predicted address.
struct Contracts {
    IElecoin elecoin;
    IEquilibriumOracle oracle;
    IReputationLedger ledger;
    IWattcoin wattcoin;
}

/// @notice What a deployment fixes besides the clock and the names of Algorithm 2.
/// @param feedIn As in `Constants`, like the next two; they can be changed later, with a delay.
struct MarketTerms {
    ElecoinTerms elecoin;
    uint32 feedIn;
    uint16 toleranceBps;
    uint8 qualityThreshold;
    address networkAccount;
    address levyAccount;
    Contracts contracts;
}

/// @notice Energy bought from one retailer in a period, as it is rated.
/// @param quality Quality of experience, 0–100.
/// @param reason A code, nonzero where the energy is refused.
struct Purchase {
    address retailer;
    uint32 energyWh;
    uint8 quality;
    uint8 reason;
}

/// @title IElectricityTrading
/// @notice The electricity trading contract (ETSC, seed 003 Algorithm 2). Members declare targets, meters report
/// cumulative registers, members trade what the meter showed at the period's posted equilibrium price, and the rest
/// is the grid's. Energy is double-entry: per account and period, to the Wh,
/// generated + bought + imported = consumed + sold + exported. Every elecoin of a trade leaves one deposit and enters
/// another or a fee account. An elecoin redeems for `redemption`, always.
interface IElectricityTrading {
    /* ------------------------------------------------ registration ------------------------------------------------ */

    event Empowered(
        address indexed account,
        bytes32 nameHash,
        uint16 zone,
        bool generationRight,
        bool tradingRight,
        uint32 ratedPower
    );
    event Revoked(address indexed account);
    event MeterInstalled(
        address indexed account,
        address indexed meter,
        uint64 generation,
        uint64 consumption,
        uint8 registers
    );
    event FeeScheduled(
        uint16 indexed fromZone,
        uint16 indexed toZone,
        uint32 network,
        uint32 levy,
        bool permitted,
        uint24 fromPeriod
    );
    event ConstantsScheduled(
        uint32 feedIn,
        uint16 toleranceBps,
        uint8 qualityThreshold,
        uint24 fromPeriod
    );
    event FeeAccountsSet(address network, address levy);

    /* --------------------------------------------------- elecoins ------------------------------------------------- */

    event TokensBought(address indexed account, uint256 amount, uint256 price, uint256 paid);
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Redeemed(address indexed account, uint256 amount, uint256 value);
    event RefundWithdrawn(address indexed account, uint256 value);
    event SurplusWithdrawn(address indexed server, uint256 value);
    event FeesCollected(
        address indexed networkAccount,
        uint256 network,
        address indexed levyAccount,
        uint256 levy
    );

    /* ------------------------------------------------- the period ------------------------------------------------- */

    event NeedDeclared(uint32 indexed epoch, address indexed account, uint256 needWei);
    event TargetDeclared(uint24 indexed period, address indexed account, uint256 word);
    /// @notice A reading: register in Wh, and its difference from the last one.
    event Generation(
        address indexed account,
        uint24 indexed period,
        uint64 register,
        uint32 energyWh
    );
    event Consumption(
        address indexed account,
        uint24 indexed period,
        uint64 register,
        uint32 energyWh
    );
    event Traded(
        uint24 indexed period,
        address indexed buyer,
        address indexed retailer,
        uint32 energyWh,
        uint256 price,
        uint256 cost,
        uint256 network,
        uint256 levy
    );
    event Rated(
        uint24 indexed period,
        address indexed buyer,
        address indexed retailer,
        uint32 energyWh,
        uint8 quality,
        uint8 reason
    );
    /// @notice The energy of an account and period. `accepted` is what counts for Wattcoin (a seller's) or as a green
    /// claim (a buyer's).
    event Closed(
        uint24 indexed period,
        address indexed account,
        uint32 generated,
        uint32 consumed,
        uint32 bought,
        uint32 sold,
        uint32 imported,
        uint32 exported,
        uint32 accepted
    );

    /* ---------------------------------------------------- errors -------------------------------------------------- */

    error ZeroAddress();
    /// @notice The administrator can hand over (two steps), not leave.
    error CannotRenounce();
    error InvalidElecoinTerms(
        uint256 redemption,
        uint256 target,
        uint256 least,
        uint256 most,
        uint256 theta
    );
    /// @notice One of the other contracts was not made for this one, or with another schedule or oracle; or the market
    /// itself was named as a fee account.
    error Miswired(address other);
    error NotRegistered(address account);
    error NoTradingRight(address account);
    error NoGenerationRight(address account);
    error InvalidRating(address account);
    /// @notice The rated power scales open deviations, so it changes only while no period of the account is open.
    error PeriodOpen(address account, uint24 period);
    error NotMeterOf(address account, address caller);
    error NotInstalled(address account, uint8 register);
    /// @notice A change from this period on is pending, and periods under both terms are open: it stands.
    error ChangePending(uint24 fromPeriod);
    error InvalidTolerance(uint16 toleranceBps);
    error InvalidQuality(uint8 quality);

    /// @notice The action opens at `opens` and is too late from `closes` on.
    error OutsideWindow(uint256 period, uint256 opens, uint256 closes);
    error NeedAlreadyDeclared(address account, uint32 epoch);
    error NeedOutOfRange(uint256 needWei, uint256 most);
    error AlreadyDeclared(address account, uint24 period);
    error AlreadyRead(address account, uint24 period);
    error RegisterFell(address account, uint64 given, uint64 last);
    error AboveRating(address account, uint256 energyWh, uint256 most);

    error DeadlinePassed(uint256 deadline);
    error TradeWithSelf(address account);
    error PairNotPermitted(uint16 fromZone, uint16 toZone);
    error PriceAboveMax(uint256 price, uint256 maxPrice);
    /// @notice The buyer declared that energy is worth less to her, or that the grid is cheaper.
    error PriceAboveReservation(uint256 price, uint256 reservation);
    error PriceBelowCost(uint256 price, uint256 cost);
    error NothingToTrade(address account, uint256 period);
    error BelowMinimum(uint256 available, uint256 minimum);
    error InsufficientDeposit(address account, uint256 deposit, uint256 needed);
    error InsufficientPayment(uint256 paid, uint256 needed);
    error AboveCap(uint256 circulating, uint256 cap);
    error NothingOwed(address account);
    error TransferFailed(address account, uint256 value);

    error PurchasesMismatch(address buyer, uint256 period);
    error ReasonRequired(address retailer);
    error NotClosable(uint256 period, uint256 opens);

    /* ----------------------------------------------- registration ------------------------------------------------- */

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

    /* ---------------------------------------------------- elecoins ------------------------------------------------ */

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

    /* --------------------------------------------------- the period ----------------------------------------------- */

    /// @notice Declares what the caller expects to spend in an epoch, once.
    function declareNeed(uint32 epoch, uint256 needWei) external;

    /// @notice Declares the caller's target for a period, once and finally; layout: library `Target`.
    function declareTarget(uint256 word) external;

    /// @notice Reports the generation register (Wh, cumulative) at the end of a period. Only the account's meter.
    function generation(address account, uint24 period, uint64 register) external;

    /// @notice Reports the consumption register likewise.
    function consumption(address account, uint24 period, uint64 register) external;

    /// @notice Buys min(asked, available) Wh of a period from a retailer, at that period's posted price plus the fee
    /// of the zone pair.
    /// @param minWh Reverts `BelowMinimum` if less than this is available.
    /// @param maxPrice Most for energy, network and levy, ELE per kWh (1e18).
    function trade(
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh);

    /// @notice Rates the caller's purchases of a period, all of them, in the order of their trades. No rating counts
    /// as accepted.
    function rate(uint24 period, Purchase[] calldata purchases) external;

    /// @notice Closes `period`, and what is open before it, for accounts; anyone may, after the rating window.
    function close(address[] calldata accounts, uint24 period) external;

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    /// @notice Reverts with the reason why `buyer` could not buy from `retailer`; else what she could.
    /// @return availableWh The most that can be filled now.
    /// @return price ELE per kWh of energy.
    /// @return fee ELE per kWh of network fee and levy.
    function checkQualification(
        address buyer,
        address retailer,
        uint24 period
    ) external view returns (uint256 availableWh, uint256 price, uint256 fee);

    /// @notice What a report must name and respect.
    function reportTerms(
        Feed feed,
        uint256 epoch
    ) external view returns (bytes32 commitment, uint256 least, uint256 most);

    /// @notice Running commitment keccak(previous, account, word) to the targets of a period.
    function targetCommitment(uint256 period) external view returns (bytes32);

    /// @notice Running commitment keccak(previous, account, needWei) to the needs of an epoch.
    function needCommitment(uint256 epoch) external view returns (bytes32);

    /// @notice Lowest price of a period: φ / c in ELE per kWh (1e18), rounded up to a tick.
    function floorPrice(uint256 period) external view returns (uint256);

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

    function schedule() external view returns (Schedule memory);

    function account(address who) external view returns (Account memory);

    function slot(address who, uint24 period) external view returns (Slot memory);

    function registers(address who) external view returns (Registers memory);

    function meterOf(address who) external view returns (address);

    function nameHashOf(address who) external view returns (bytes32);

    /// @notice Wh that an account may still sell or buy of a period.
    function tradeable(address who, uint24 period) external view returns (uint256);

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
