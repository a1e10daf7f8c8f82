// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {NeedTotals} from "../libraries/NeedTotals.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {Feed, Signature} from "./IEquilibriumOracle.sol";
import {IMarketEvents} from "./IMarketEvents.sol";
import {Account, Slot} from "./MarketTypes.sol";

/// @title IEnergyMarket
/// @notice The market's every day: declare, read, trade, close.
interface IEnergyMarket is IMarketEvents {
    /// @notice Declares what the caller expects to spend in an epoch, once.
    function declareNeed(uint32 epoch, uint256 needWei) external;

    /// @notice Declares the caller's target for a period, once and finally; layout: library `Target`.
    function declareTarget(uint256 word) external;

    /// @notice The same three for a member; only the contracts that hold her order. See `Contracts`.
    function declareNeedFor(address member, uint32 epoch, uint256 needWei) external;

    /// @return pledgedWei What her deposit locked for the pool.
    function declareTargetFor(address member, uint256 word) external returns (uint256 pledgedWei);

    function tradeFor(
        address buyer,
        address retailer,
        uint24 period,
        uint32 energyWh,
        uint32 minWh,
        uint256 maxPrice,
        uint256 deadline
    ) external returns (uint256 filledWh, uint256 paidWei);

    /// @notice Reports the generation register (Wh, cumulative) at the end of a period. Only the account's meter.
    function generation(address account, uint24 period, uint64 register) external;

    /// @notice Reports the consumption register likewise.
    function consumption(address account, uint24 period, uint64 register) external;

    /// @notice Reports both registers, signed by the account's meter; by anyone. Layout of `word`: library `Readings`.
    function relayReading(address account, uint256 word, Signature calldata signature) external;

    /// @notice Many of them. What is refused is reported by `ReadingRefused` and blocks nothing.
    function relayReadings(
        address[] calldata accounts,
        uint256[] calldata words,
        Signature[] calldata signatures
    ) external;

    /// @notice Buys min(asked, available) Wh of a period from a retailer, at that period's posted price plus the fee
    /// of the zone pair. The buyer pays at once; the retailer's proceeds are credited when her period closes,
    /// the fees are booked when the buyer's does.
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

    /// @notice Closes `period`, and what is open before it, for accounts; anyone may, after the rating window.
    function close(address[] calldata accounts, uint24 period) external;

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

    /// @notice All that an elecoin report is checked against: the commitment to the needs of an epoch, their totals, and
    /// the game's terms one by one, as `ElecoinTerms` has them.
    function needTerms(
        uint256 epoch
    )
        external
        view
        returns (
            bytes32 commitment,
            NeedTotals totals,
            uint256 redemption,
            uint256 target,
            uint256 least,
            uint256 most,
            uint256 theta
        );

    /// @notice Running commitment keccak(previous, account, word) to the targets of a period.
    function targetCommitment(uint256 period) external view returns (bytes32);

    /// @notice Running commitment keccak(previous, account, needWei) to the needs of an epoch.
    function needCommitment(uint256 epoch) external view returns (bytes32);

    /// @notice What the needs of an epoch sum to.
    function needTotals(uint256 epoch) external view returns (NeedTotals);

    /// @notice Lowest price of a period: φ / c in ELE per kWh (1e18), rounded up to a tick.
    function floorPrice(uint256 period) external view returns (uint256);

    function schedule() external view returns (Schedule memory);

    function account(address who) external view returns (Account memory);

    function slot(address who, uint24 period) external view returns (Slot memory);

    /// @notice Two fields of it, at less gas: what the meter saw generated, and the flags.
    function readingOf(
        address who,
        uint24 period
    ) external view returns (uint32 generated, uint8 flags);

    /// @notice Wh that an account may still sell or buy of a period.
    function tradeable(address who, uint24 period) external view returns (uint256);
}
