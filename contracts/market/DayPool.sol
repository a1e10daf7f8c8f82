// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {DayRoot, IDayPool, Seat} from "../interfaces/IDayPool.sol";
import {IElecoin} from "../interfaces/IElecoin.sol";
import {IEquilibriumOracle, Signature} from "../interfaces/IEquilibriumOracle.sol";
import {DayTree} from "../libraries/DayTree.sol";
import {CREDIT_UNIT} from "../libraries/Rounding.sol";

/// @title DayPool
/// @notice See {IDayPool}.
/// @dev elecoin.balanceOf(this) ≥ Σ balances + Σ unapplied credits − Σ unapplied debits, and no debit is above its balance
/// from when it was posted until it is applied.
contract DayPool is IDayPool, EIP712 {
    bytes32 private constant DAY_TYPEHASH = keccak256(
        "Day(uint32 day,bytes32 amounts,uint32 signerSet)"
    );
    uint256 private constant DAY = 1 days;
    /// @dev A day is posted within this many days after it, or never.
    uint256 private constant POSTING_DAYS = 2;

    /// @inheritdoc IDayPool
    IElecoin public immutable elecoin;
    /// @inheritdoc IDayPool
    IEquilibriumOracle public immutable oracle;

    mapping(address account => Seat) private _seats;
    address[] private _accounts;
    DayRoot[] private _roots;

    constructor(IElecoin elecoin_, IEquilibriumOracle oracle_) EIP712("wattmarket DayPool", "1") {
        (elecoin, oracle) = (elecoin_, oracle_);
    }

    /* ------------------------------------------------------ seats ------------------------------------------------ */

    /// @inheritdoc IDayPool
    function join() external returns (uint256 place) {
        Seat storage seat = _seats[msg.sender];
        if (seat.place != 0) return seat.place - 1;
        place = _accounts.length;
        _accounts.push(msg.sender);
        seat.place = SafeCast.toUint24(place + 1);
        seat.applied = SafeCast.toUint24(_roots.length);
        emit Joined(msg.sender, place);
    }

    /// @inheritdoc IDayPool
    function payIn(uint256 amount) external {
        Seat storage seat = _settledSeat(msg.sender);
        seat.balance = SafeCast.toUint88(seat.balance + amount);
        emit PaidIn(msg.sender, amount);
        elecoin.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IDayPool
    function leave(uint256 amount) external {
        Seat storage seat = _settledSeat(msg.sender);
        require(amount <= seat.balance, AboveBalance(amount, seat.balance));
        // At most the balance, which is a uint88.
        seat.leaving = uint88(amount);
        seat.leavingDay = SafeCast.toUint24(today());
        emit Leaving(msg.sender, amount, today());
    }

    /// @inheritdoc IDayPool
    function payOut() external {
        Seat storage seat = _settledSeat(msg.sender);
        uint256 until = _postingEnd(seat.leavingDay);
        require(block.timestamp >= until, StillLocked(until));
        // A root of that day or an earlier one may have taken some of it.
        uint88 amount = seat.leaving < seat.balance ? seat.leaving : seat.balance;
        seat.balance -= amount;
        seat.leaving = 0;
        emit PaidOut(msg.sender, amount);
        elecoin.transfer(msg.sender, amount);
    }

    /// @dev A seat whose leaves are all applied.
    function _settledSeat(address account) private view returns (Seat storage seat) {
        seat = _seats[account];
        require(seat.place != 0, NotSeated(account));
        require(seat.applied == _roots.length, LeavesOpen(account, seat.applied, _roots.length));
    }

    /* ------------------------------------------------------ days ------------------------------------------------- */

    /// @inheritdoc IDayPool
    function postDay(uint32 day, bytes calldata amounts, Signature[] calldata signatures) external {
        uint256 opens = (uint256(day) + 1) * DAY;
        uint256 closes = _postingEnd(day);
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsideDay(day, opens, closes)
        );
        uint256 number = _roots.length;
        if (number != 0) {
            uint256 last = _roots[number - 1].day;
            require(day > last, DayPassed(day, last));
        }
        uint256 count = amounts.length / DayTree.AMOUNT_BYTES;
        require(
            amounts.length == count * DayTree.AMOUNT_BYTES && count <= _accounts.length,
            WrongLength(amounts.length, _accounts.length)
        );
        _requireQuorum(digest(day, amounts), signatures);
        uint256 moved = _requireCovered(day, amounts, count);
        bytes32 root = DayTree.root(number, amounts, count);
        _roots.push(DayRoot(root, day, uint32(count)));
        emit DayPosted(number, day, root, moved);
    }

    /// @dev Credits equal debits, and each debit is within its lock.
    function _requireCovered(
        uint256 day,
        bytes calldata amounts,
        uint256 count
    ) private view returns (uint256 debits) {
        uint256 credits;
        for (uint256 i; i < count; i++) {
            int256 amount = DayTree.amountAt(amounts, i);
            if (amount >= 0) {
                credits += uint256(amount) * CREDIT_UNIT;
                continue;
            }
            uint256 debit = uint256(-amount) * CREDIT_UNIT;
            address account = _accounts[i];
            uint256 lock = _lockOf(_settledSeat(account), day);
            require(debit <= lock, AboveLock(account, debit, lock));
            debits += debit;
        }
        require(debits == credits, Unbalanced(debits, credits));
    }

    function _requireQuorum(bytes32 digest_, Signature[] calldata signatures) private view {
        uint256 needed = oracle.edgeServers().length / 2 + 1;
        require(signatures.length == needed, WrongSignatureCount(signatures.length, needed));
        uint256 signers;
        for (uint256 i; i < needed; i++) {
            address signer = ECDSA.recover(digest_, signatures[i].r, signatures[i].vs);
            uint256 indexPlusOne = oracle.serverIndexPlusOne(signer);
            require(indexPlusOne != 0, UnknownSigner(signer));
            require((signers >> indexPlusOne) & 1 == 0, DuplicateSigner(signer));
            signers |= 1 << indexPlusOne;
        }
    }

    /// @inheritdoc IDayPool
    function applyLeaf(address account, int64 amount, bytes32[] calldata proof) external {
        Seat memory seat = _seats[account];
        require(seat.place != 0, NotSeated(account));
        uint256 number = seat.applied;
        require(number < _roots.length, NextRootFirst(account, number));
        DayRoot memory day = _roots[number];
        uint256 place = seat.place - 1;
        bool proved =
            place < day.count
                ? DayTree.verify(number, place, amount, day.count, proof, day.root)
                : amount == 0;
        require(proved, WrongLeaf(number, account));
        seat.applied = uint24(number + 1);
        uint256 moved = uint256(amount < 0 ? -int256(amount) : int256(amount)) * CREDIT_UNIT;
        // A debit was within the balance when it was posted, and nothing has left since.
        seat.balance =
            amount < 0 ? seat.balance - uint88(moved) : SafeCast.toUint88(seat.balance + moved);
        _seats[account] = seat;
        emit LeafApplied(number, account, amount);
    }

    /* ---------------------------------------------------- queries ------------------------------------------------ */

    /// @inheritdoc IDayPool
    function digest(uint32 day, bytes calldata amounts) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(abi.encode(DAY_TYPEHASH, day, keccak256(amounts), oracle.signerSet()))
            );
    }

    /// @inheritdoc IDayPool
    function seatOf(address account) external view returns (Seat memory) {
        return _seats[account];
    }

    /// @inheritdoc IDayPool
    function seatAt(uint256 place) external view returns (address) {
        return _accounts[place];
    }

    /// @inheritdoc IDayPool
    function seats() external view returns (uint256) {
        return _accounts.length;
    }

    /// @inheritdoc IDayPool
    function roots() external view returns (uint256) {
        return _roots.length;
    }

    /// @inheritdoc IDayPool
    function rootAt(uint256 number) external view returns (DayRoot memory) {
        return _roots[number];
    }

    /// @inheritdoc IDayPool
    function lockOf(address account, uint256 day) external view returns (uint256) {
        return _lockOf(_seats[account], day);
    }

    /// @inheritdoc IDayPool
    function today() public view returns (uint256) {
        return block.timestamp / DAY;
    }

    function _lockOf(Seat memory seat, uint256 day) private pure returns (uint256) {
        if (day <= seat.leavingDay) return seat.balance;
        return seat.balance > seat.leaving ? seat.balance - seat.leaving : 0;
    }

    function _postingEnd(uint256 day) private pure returns (uint256) {
        return (day + 1 + POSTING_DAYS) * DAY;
    }
}
