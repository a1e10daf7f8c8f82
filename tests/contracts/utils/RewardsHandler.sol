// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {Contest, ITullockRewards, Pool, Stage} from "contracts/interfaces/ITullockRewards.sol";
import {RewardsFixture} from "./RewardsFixture.sol";

/// @title RewardsHandler
/// @notice Producers, servers and passers-by that act at random, and books kept beside the contract: of every action
/// they say beforehand whether it must succeed and what it must change.
contract RewardsHandler is RewardsFixture {
    /// @dev What a member's meter said of a period; 0 where nothing that counts.
    mapping(address => mapping(uint256 period => uint256)) public verifiedOf;
    /// @dev The period, plus one, that the ring holds at a place.
    mapping(address => mapping(uint256 ring => uint256)) private _held;
    mapping(address => bool) private _missed;
    mapping(address => mapping(uint256 period => bool)) public isBooked;
    mapping(address => uint256) private _next;
    mapping(address => uint256) private _waiting;
    mapping(address => bool) private _marked;
    mapping(address => uint256) public outOf;

    struct Row {
        address owner;
        uint256 energyWh;
    }

    mapping(uint256 round => mapping(uint16 zone => Row[])) private _rows;
    mapping(uint256 round => mapping(uint256 i => uint256)) private _places; // 1 committed, 2 revealed, 3 gone
    mapping(uint256 round => Stage) public stageOf;
    mapping(uint256 round => uint256) public prizeOf;
    mapping(uint256 round => uint256) public blockOf;
    mapping(uint256 round => mapping(uint16 zone => uint256)) private _drawn; // 1 drawn, 2 paid

    address[3] public producers;
    uint256 public period;
    bool private _read_;
    uint256 public nextRound;
    uint256[3] public freeBonds;
    uint256 public boundBonds;
    uint256 public promised;
    uint256 public fund;
    uint256 public paidIn;
    uint256 public paidOut;

    uint256 public bookings;
    uint256 public draws;
    uint256 public claims;
    uint256 public rollOvers;

    constructor() {
        setUp();
        producers = [ann, bea, sam];
        for (uint256 i; i < 3; i++) {
            _marked[producers[i]] = true;
            freeBonds[i] = 2 * BOND;
        }
        paidIn = 6 * BOND;
    }

    function contracts() external view returns (ITullockRewards, IElecoin) {
        return (rewards, elecoin);
    }

    function rows(uint256 round, uint16 zone) external view returns (Row[] memory) {
        return _rows[round][zone];
    }

    function place(uint256 round, uint256 i) external view returns (uint256) {
        return _places[round][i];
    }

    function _draw(uint256 seed, uint256 purpose, uint256 size) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % size;
    }

    function _zone(address who) private view returns (uint16) {
        return who == sam ? SOUTH : NORTH;
    }

    function _expect(bool expected, bytes memory data, string memory what) private {
        (bool done, ) = address(rewards).call(data);
        assertTrue(done == expected, what);
    }

    /* ---------------------------------------------------- time --------------------------------------------------- */

    /// @dev Every second action comes after a step of time.
    modifier later(uint256 seed) {
        if (_draw(seed, 99, 2) == 0) advance(seed);
        _;
    }

    /// @notice Half a period goes by: first the readings of the one that ended, then their deadline.
    function advance(uint256 seed) public {
        _mine(1 + _draw(seed, 0, 40));
        if (_read_) {
            vm.warp(_readingDeadline(period));
            period++;
        } else {
            vm.warp(_start(period + 1));
            for (uint256 i; i < 3; i++) {
                _meterOf(producers[i], seed, i);
            }
        }
        _read_ = !_read_;
    }

    /// @dev One reading in five is missed; the next one spans two periods and counts nothing.
    function _meterOf(address who, uint256 seed, uint256 i) private {
        if (_draw(seed, 10 + i, 5) == 0) {
            _missed[who] = true;
            return;
        }
        uint256 wh = _draw(seed, 20 + i, 2000);
        _read(who, period, wh, 5);
        verifiedOf[who][period] = _missed[who] ? 0 : wh;
        _missed[who] = false;
        _held[who][period % 5] = period + 1;
    }

    /* --------------------------------------------------- entries ------------------------------------------------- */

    function book(uint256 seed) external later(seed) {
        uint256 mask = 1 + _draw(seed, 1, 7);
        uint256 back = _draw(seed, 2, 4);
        // The last final period, or one that is not final yet.
        bool final_ = period > back && _draw(seed, 3, 9) != 0;
        uint256 through = final_ ? period - 1 - back : period;
        address[] memory who = new address[](3);
        for (uint256 i; i < 3; i++) {
            who[i] = (mask >> i) & 1 == 1 ? producers[i] : bob;
        }
        _expect(final_, abi.encodeCall(rewards.book, (who, uint24(through))), "book");
        if (!final_) return;
        for (uint256 i; i < 3; i++) {
            if ((mask >> i) & 1 == 1) _bookOf(producers[i], through);
        }
        bookings++;
    }

    function _bookOf(address who, uint256 through) private {
        if (!_marked[who]) return;
        uint256 t = _next[who];
        uint256 sum = _waiting[who];
        // Closed rounds are passed over, but only once something after them is booked.
        if (t < nextRound * T_C) (t, sum) = (nextRound * T_C, 0);
        uint256 first = t;
        for (; t <= through; t++) {
            bool read = _held[who][t % 5] == t + 1;
            // What may still be proved is not booked, nor what comes after it.
            if (!read && block.timestamp < _tradingEnd(t)) break;
            assertTrue(!isBooked[who][t], "booked once");
            isBooked[who][t] = true;
            if (read) sum += verifiedOf[who][t];
            if (t % T_C != T_C - 1) continue;
            if (sum != 0 && outOf[who] != t / T_C + 1) {
                _rows[t / T_C][_zone(who)].push(Row(who, sum));
            }
            sum = 0;
        }
        if (t > first) (_next[who], _waiting[who]) = (t, sum);
    }

    function mark(uint256 seed) external later(seed) {
        address who = producers[_draw(seed, 1, 3)];
        // Mostly marked, else nothing happens.
        bool renewable = _draw(seed, 2, 6) != 0;
        _mark(who, renewable);
        if (_marked[who] == renewable) return;
        _marked[who] = renewable;
        _waiting[who] = 0;
        uint256 present = block.timestamp < T0 ? 0 : (block.timestamp - T0) / L;
        if (present > _next[who]) _next[who] = present;
    }

    /* ---------------------------------------------------- money -------------------------------------------------- */

    function levy(uint96 amount) external {
        uint256 some = bound(amount, 0, 4e18);
        if (some == 0) return;
        _payLevy(some);
        (fund, paidIn) = (fund + some, paidIn + some);
    }

    function moveBond(uint256 seed, bool add) external {
        uint256 i = _draw(seed, 1, 3);
        uint256 amount = _draw(seed, 2, 2 * BOND);
        if (add) {
            _addBond(i, amount);
            (freeBonds[i], paidIn) = (freeBonds[i] + amount, paidIn + amount);
            return;
        }
        bool expected = amount <= freeBonds[i];
        vm.prank(_server(i));
        _expect(expected, abi.encodeCall(rewards.withdrawBond, (amount)), "withdrawBond");
        if (!expected) return;
        (freeBonds[i], paidOut) = (freeBonds[i] - amount, paidOut + amount);
    }

    /* ---------------------------------------------------- rounds ------------------------------------------------- */

    /// @dev Mostly the round closed last, else the next or one before it.
    function _closed(uint256 seed) private view returns (uint256) {
        uint256 kind = _draw(seed, 50, 8);
        if (kind == 0) return nextRound;
        uint256 back = kind == 1 ? 2 : 1;
        return nextRound < back ? 0 : nextRound - back;
    }

    function commit(uint256 seed) external later(seed) {
        uint256 round = nextRound + _draw(seed, 1, 2);
        for (uint256 i; i < 3; i++) {
            if (_draw(seed, 2 + i, 6) == 0) continue;
            bytes32 commitment = rewards.commitmentOf(round, i, _secret(round, i));
            bool expected =
                block.timestamp >= _start(round * T_C) &&
                    _places[round][i] == 0 &&
                    freeBonds[i] >= BOND;
            vm.prank(_server(i));
            _expect(expected, abi.encodeCall(rewards.commit, (round, commitment)), "commit");
            if (!expected) continue;
            _places[round][i] = 1;
            (freeBonds[i], boundBonds) = (freeBonds[i] - BOND, boundBonds + BOND);
        }
    }

    function close(uint256 seed) external later(seed) {
        uint256 kind = _draw(seed, 50, 8);
        uint256 round = kind == 0 && nextRound != 0 ? nextRound - 1 : nextRound + kind / 7;
        bool expected = round >= nextRound && block.timestamp >= _closingTime(_lastOf(round));
        _expect(expected, abi.encodeCall(rewards.closeEntries, (round)), "closeEntries");
        if (!expected) return;
        nextRound = round + 1;
        blockOf[round] = block.number;
        uint256 committed;
        for (uint256 i; i < 3; i++) {
            if (_places[round][i] == 1) committed++;
        }
        uint256 active = _active(round);
        if (active != 0 && committed >= 2) {
            prizeOf[round] = (fund < BOND / 2 ? fund : BOND / 2) / active;
        }
        stageOf[round] = prizeOf[round] == 0 ? Stage.Empty : Stage.Revealing;
        fund -= prizeOf[round] * active;
        promised += prizeOf[round] * active;
    }

    function _sum(uint256 round, uint16 zone) private view returns (uint256 sum) {
        for (uint256 i; i < _rows[round][zone].length; i++) {
            sum += _rows[round][zone][i].energyWh;
        }
    }

    function _active(uint256 round) private view returns (uint256 active) {
        if (_sum(round, NORTH) > ACTIVATION) active++;
        if (_sum(round, SOUTH) > ACTIVATION) active++;
    }

    function reveal(uint256 seed) external later(seed) {
        uint256 round = _closed(seed);
        for (uint256 k; k < 3; k++) {
            uint256 i = (k + _draw(seed, 9, 3)) % 3;
            // Of every fourth round one secret is withheld for good.
            if (_draw(seed, k, 8) == 0 || (round % 4 == 1 && i == (round / 4) % 3)) continue;
            bool right = _draw(seed, 20 + k, 8) != 0;
            bool expected =
                right &&
                    stageOf[round] == Stage.Revealing &&
                    _places[round][i] == 1 &&
                    block.number >= blockOf[round] + 2 &&
                    block.number <= blockOf[round] + 200;
            bytes32 secret = right ? _secret(round, i) : bytes32(seed);
            _expect(expected, abi.encodeCall(rewards.reveal, (round, i, secret)), "reveal");
            if (!expected) continue;
            _places[round][i] = 2;
            (freeBonds[i], boundBonds) = (freeBonds[i] + BOND, boundBonds - BOND);
            if (_countOf(round, 1) == 0) stageOf[round] = Stage.Drawn;
        }
    }

    function _countOf(uint256 round, uint256 state) private view returns (uint256 count) {
        for (uint256 i; i < 3; i++) {
            if (_places[round][i] == state) count++;
        }
    }

    function rollOver(uint256 seed) external later(seed) {
        uint256 round = _closed(seed);
        bool expected = stageOf[round] == Stage.Revealing && block.number > blockOf[round] + 200;
        _expect(expected, abi.encodeCall(rewards.rollOver, (round)), "rollOver");
        if (!expected) return;
        // Half a period behind, the reading deadline of `period` is still to come.
        uint256 out = period / T_C > round + 1 ? period / T_C : round + 1;
        uint256 prizes = prizeOf[round] * _active(round);
        for (uint256 i; i < 3; i++) {
            if (_places[round][i] != 1) continue;
            _places[round][i] = 3;
            outOf[producers[i]] = out + 1;
            (boundBonds, fund) = (boundBonds - BOND, fund + BOND);
        }
        (promised, fund) = (promised - prizes, fund + prizes);
        stageOf[round] = Stage.RolledOver;
        rollOvers++;
    }

    function release(uint256 seed) external later(seed) {
        uint256 round = _closed(seed);
        uint256 i = _draw(seed, 1, 3);
        bool over = stageOf[round] == Stage.Empty || stageOf[round] == Stage.Open;
        bool expected = round < nextRound && over && _places[round][i] == 1;
        _expect(expected, abi.encodeCall(rewards.releaseBond, (round, i)), "releaseBond");
        if (!expected) return;
        _places[round][i] = 3;
        (freeBonds[i], boundBonds) = (freeBonds[i] + BOND, boundBonds - BOND);
    }

    function drawAndClaim(uint256 seed) external later(seed) {
        uint256 round = _closed(seed);
        uint16 zone = _draw(seed, 1, 2) == 0 ? NORTH : SOUTH;
        uint256 index = _draw(seed, 2, 3);
        uint256 sum = _sum(round, zone);
        bool possible =
            stageOf[round] == Stage.Drawn && sum > ACTIVATION && _drawn[round][zone] == 0;
        address winner;
        if (possible) {
            uint256 number = uint256(keccak256(abi.encode(rewards.seedOf(round), zone))) % sum;
            uint256 k;
            for (; number >= _rows[round][zone][k].energyWh; k++) {
                number -= _rows[round][zone][k].energyWh;
            }
            if (_draw(seed, 3, 2) == 0) index = k;
            possible = index == k;
            winner = _rows[round][zone][k].owner;
        }
        _expect(possible, abi.encodeCall(rewards.draw, (round, zone, index)), "draw");
        if (possible) {
            _drawn[round][zone] = 1;
            draws++;
            assertEq(rewards.pool(round, zone).winner, winner, "winner");
        }
        if (_draw(seed, 4, 2) == 0) _claim(round, zone);
    }

    function _claim(uint256 round, uint16 zone) private {
        bool expected = _drawn[round][zone] == 1;
        Pool memory drawn = rewards.pool(round, zone);
        uint256 before = elecoin.balanceOf(drawn.winner);
        _expect(expected, abi.encodeCall(rewards.claim, (round, zone)), "claim");
        if (!expected) return;
        _drawn[round][zone] = 2;
        claims++;
        uint256 prize = prizeOf[round];
        (promised, paidOut) = (promised - prize, paidOut + prize);
        assertEq(elecoin.balanceOf(drawn.winner) - before, prize, "prize");
    }

    /// @notice The state of a contest as the books have it.
    function contestOf(uint256 round) external view returns (Contest memory c) {
        c = rewards.contest(round);
        c.stage = stageOf[round];
        c.prize = uint96(prizeOf[round]);
        c.activeZones = uint16(_active(round));
        c.closedBlock = uint40(blockOf[round]);
        c.committed = uint24(_mask(round, 1) | _mask(round, 2));
        if (c.stage == Stage.RolledOver) c.committed |= uint24(_mask(round, 3));
        c.revealed = uint24(_mask(round, 2));
    }

    function _mask(uint256 round, uint256 state) private view returns (uint256 mask) {
        for (uint256 i; i < 3; i++) {
            if (_places[round][i] == state) mask |= 1 << i;
        }
    }

    function waiting(address who) external view returns (uint256 next, uint256 energyWh) {
        return (_next[who], _waiting[who]);
    }
}
