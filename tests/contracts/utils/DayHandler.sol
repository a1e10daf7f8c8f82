// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {DayRoot, IDayPool, Seat} from "contracts/interfaces/IDayPool.sol";
import {Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketFixture} from "./MarketFixture.sol";

/// @title DayHandler
/// @notice Five members join, pay in, leave and are paid out; servers post days, right and wrong; anyone applies leaves,
/// right and wrong, in any order. Its own books say of each action whether it must succeed, and what each seat holds.
contract DayHandler is MarketFixture {
    uint256 public constant MEMBERS = 5;
    uint256 private constant UNIT = 1e9;
    uint256 private constant DAY = 1 days;
    uint256 private constant FUNDS = 6e18;

    /// @dev A seat as it should be; amounts in wei.
    struct Books {
        bool seated;
        uint256 place;
        uint256 balance;
        uint256 leaving;
        uint256 leavingDay;
        uint256 applied;
    }

    struct Day {
        uint256 day;
        int64[] amounts;
    }

    IDayPool public pool;
    address[5] public members;
    address[] public seated;
    uint256 public posted;
    uint256 public refused;
    uint256 public moved;
    uint256 public paidOut;

    mapping(address => Books) private _books;
    Day[] private _days;

    constructor() {
        setUp();
        pool = IDayPool(_create("DayPool", abi.encode(elecoin, oracle)));
        members = [ann, sam, bea, bob, stranger];
        _register(stranger, NORTH, true);
        for (uint256 i; i < MEMBERS; i++) {
            _buyTokens(members[i], FUNDS);
            vm.startPrank(members[i]);
            market.withdraw(FUNDS);
            elecoin.approve(address(pool), type(uint256).max);
            vm.stopPrank();
            if (i < 3) _join(members[i]);
        }
    }

    function books(address who) external view returns (Books memory) {
        return _books[who];
    }

    function dayAt(uint256 number) external view returns (uint256 day, int64[] memory amounts) {
        return (_days[number].day, _days[number].amounts);
    }

    function dayCount() external view returns (uint256) {
        return _days.length;
    }

    /// @notice What the leaf of a seat in a root says: nothing where the list ends before it.
    function leafOf(address who, uint256 number) public view returns (int64) {
        uint256 place = _books[who].place;
        return place < _days[number].amounts.length ? _days[number].amounts[place] : int64(0);
    }

    function _draw(uint256 seed, uint256 purpose, uint256 size) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % size;
    }

    function _settled(address who) private view returns (bool) {
        return _books[who].seated && _books[who].applied == _days.length;
    }

    function _locked(address who, uint256 day) private view returns (uint256) {
        Books memory b = _books[who];
        if (day <= b.leavingDay) return b.balance;
        return b.balance < b.leaving ? 0 : b.balance - b.leaving;
    }

    /* ----------------------------------------------------- members ---------------------------------------------- */

    function advance(uint256 seed) external {
        vm.warp(block.timestamp + 1 + _draw(seed, 0, DAY));
    }

    function _join(address who) private {
        vm.prank(who);
        uint256 place = pool.join();
        if (!_books[who].seated) {
            _books[who] = Books(true, seated.length, 0, 0, 0, _days.length);
            seated.push(who);
        }
        assertEq(place, _books[who].place, "place");
    }

    function join(uint256 seed) external {
        _join(members[_draw(seed, 0, MEMBERS)]);
    }

    function payIn(uint256 seed) external {
        address who = members[_draw(seed, 0, MEMBERS)];
        uint256 amount = _draw(seed, 1, 2e18);
        bool may = _settled(who) && elecoin.balanceOf(who) >= amount;
        vm.prank(who);
        try pool.payIn(amount) {
            assertTrue(may, "payIn must fail");
            _books[who].balance += amount;
        } catch {
            assertTrue(!may, "payIn must succeed");
        }
    }

    function leave(uint256 seed) external {
        address who = members[_draw(seed, 0, MEMBERS)];
        Books storage b = _books[who];
        uint256 amount = _draw(seed, 1, b.balance + 1 + b.balance / 8);
        bool may = _settled(who) && amount <= b.balance;
        vm.prank(who);
        try pool.leave(amount) {
            assertTrue(may, "leave must fail");
            (b.leaving, b.leavingDay) = (amount, block.timestamp / DAY);
        } catch {
            assertTrue(!may, "leave must succeed");
        }
    }

    function payOut(uint256 seed) external {
        address who = members[_draw(seed, 0, MEMBERS)];
        Books storage b = _books[who];
        bool may = _settled(who) && block.timestamp >= (b.leavingDay + 3) * DAY;
        uint256 before = elecoin.balanceOf(who);
        vm.prank(who);
        try pool.payOut() {
            assertTrue(may, "payOut must fail");
            uint256 amount = b.leaving < b.balance ? b.leaving : b.balance;
            (b.balance, b.leaving) = (b.balance - amount, 0);
            assertEq(elecoin.balanceOf(who), before + amount, "paid out");
            paidOut += amount;
        } catch {
            assertTrue(!may, "payOut must succeed");
        }
    }

    /* ------------------------------------------------------ days ------------------------------------------------ */

    /// @dev Each third list is wrong in one way: it does not balance, is above a lock, too long, or not the quorum's.
    function post(uint256 seed) external {
        uint256 today = block.timestamp / DAY;
        uint32 day = uint32(today - 1 - _draw(seed, 0, 3));
        uint256 wrong = _draw(seed, 1, 3) == 0 ? 1 + _draw(seed, 2, 4) : 0;
        uint256 count = seated.length - (_draw(seed, 3, 4) == 0 ? 1 : 0);
        int64[] memory amounts = _list(seed, day, count, wrong);
        bool may = wrong == 0 && _inTime(day);
        bytes memory packed;
        for (uint256 i; i < amounts.length; i++) {
            packed = bytes.concat(packed, abi.encodePacked(amounts[i]));
        }
        Signature[] memory signatures = _signed(day, packed, seed, wrong == 4);
        try pool.postDay(day, packed, signatures) {
            assertTrue(may, "the day must be refused");
            _days.push(Day(day, amounts));
            posted++;
        } catch {
            assertTrue(!may, "the day must be accepted");
            refused++;
        }
    }

    function _inTime(uint32 day) private view returns (bool) {
        bool open =
            block.timestamp >= (uint256(day) + 1) * DAY &&
                block.timestamp < (uint256(day) + 3) * DAY;
        return open && (_days.length == 0 || day > _days[_days.length - 1].day);
    }

    /// @dev Debits at random within locks, and one credit that balances them, to the last place.
    function _list(
        uint256 seed,
        uint256 day,
        uint256 count,
        uint256 wrong
    ) private view returns (int64[] memory amounts) {
        amounts = new int64[](wrong == 3 ? seated.length + 1 : count);
        int64 sum;
        for (uint256 i; i + 1 < count; i++) {
            // Who has leaves open owes nothing more until they are applied.
            if (!_settled(seated[i]) || _draw(seed, 10 + i, 3) == 0) continue;
            uint256 most = _locked(seated[i], day) / UNIT;
            amounts[i] = -int64(uint64(_draw(seed, 20 + i, 4) == 0 ? most : most / 3));
            sum += amounts[i];
        }
        amounts[count - 1] = -sum;
        if (wrong == 1) amounts[count - 1] += 1;
        if (wrong == 2) {
            // One unit above her lock, or any debit of one whose leaves are open.
            int64 extra = int64(uint64(_locked(seated[0], day) / UNIT + 1)) + amounts[0];
            amounts[0] -= extra;
            amounts[count - 1] += extra;
        }
    }

    function _signed(
        uint32 day,
        bytes memory packed,
        uint256 seed,
        bool twice
    ) private view returns (Signature[] memory signatures) {
        uint256 first = _draw(seed, 5, 3);
        signatures = new Signature[](2);
        for (uint256 i; i < 2; i++) {
            uint256 key = serverKeys[(first + (twice ? 0 : i)) % 3];
            (bytes32 r, bytes32 vs) = vm.signCompact(key, pool.digest(day, packed));
            signatures[i] = Signature(r, vs);
        }
    }

    /* ------------------------------------------------------ leaves ---------------------------------------------- */

    /// @dev Any seat's next leaf, or one that is not its: another amount, or a later root's.
    function applyAny(uint256 seed) external {
        address who = members[_draw(seed, 0, MEMBERS)];
        Books storage b = _books[who];
        if (_days.length == 0) return;
        uint256 wrong = _draw(seed, 1, 4) == 0 ? 1 + _draw(seed, 2, 2) : 0;
        uint256 number = b.applied;
        uint256 proved =
            wrong == 2 || number >= _days.length ? _draw(seed, 3, _days.length) : number;
        int64 amount = leafOf(who, proved) + (wrong == 1 ? int64(1) : int64(0));
        bool may = b.seated && number < _days.length && wrong != 1;
        if (may && proved != number) {
            // A leaf holds its root's number: another root's passes only as the nothing of a list
            // that ends before the seat, whatever its proof.
            may = b.place >= _days[number].amounts.length && amount == 0;
        }
        bytes32[] memory proof = _proof(proved, b.place);
        try pool.applyLeaf(who, amount, proof) {
            assertTrue(may, "the leaf must be refused");
            b.applied++;
            if (amount < 0) b.balance -= uint64(-amount) * UNIT;
            else b.balance += uint64(amount) * UNIT;
            moved += uint64(amount < 0 ? -amount : amount);
        } catch {
            assertTrue(!may, "the leaf must be accepted");
        }
    }

    function root(uint256 number) external view returns (bytes32) {
        int64[] memory a = _days[number].amounts;
        uint256 depth;
        while (1 << depth < a.length) depth++;
        return a.length == 0 ? bytes32(0) : _nodeAt(number, a, depth, 0);
    }

    function _proof(uint256 number, uint256 place) private view returns (bytes32[] memory proof) {
        int64[] memory a = _days[number].amounts;
        if (place >= a.length) return proof;
        uint256 depth;
        while (1 << depth < a.length) depth++;
        proof = new bytes32[](depth);
        for (uint256 level; level < depth; level++) {
            proof[level] = _nodeAt(number, a, level, (place >> level) ^ 1);
        }
    }

    /// @dev By plain recursion.
    function _nodeAt(
        uint256 number,
        int64[] memory a,
        uint256 level,
        uint256 place
    ) private pure returns (bytes32) {
        if (place << level >= a.length) return 0;
        if (level == 0) return keccak256(abi.encode(number, place, a[place]));
        bytes32 left = _nodeAt(number, a, level - 1, 2 * place);
        return keccak256(abi.encode(left, _nodeAt(number, a, level - 1, 2 * place + 1)));
    }
}
