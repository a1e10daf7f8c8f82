// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Clock} from "../Clock.sol";
import {Account, IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IElecoin} from "../interfaces/IElecoin.sol";
import {IMarketParts} from "../interfaces/IMarketModules.sol";
import {EdgeServer, IEquilibriumOracle} from "../interfaces/IEquilibriumOracle.sol";
import {Contest, ITullockRewards, Pool, Stage, Tally} from "../interfaces/ITullockRewards.sol";
import {Entry, Tickets} from "../libraries/Tickets.sol";

/// @title TullockRewards
/// @notice See {ITullockRewards}.
/// @dev elecoin.balanceOf(this) ≥ owed = Σ bonds, committed or not, + Σ prizes of contests that reveal or are drawn,
/// until they are claimed. What is above it is the fund.
contract TullockRewards is ITullockRewards, Clock {
    /// @dev The block hash that the seed needs is known for 256 blocks.
    uint256 private constant FIRST_REVEAL = 2;
    uint256 private constant LAST_REVEAL = 200;

    /* As in the market's accounts and slots. */
    uint8 private constant GENERATION_RIGHT = 2;
    uint8 private constant COMPLETE = 8;
    uint8 private constant SPANNING = 16;
    uint8 private constant QUARANTINED = 128;

    IElectricityTrading public immutable market;
    /// @inheritdoc ITullockRewards
    IElecoin public immutable elecoin;
    /// @inheritdoc ITullockRewards
    IEquilibriumOracle public immutable oracle;
    /// @inheritdoc ITullockRewards
    uint256 public immutable bond;
    /// @inheritdoc ITullockRewards
    uint256 public immutable activation;

    /// @inheritdoc ITullockRewards
    uint256 public nextRound;
    /// @inheritdoc ITullockRewards
    uint256 public owed;
    /// @inheritdoc ITullockRewards
    mapping(address server => uint256) public bondOf;
    /// @inheritdoc ITullockRewards
    mapping(uint256 round => bytes32) public seedOf;
    /// @inheritdoc ITullockRewards
    mapping(uint256 round => bytes32) public blockHashOf;

    mapping(address account => Tally) private _tallies;
    mapping(uint256 round => Contest) private _contests;
    /// @dev A commitment until it is revealed, then the secret.
    mapping(uint256 round => mapping(uint256 index => bytes32)) private _secrets;
    mapping(uint256 roundAndZone => Pool) private _pools;
    mapping(uint256 roundAndZone => mapping(uint256 index => Entry)) private _entries;

    /// @param market_ The market, deployed before; its levy account is this contract's address, predicted.
    constructor(
        IElectricityTrading market_,
        uint256 bond_,
        uint256 activation_
    ) Clock(market_.schedule()) {
        require(
            bond_ >= 2 && bond_ <= type(uint96).max && activation_ != 0,
            InvalidTerms(bond_, activation_)
        );
        market = market_;
        elecoin = IMarketParts(address(market_)).elecoin();
        oracle = IMarketParts(address(market_)).oracle();
        require(elecoin.market() == address(market_), Miswired(address(elecoin)));
        bond = bond_;
        activation = activation_;
    }

    /* -------------------------------------------------- entries -------------------------------------------------- */

    /// @inheritdoc ITullockRewards
    function setRenewable(address[] calldata accounts, bool renewable) external {
        require(msg.sender == market.administrator(), OnlyAdministrator(msg.sender));
        uint24 present = SafeCast.toUint24(clock.periodAt(block.timestamp));
        for (uint256 i; i < accounts.length; i++) {
            Tally storage held = _tallies[accounts[i]];
            if (held.renewable == renewable) continue;
            held.renewable = renewable;
            held.energyWh = 0;
            if (present > held.next) held.next = present;
            emit RenewableSet(accounts[i], renewable, present);
        }
    }

    /// @inheritdoc ITullockRewards
    function book(address[] calldata accounts, uint24 through) external {
        uint256 opens = clock.readingDeadline(through);
        require(block.timestamp >= opens, NotFinal(through, opens));
        for (uint256 i; i < accounts.length; i++) {
            _book(accounts[i], through);
        }
    }

    /// @dev Rounds that are closed take no entry: what was not entered in time is passed over.
    function _book(address account, uint24 through) private {
        Tally memory held = _tallies[account];
        uint256 roundPeriods = clock.roundPeriods();
        uint256 openFrom = nextRound * roundPeriods;
        if (!held.renewable || held.next > through || openFrom > through) return;
        uint256 first = held.next;
        uint256 energyWh = held.energyWh;
        if (first < openFrom) (first, energyWh) = (openFrom, 0);
        uint256 t = first;
        for (; t <= through; t++) {
            (uint32 generated, uint8 flags) = market.readingOf(account, uint24(t));
            if (!_isFinal(flags, t)) break;
            if (flags & (COMPLETE | SPANNING | QUARANTINED) == COMPLETE) energyWh += generated;
            if ((t + 1) % roundPeriods != 0) continue;
            _enter(account, clock.roundOf(t), energyWh, held.outOf);
            energyWh = 0;
        }
        if (t == first) return;
        // At most one more than a uint24 that was given.
        held.next = uint24(t);
        held.energyWh = SafeCast.toUint64(energyWh);
        _tallies[account] = held;
        emit Booked(account, uint24(first), uint24(t - 1), held.energyWh);
    }

    /// @dev A reading under an attested root may be proved until trading ends: nobody books it away before.
    function _isFinal(uint8 flags, uint256 period) private view returns (bool) {
        return flags & (COMPLETE | QUARANTINED) != 0 || block.timestamp >= clock.tradingEnd(period);
    }

    function _enter(address account, uint256 round, uint256 energyWh, uint256 outOf) private {
        if (energyWh == 0 || outOf == round + 1) return;
        Account memory member = market.account(account);
        if (member.rights & GENERATION_RIGHT == 0) return;
        uint256 key = _key(round, member.zone);
        Pool storage held = _pools[key];
        uint256 before = held.tickets;
        uint64 tickets = SafeCast.toUint64(before + energyWh);
        uint24 index = held.entries;
        held.tickets = tickets;
        held.entries = index + 1;
        _entries[key][index] = Tickets.pack(
            SafeCast.toUint48(before),
            SafeCast.toUint48(energyWh),
            account
        );
        if (before <= activation && tickets > activation) _contests[round].activeZones++;
        // The sum above holds it.
        emit Entered(round, member.zone, account, index, uint64(energyWh), tickets);
    }

    /* --------------------------------------------------- servers ------------------------------------------------- */

    /// @inheritdoc ITullockRewards
    function addBond(address server, uint256 amount) external {
        bondOf[server] += amount;
        owed += amount;
        emit BondAdded(server, msg.sender, amount);
        elecoin.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc ITullockRewards
    function withdrawBond(uint256 amount) external {
        uint256 held = bondOf[msg.sender];
        require(held >= amount, BondTooSmall(msg.sender, held, amount));
        bondOf[msg.sender] = held - amount;
        owed -= amount;
        emit BondWithdrawn(msg.sender, amount);
        elecoin.transfer(msg.sender, amount);
    }

    /// @inheritdoc ITullockRewards
    function commit(uint256 round, bytes32 commitment) external {
        uint256 place = oracle.serverIndexPlusOne(msg.sender);
        require(place != 0, NotAServer(msg.sender));
        uint256 index = place - 1;
        require(round >= nextRound, RoundClosed(round));
        uint256 opens = clock.startOf(round * clock.roundPeriods());
        require(block.timestamp >= opens, RoundNotStarted(round, opens));
        Contest storage held = _contests[round];
        uint32 present = oracle.signerSet();
        if (held.committed == 0) held.signerSet = present;
        require(held.signerSet == present, OtherServers(round, held.signerSet, present));
        uint24 bit = _bit(index);
        require(held.committed & bit == 0, AlreadyCommitted(round, index));
        uint256 free = bondOf[msg.sender];
        require(free >= bond, BondTooSmall(msg.sender, free, bond));

        bondOf[msg.sender] = free - bond;
        held.committed |= bit;
        _secrets[round][index] = commitment;
        emit Committed(round, msg.sender, uint8(index), commitment);
    }

    /// @inheritdoc ITullockRewards
    function reveal(uint256 round, uint256 index, bytes32 secret) external {
        Contest memory held = _contests[round];
        require(held.stage == Stage.Revealing, WrongStage(round, held.stage));
        uint256 first = held.closedBlock + FIRST_REVEAL;
        uint256 last = held.closedBlock + LAST_REVEAL;
        require(
            block.number >= first && block.number <= last,
            OutsideBlocks(block.number, first, last)
        );
        uint24 bit = _requireCommitted(held, round, index);
        require(held.revealed & bit == 0, AlreadyRevealed(round, index));
        require(
            _secrets[round][index] == Tickets.commitment(address(this), round, index, secret),
            WrongSecret(round, index)
        );

        EdgeServer[] memory servers = oracle.edgeServersOf(held.signerSet);
        if (held.revealed == 0) blockHashOf[round] = blockhash(held.closedBlock + 1);
        _secrets[round][index] = secret;
        held.revealed |= bit;
        bondOf[servers[index].signer] += bond;
        emit Revealed(round, servers[index].signer, secret);
        if (held.revealed == held.committed) {
            held.stage = Stage.Drawn;
            _seed(round, held.committed, servers.length);
        }
        _contests[round] = held;
    }

    function _seed(uint256 round, uint24 committed, uint256 servers) private {
        bytes32[] memory secrets = new bytes32[](_count(committed));
        uint256 known;
        for (uint256 i; i < servers; i++) {
            if (committed & _bit(i) != 0) secrets[known++] = _secrets[round][i];
        }
        bytes32 blockHash = blockHashOf[round];
        bytes32 seed = Tickets.seed(round, blockHash, secrets);
        seedOf[round] = seed;
        emit Seeded(round, blockHash, seed);
    }

    /// @inheritdoc ITullockRewards
    function releaseBond(uint256 round, uint256 index) external {
        Contest memory held = _contests[round];
        require(round < nextRound, WrongStage(round, held.stage));
        require(
            held.stage == Stage.Open || held.stage == Stage.Empty,
            WrongStage(round, held.stage)
        );
        held.committed ^= _requireCommitted(held, round, index);
        _contests[round] = held;
        bondOf[oracle.edgeServersOf(held.signerSet)[index].signer] += bond;
    }

    function _requireCommitted(
        Contest memory held,
        uint256 round,
        uint256 index
    ) private pure returns (uint24 bit) {
        bit = _bit(index);
        require(held.committed & bit != 0, NotCommitted(round, index));
    }

    /* ---------------------------------------------------- draws -------------------------------------------------- */

    /// @inheritdoc ITullockRewards
    function closeEntries(uint256 round) external {
        require(round >= nextRound, RoundClosed(round));
        uint256 opens = clock.closingTime((round + 1) * clock.roundPeriods() - 1);
        require(block.timestamp >= opens, RoundOpen(round, opens));
        nextRound = round + 1;
        Contest memory held = _contests[round];
        if (held.activeZones != 0 && _count(held.committed) >= _quorum(held.signerSet)) {
            // At most half a bond, which is a uint96.
            held.prize = uint96(Math.min(fund(), bond / 2) / held.activeZones);
        }
        held.stage = held.prize == 0 ? Stage.Empty : Stage.Revealing;
        held.closedBlock = SafeCast.toUint40(block.number);
        owed += uint256(held.prize) * held.activeZones;
        _contests[round] = held;
        emit EntriesClosed(round, held.prize, held.activeZones, held.stage);
    }

    /// @dev f + 1 of a set: at least one of them is honest, and its secret is enough.
    function _quorum(uint32 signerSet) private view returns (uint256) {
        return oracle.edgeServersOf(signerSet).length / 2 + 1;
    }

    /// @inheritdoc ITullockRewards
    function rollOver(uint256 round) external {
        Contest memory held = _contests[round];
        require(held.stage == Stage.Revealing, WrongStage(round, held.stage));
        uint256 opens = held.closedBlock + LAST_REVEAL + 1;
        require(block.number >= opens, OutsideBlocks(block.number, opens, type(uint256).max));
        EdgeServer[] memory servers = oracle.edgeServersOf(held.signerSet);
        uint24 withheld = held.committed ^ held.revealed;
        uint256 out = _nextUnentered(round);
        for (uint256 i; i < servers.length; i++) {
            if (withheld & _bit(i) == 0) continue;
            _tallies[servers[i].operator].outOf = SafeCast.toUint24(out + 1);
            emit Withheld(round, servers[i].signer, servers[i].operator, bond, out);
        }
        uint256 prizes = uint256(held.prize) * held.activeZones;
        uint256 bonds = bond * _count(withheld);
        owed -= prizes + bonds;
        _contests[round].stage = Stage.RolledOver;
        emit RolledOver(round, prizes, bonds);
    }

    /// @dev The first round after `round` in which nobody can have an entry yet: its last period is not final.
    function _nextUnentered(uint256 round) private view returns (uint256) {
        uint256 deadline = clock.readingDeadline(0);
        uint256 open =
            block.timestamp < deadline
                ? 0
                : (block.timestamp - deadline) / clock.periodSeconds() + 1;
        return Math.max(round + 1, clock.roundOf(open));
    }

    /// @inheritdoc ITullockRewards
    function draw(uint256 round, uint16 zone, uint256 index) external {
        uint256 key = _key(round, zone);
        Pool storage held = _pools[key];
        require(held.winner == address(0), AlreadyDrawn(round, zone));
        uint256 number = _number(round, zone, held.tickets);
        Entry drawn = _entries[key][index];
        require(drawn.holds(number), WrongIndex(index, number));
        address winner = drawn.owner();
        held.winner = winner;
        emit Drawn(round, zone, winner, index);
    }

    function _number(uint256 round, uint16 zone, uint256 tickets) private view returns (uint256) {
        bytes32 seed = seedOf[round];
        // What `require` says is read from storage even where it holds.
        if (seed == 0) revert WrongStage(round, _contests[round].stage);
        require(tickets > activation, NotActive(round, zone, tickets));
        return Tickets.draw(seed, zone, tickets);
    }

    /// @inheritdoc ITullockRewards
    function claim(uint256 round, uint16 zone) external {
        Pool storage held = _pools[_key(round, zone)];
        address winner = held.winner;
        require(winner != address(0) && !held.paid, NothingToClaim(round, zone));
        uint256 prize = _contests[round].prize;
        held.paid = true;
        owed -= prize;
        emit Claimed(round, zone, winner, prize);
        elecoin.transfer(winner, prize);
    }

    /* --------------------------------------------------- queries ------------------------------------------------- */

    /// @inheritdoc ITullockRewards
    function fund() public view returns (uint256) {
        return elecoin.balanceOf(address(this)) - owed;
    }

    /// @inheritdoc ITullockRewards
    function contest(uint256 round) external view returns (Contest memory) {
        return _contests[round];
    }

    /// @inheritdoc ITullockRewards
    function pool(uint256 round, uint16 zone) external view returns (Pool memory) {
        return _pools[_key(round, zone)];
    }

    /// @inheritdoc ITullockRewards
    function tally(address account) external view returns (Tally memory) {
        return _tallies[account];
    }

    /// @inheritdoc ITullockRewards
    function entry(
        uint256 round,
        uint16 zone,
        uint256 index
    ) external view returns (address owner, uint256 tickets) {
        Entry held = _entries[_key(round, zone)][index];
        return (held.owner(), held.cumulative());
    }

    /// @inheritdoc ITullockRewards
    function winning(
        uint256 round,
        uint16 zone
    ) external view returns (uint256 index, uint256 number) {
        uint256 key = _key(round, zone);
        Pool memory held = _pools[key];
        number = _number(round, zone, held.tickets);
        uint256 last = held.entries - 1;
        while (index < last) {
            uint256 middle = (index + last) / 2;
            if (number < _entries[key][middle].cumulative()) last = middle;
            else index = middle + 1;
        }
    }

    /// @inheritdoc ITullockRewards
    function commitmentOf(
        uint256 round,
        uint256 index,
        bytes32 secret
    ) external view returns (bytes32) {
        return Tickets.commitment(address(this), round, index, secret);
    }

    function _key(uint256 round, uint16 zone) private pure returns (uint256) {
        return (round << 16) | zone;
    }

    /// @dev A set has at most 23 servers; an index beyond has no bit.
    function _bit(uint256 index) private pure returns (uint24) {
        return uint24(1 << index);
    }

    function _count(uint256 mask) private pure returns (uint256 count) {
        for (; mask != 0; mask &= mask - 1) count++;
    }
}
