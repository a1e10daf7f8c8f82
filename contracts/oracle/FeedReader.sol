// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Clock} from "../Clock.sol";
import {IAggregatorV3} from "../interfaces/IAggregatorV3.sol";
import {Feed, IEquilibriumOracle, Posting} from "../interfaces/IEquilibriumOracle.sol";
import {IMarketModule, IMarketParts} from "../interfaces/IMarketModules.sol";
import {IMarketOffice} from "../interfaces/IMarketOffice.sol";
import {TICK} from "../libraries/Rounding.sol";

/// @notice What a reader answers with.
enum Quantity {
    /// Currency per elecoin; a round is an epoch of the elecoin feed.
    ElecoinPrice,
    /// ELE per kWh; a round is a period.
    ElectricityPrice,
    /// The share of what sellers offer that finds a buyer; a round is a period.
    MatchingProbability
}

/// @title FeedReader
/// @notice One quantity of the oracle in the shape in which price feeds are commonly read, 18 decimals. `startedAt` is
/// the start of the period or epoch, `updatedAt` the time of posting. An elecoin price that serves a further epoch is
/// flagged as usual: `answeredInRound` is before the round. Everything older reverts.
contract FeedReader is IAggregatorV3, Clock {
    /// @inheritdoc IAggregatorV3
    uint8 public constant decimals = 18;
    /// @inheritdoc IAggregatorV3
    uint256 public constant version = 1;

    IEquilibriumOracle public immutable oracle;
    Quantity public immutable quantity;

    constructor(
        IEquilibriumOracle oracle_,
        Quantity quantity_
    ) Clock(Clock(address(oracle_)).schedule()) {
        oracle = oracle_;
        quantity = quantity_;
    }

    /// @inheritdoc IAggregatorV3
    function description() external view returns (string memory) {
        if (quantity == Quantity.ElecoinPrice) return "currency / ELE";
        return quantity == Quantity.ElectricityPrice ? "ELE / kWh" : "matching probability";
    }

    /// @inheritdoc IAggregatorV3
    function getRoundData(
        uint80 roundId
    )
        external
        view
        returns (
            uint80 id,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        )
    {
        (Posting memory posting, ) = oracle.posting(_feed(), roundId);
        return (roundId, _answer(posting), _startOf(roundId), posting.postedAt, roundId);
    }

    /// @inheritdoc IAggregatorV3
    function latestRoundData()
        external
        view
        returns (
            uint80 id,
            int256 answer,
            uint256 startedAt,
            uint256 updatedAt,
            uint80 answeredInRound
        )
    {
        (uint256 epoch, Posting memory posting) = oracle.latest(_feed());
        uint256 current = clock.periodAt(block.timestamp);
        if (_feed() == Feed.Elecoin) current = clock.epochOf(current);
        uint256 round = epoch < current ? current : epoch;
        // An epoch is a uint32 where it is posted.
        return (uint80(round), _answer(posting), _startOf(round), posting.postedAt, uint80(epoch));
    }

    /// @notice The oracle that takes over from this one's, and when; zeros while its market has no successor.
    function successor() external view returns (IEquilibriumOracle next, uint256 from) {
        // The oracle names its market as the market's modules do.
        address market = IMarketModule(address(oracle)).market();
        (market, ) = IMarketOffice(market).successor();
        if (market == address(0)) return (next, from);
        return (IMarketParts(market).oracle(), Clock(market).schedule().start);
    }

    function _feed() private view returns (Feed) {
        return quantity == Quantity.ElecoinPrice ? Feed.Elecoin : Feed.Electricity;
    }

    function _answer(Posting memory posting) private view returns (int256) {
        if (quantity == Quantity.MatchingProbability)
            return int256(uint256(posting.matchingProbability));
        return int256(uint256(posting.priceTicks) * TICK);
    }

    function _startOf(uint256 round) private view returns (uint256) {
        return
            clock.startOf(quantity == Quantity.ElecoinPrice ? round * clock.epochPeriods() : round);
    }
}
