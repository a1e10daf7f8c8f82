// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Feed, IEquilibriumOracle} from "./IEquilibriumOracle.sol";

/// @notice A member's standing. Reputation is in WAD and may be negative.
struct Standing {
    int128 reputation;
    uint32 age;
    uint32 nextRound;
    bool registered;
}

/// @title IReputationLedger
/// @notice R ← min(R + n/T_C − (1/T_C) Σ |actual − target| / scale, τ + A), a round of T_C periods at a time
/// (seed 002). Target and actual are signed net positions; the scale is rated power × step. Only declared periods
/// with a nonzero target or reading count, so silence earns nothing; a target without a reading enters with the
/// deviation max(|target|, 2 scale).
interface IReputationLedger {
    event RoundSettled(
        uint256 indexed round,
        address indexed account,
        int256 reputation,
        uint256 age
    );
    /// @notice The servers' order from `fromRound` on: byte i (from the low end) is the index of the i-th server.
    event OrderStored(
        uint256 indexed settledRound,
        uint256 indexed fromRound,
        uint32 signerSet,
        uint256 order
    );

    error OnlyMarket(address caller);
    error NotRegistered(address account);
    /// @notice The round cannot be settled before this time.
    error RoundOpen(uint256 round, uint256 opens);
    /// @notice Rounds settle in order: `expected` comes first, for this account or (address 0) for the operators.
    error OutOfOrder(address account, uint256 round, uint256 expected);

    /// @notice Starts an account's standing. Only the market.
    function register(address account) external;

    /// @notice Books a closed period. A target without a reading counts at its worst, max(|target|, 2 scale). Only the
    /// market.
    /// @param target Declared net position, Wh.
    /// @param actual Metered net position, Wh; of no meaning unless `metered`.
    /// @param scale Rated energy of a period, Wh.
    function book(
        address account,
        uint256 period,
        int256 target,
        int256 actual,
        bool metered,
        uint256 scale
    ) external;

    /// @notice Ranks a new set of edge servers from the next undeclared round on. Only the market.
    function rankServers() external;

    /// @notice Closes the round's periods for `accounts` and settles it, in order, in batches, by anyone; accounts
    /// already settled are skipped. When the operators of all edge servers are settled, their order is stored.
    function settleRound(uint256 round, address[] calldata accounts) external;

    /// @notice The operator who leads the current round.
    function leader() external view returns (address);

    /// @notice The operator who leads `round`: first in the order stored last before its first declaration deadline.
    function leaderOf(uint256 round) external view returns (address);

    /// @notice Signers in the order in which they may post in `round`.
    function orderOf(uint256 round) external view returns (address[] memory signers);

    /// @notice Whose turn it is to post, and until when: the first in order at once, the next after a turn, and so on
    /// round and round. A rule among servers, so that they do not pay for each other's receipts; the oracle takes an
    /// agreed report from anyone.
    function serverInTurn(
        Feed feed,
        uint256 epoch
    ) external view returns (address signer, uint256 until);

    function standing(address account) external view returns (Standing memory);

    /// @notice Counted periods and the sum of |deviation| / scale (WAD) of an account in a round.
    function deviation(
        address account,
        uint256 round
    ) external view returns (uint256 counted, uint256 sum);

    /// @notice Where the edge servers are kept.
    function oracle() external view returns (IEquilibriumOracle);

    /// @notice τ in WAD.
    function tau() external view returns (uint256);
}
