// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Clock} from "../Clock.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {EdgeServer, Feed, IEquilibriumOracle} from "../interfaces/IEquilibriumOracle.sol";
import {IReputationLedger, Standing} from "../interfaces/IReputationLedger.sol";
import {WAD} from "../libraries/Rounding.sol";
import {Schedule} from "../libraries/Schedule.sol";

/// @title ReputationLedger
/// @notice See {IReputationLedger}.
contract ReputationLedger is IReputationLedger, Clock {
    using Checkpoints for Checkpoints.Trace208;

    /// @dev What a round has booked for an account: counted periods and Σ |deviation| / scale in WAD.
    struct Tally {
        uint16 counted;
        uint240 deviation;
    }

    address public immutable market;
    /// @inheritdoc IReputationLedger
    IEquilibriumOracle public immutable oracle;
    /// @inheritdoc IReputationLedger
    uint256 public immutable tau;
    int128 public immutable initialReputation;

    /// @notice Rounds whose operators are all settled.
    uint256 public orderedRounds;

    mapping(address account => Standing) private _standings;
    mapping(address account => mapping(uint256 round => Tally)) private _tallies;
    /// @dev From a round on: signer-set version (24 bits) above up to 23 server indexes, a byte each.
    Checkpoints.Trace208 private _orders;

    uint256 private constant ORDER_BITS = 184;

    constructor(
        address market_,
        IEquilibriumOracle oracle_,
        Schedule memory schedule_,
        uint256 tau_,
        int128 initialReputation_
    ) Clock(schedule_) {
        market = market_;
        oracle = oracle_;
        tau = tau_;
        initialReputation = initialReputation_;
    }

    modifier onlyMarket() {
        require(msg.sender == market, OnlyMarket(msg.sender));
        _;
    }

    /* ---------------------------------------------------- booking ------------------------------------------------- */

    /// @inheritdoc IReputationLedger
    function register(address account) external onlyMarket {
        uint256 round = clock.roundOf(clock.periodAt(block.timestamp));
        _standings[account] = Standing(initialReputation, 0, SafeCast.toUint32(round), true);
    }

    /// @inheritdoc IReputationLedger
    function book(
        address account,
        uint256 period,
        int256 target,
        int256 actual,
        bool metered,
        uint256 scale
    ) external onlyMarket {
        if (target == 0 && (actual == 0 || !metered)) return;
        uint256 deviation_ =
            metered ? SignedMath.abs(actual - target) : Math.max(SignedMath.abs(target), 2 * scale);
        Tally storage tally = _tallies[account][clock.roundOf(period)];
        tally.counted++;
        tally.deviation += SafeCast.toUint240((deviation_ * WAD) / scale);
    }

    /* --------------------------------------------------- settling ------------------------------------------------- */

    /// @inheritdoc IReputationLedger
    function settleRound(uint256 round, address[] calldata accounts) external {
        uint256 opens = clock.settlementOpening(round);
        require(block.timestamp >= opens, RoundOpen(round, opens));
        require(round <= orderedRounds, OutOfOrder(address(0), round, orderedRounds));
        // Every period of the round is in the books of these accounts before it counts.
        uint256 last = (round + 1) * clock.roundPeriods() - 1;
        IElectricityTrading(market).close(accounts, SafeCast.toUint24(last));
        address leader_ = leaderOf(round);
        for (uint256 i; i < accounts.length; i++) {
            _settle(round, accounts[i], leader_);
        }
        if (round == orderedRounds && _operatorsSettled(round)) {
            orderedRounds = round + 1;
            _storeOrder(round);
        }
    }

    /// @inheritdoc IReputationLedger
    function rankServers() external onlyMarket {
        _storeOrder(orderedRounds);
    }

    function _settle(uint256 round, address account, address leader_) private {
        Standing memory standing_ = _standings[account];
        require(standing_.registered, NotRegistered(account));
        if (standing_.nextRound > round) return;
        require(standing_.nextRound == round, OutOfOrder(account, round, standing_.nextRound));
        Tally memory tally = _tallies[account][round];
        uint256 periods = clock.roundPeriods();
        uint256 gainDown = (tally.counted * WAD) / periods;
        uint256 lossUp = Math.ceilDiv(tally.deviation, periods);
        uint32 age = account == leader_ ? 0 : standing_.age + 1;
        int256 cap = SafeCast.toInt256(tau + age * WAD);
        int256 reputation =
            standing_.reputation + SafeCast.toInt256(gainDown) - SafeCast.toInt256(lossUp);
        standing_.reputation = SafeCast.toInt128(SignedMath.min(reputation, cap));
        standing_.age = age;
        standing_.nextRound++;
        _standings[account] = standing_;
        emit RoundSettled(round, account, standing_.reputation, age);
    }

    function _operatorsSettled(uint256 round) private view returns (bool) {
        EdgeServer[] memory servers = oracle.edgeServers();
        for (uint256 i; i < servers.length; i++) {
            Standing memory standing_ = _standings[servers[i].operator];
            if (standing_.registered && standing_.nextRound <= round) return false;
        }
        return true;
    }

    /// @dev Insertion sort by reputation, highest first; ties keep the order of registration. At most 23 servers.
    function _storeOrder(uint256 settledRound) private {
        EdgeServer[] memory servers = oracle.edgeServers();
        uint256 count = servers.length;
        int256[] memory reputations = new int256[](count);
        uint256[] memory ranked = new uint256[](count);
        for (uint256 i; i < count; i++) {
            Standing memory standing_ = _standings[servers[i].operator];
            reputations[i] = standing_.registered ? standing_.reputation : type(int256).min;
            uint256 place = i;
            while (place > 0 && reputations[ranked[place - 1]] < reputations[i]) {
                ranked[place] = ranked[place - 1];
                place--;
            }
            ranked[place] = i;
        }
        uint256 order;
        for (uint256 i; i < count; i++) {
            order |= ranked[i] << (8 * i);
        }
        uint32 version = oracle.signerSet();
        uint256 fromRound = clock.nextRoundToDeclare(block.timestamp);
        _orders.push(
            SafeCast.toUint48(fromRound),
            SafeCast.toUint208((uint256(version) << ORDER_BITS) | order)
        );
        emit OrderStored(settledRound, fromRound, version, order);
    }

    /* ---------------------------------------------------- queries ------------------------------------------------- */

    /// @inheritdoc IReputationLedger
    function leader() external view returns (address) {
        return leaderOf(clock.roundOf(clock.periodAt(block.timestamp)));
    }

    /// @inheritdoc IReputationLedger
    function leaderOf(uint256 round) public view returns (address) {
        (EdgeServer[] memory servers, uint256 order) = _order(round);
        return servers.length == 0 ? address(0) : servers[uint8(order)].operator;
    }

    /// @inheritdoc IReputationLedger
    function serverInTurn(
        Feed feed,
        uint256 epoch
    ) external view returns (address signer, uint256 until) {
        bool electricity = feed == Feed.Electricity;
        uint256 period = electricity ? epoch : epoch * clock.epochPeriods();
        uint256 opens = electricity ? clock.declarationDeadline(epoch) : clock.needDeadline(epoch);
        uint256 turn = oracle.oracleTerms().turnSeconds;
        uint256 place = Math.saturatingSub(block.timestamp, opens) / turn;
        (EdgeServer[] memory servers, uint256 order) = _order(clock.roundOf(period));
        signer = servers[uint8(order >> (8 * (place % servers.length)))].signer;
        until = opens + (place + 1) * turn;
    }

    /// @inheritdoc IReputationLedger
    function orderOf(uint256 round) external view returns (address[] memory signers) {
        (EdgeServer[] memory servers, uint256 order) = _order(round);
        signers = new address[](servers.length);
        for (uint256 i; i < servers.length; i++) {
            signers[i] = servers[uint8(order >> (8 * i))].signer;
        }
    }

    /// @inheritdoc IReputationLedger
    function standing(address account) external view returns (Standing memory) {
        return _standings[account];
    }

    /// @inheritdoc IReputationLedger
    function deviation(
        address account,
        uint256 round
    ) external view returns (uint256 counted, uint256 sum) {
        Tally memory tally = _tallies[account][round];
        return (tally.counted, tally.deviation);
    }

    function _order(
        uint256 round
    ) private view returns (EdgeServer[] memory servers, uint256 order) {
        uint256 stored = _orders.upperLookupRecent(SafeCast.toUint48(round));
        servers = oracle.edgeServersOf(uint32(stored >> ORDER_BITS));
        order = stored & ((1 << ORDER_BITS) - 1);
    }
}
