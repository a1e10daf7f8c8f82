// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Purchase} from "./MarketTypes.sol";

/// @notice What a member allows her agent.
/// @param agent The only one who may act under the order.
/// @param maxPrice Most for energy, network and levy, ELE per kWh (1e18).
/// @param dailyBudget Most that the agent may spend or pledge of her deposit in a day, elecoin wei.
/// @param until The order ends at this second of chain time.
struct OrderTerms {
    address agent;
    uint96 maxPrice;
    uint96 dailyBudget;
    uint40 until;
}

/// @notice A member's order as it stands, two words: the terms, and what was used of the budget on the last day of use.
/// @param day Days of chain time since 1970 (UTC).
struct Order {
    address agent;
    uint96 maxPrice;
    uint96 dailyBudget;
    uint96 spent;
    uint40 until;
    uint24 day;
}

/// @notice One purchase for a member, as `IElectricityTrading.trade` takes it.
struct Deal {
    address member;
    address retailer;
    uint24 period;
    uint32 energyWh;
    uint32 minWh;
    uint256 maxPrice;
    uint256 deadline;
}

/// @title IStandingOrders
/// @notice Nobody signs a declaration and a trade for each of a day's 96 periods. A member signs one order; her agent
/// declares, trades and rates for her within it, and pays the gas.
///
/// What an agent can do at most: commit `dailyBudget` of her deposit a day to purchases at `maxPrice` or less, declare
/// badly (which costs her reputation, and the sale of what she declared too low), and refuse deliveries. A sale is always
/// at the posted price, whatever the agent does. What an agent can never do: move her elecoins to anybody but the
/// sellers, network and levy of her own purchases, withdraw, redeem, or touch her wallet.
///
/// The budget counts a purchase with what was paid, and a pooled declaration with what it locks, which is the most that
/// the pool can charge. What the pool returns does not come back to the day's budget: it bounds what an agent commits,
/// so a member who pools allows what a day would cost her at the grid's price, tolerance included. The day is the UTC day
/// of chain time. A new order takes over what was used on its first day.
interface IStandingOrders {
    event OrderSet(
        address indexed member,
        address indexed agent,
        uint96 maxPrice,
        uint96 dailyBudget,
        uint40 until
    );
    event OrderRevoked(address indexed member, address indexed agent);
    /// @notice `spent` is what the agent has used of the day's budget so far.
    event BudgetUsed(address indexed member, uint24 indexed day, uint256 amount, uint256 spent);
    /// @notice An item of a batch failed and changed nothing; `reason` is its revert data.
    event ItemFailed(uint256 indexed item, address indexed member, bytes reason);

    error ZeroAgent();
    error OrderExpired(address member, uint256 until);
    error SignatureExpired(uint256 deadline);
    error InvalidSignature(address member);
    error NotAgent(address member, address caller);
    /// @notice In the pool a buyer can be charged up to the limit that she declares.
    error LimitAboveMaxPrice(uint256 limit, uint256 maxPrice);
    /// @notice `spent` is what the day would come to with this commitment.
    error OverBudget(address member, uint256 spent, uint256 dailyBudget);
    error LengthsDiffer(uint256 members, uint256 items);

    /* ----------------------------------------------------- orders ------------------------------------------------- */

    /// @notice Gives the caller's order; it replaces an earlier one and voids what she signed and nobody relayed.
    function setOrder(address agent, uint96 maxPrice, uint96 dailyBudget, uint40 until) external;

    /// @notice The same, signed by the member (EIP-712; a contract by ERC-1271) and relayed by anyone.
    /// @param nonce Her next one, see `nonces`.
    /// @param deadline The signature's last second.
    function setOrderFor(
        address member,
        OrderTerms calldata order,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Ends the caller's order at once, and voids what she signed and nobody relayed.
    function revokeOrder() external;

    /// @notice The same, signed by the member and relayed by anyone.
    function revokeOrderFor(
        address member,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /* ----------------------------------------------------- acting ------------------------------------------------- */

    /// @notice Declares a member's need; as `IElectricityTrading.declareNeed`. Like all below, only by her agent.
    function declareNeed(address member, uint32 epoch, uint256 needWei) external;

    /// @notice Declares a member's target. A pooled buyer's limit must not exceed `maxPrice`.
    function declareTarget(address member, uint256 word) external;

    /// @notice Buys for a member at `maxPrice` or less, the lower one of the call and the order.
    function trade(
        address member,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh);

    /// @notice The same with the energy's certificates of origin; see `IOriginCertificates.tradeGreen`.
    function tradeGreen(
        address member,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh);

    /// @notice Rates a member's purchases of a period.
    function rate(address member, uint24 period, Purchase[] calldata purchases) external;

    /// @notice Declares for many members of one agent. An item that fails blocks no other: see `ItemFailed`.
    function declareTargets(address[] calldata members, uint256[] calldata words) external;

    /// @notice Buys for many members of one agent, in this order; items fail alone as above.
    function trades(Deal[] calldata deals) external;

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    function orderOf(address member) external view returns (Order memory);

    /// @notice What a member's agent may still commit today, elecoin wei; 0 without an order in force.
    function budgetLeft(address member) external view returns (uint256);

    /// @notice The next nonce that a member signs with.
    function nonces(address member) external view returns (uint256);

    /// @notice What a member signs to give an order.
    function orderDigest(
        address member,
        OrderTerms calldata order,
        uint256 nonce,
        uint256 deadline
    ) external view returns (bytes32);

    /// @notice What a member signs to end her order.
    function revocationDigest(
        address member,
        uint256 nonce,
        uint256 deadline
    ) external view returns (bytes32);
}
