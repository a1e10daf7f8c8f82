// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "./IElecoin.sol";
import {IEquilibriumOracle, Signature} from "./IEquilibriumOracle.sol";

/// @notice A member's account here, one word. `place` is one past her place; `applied` is the next root whose leaf is
/// to be applied to her; of `balance`, `leaving` is not locked for days after `leavingDay`.
struct Seat {
    uint24 place;
    uint24 applied;
    uint24 leavingDay;
    uint88 balance;
    uint88 leaving;
}

/// @notice A day's root. `count` seats have a leaf; all others' is 0.
struct DayRoot {
    bytes32 root;
    uint32 day;
    uint32 count;
}

/// @title IDayPool
/// @notice The pool for thousands: periods are settled off chain with the arithmetic of `PoolSettlement`, and a day of
/// them on chain at once, by what each member owes or is owed. The chain builds the tree over the amounts itself, from
/// calldata, so no sum in it can be forged and no leaf withheld; it checks that credits equal debits and that each
/// debit is within what its account has locked. Amounts move when a leaf is applied: anyone may apply any. An account
/// pays in or out only when its leaves of all roots are applied, so no root can find less than it was checked against.
/// What the edge servers' quorum must be trusted for is which amounts are right; the calldata lets everybody see.
interface IDayPool {
    event Joined(address indexed account, uint256 place);
    event PaidIn(address indexed account, uint256 amount);
    event Leaving(address indexed account, uint256 amount, uint256 day);
    event PaidOut(address indexed account, uint256 amount);
    event DayPosted(uint256 indexed number, uint256 indexed day, bytes32 root, uint256 moved);
    /// @notice `amount` is the leaf's, in units of 1e9 wei.
    event LeafApplied(uint256 indexed number, address indexed account, int256 amount);

    error NotSeated(address account);
    error LeavesOpen(address account, uint256 applied, uint256 roots);
    error AboveBalance(uint256 amount, uint256 balance);
    error StillLocked(uint256 until);
    error OutsideDay(uint256 day, uint256 opens, uint256 closes);
    error DayPassed(uint256 day, uint256 last);
    error WrongLength(uint256 length, uint256 seats);
    error AboveLock(address account, uint256 debit, uint256 lock);
    error Unbalanced(uint256 debits, uint256 credits);
    error WrongSignatureCount(uint256 given, uint256 needed);
    error UnknownSigner(address signer);
    error DuplicateSigner(address signer);
    error NextRootFirst(address account, uint256 next);
    error WrongLeaf(uint256 number, address account);

    /// @notice Takes a seat, once. Leaves of the roots before it are none of hers.
    function join() external returns (uint256 place);

    /// @notice Moves elecoins (wei, in whole 1e9) from the caller's wallet to her seat. All of it is locked for the day.
    function payIn(uint256 amount) external;

    /// @notice Says that this much of the balance is not locked for days after today. It replaces what was said before.
    function leave(uint256 amount) external;

    /// @notice Pays out what left, once no root of that day can come any more.
    function payOut() external;

    /// @notice Posts a day: what each seat is owed (> 0) or owes (< 0) in 1e9 wei, 8 bytes each, in the order of seats.
    /// Fee accounts have seats too. By anyone, with signatures of f + 1 edge servers.
    function postDay(uint32 day, bytes calldata amounts, Signature[] calldata signatures) external;

    /// @notice Applies an account's leaf of its next root.
    /// @param amount As posted; 0 without a proof where the seat is younger than the root.
    /// @param proof Hashes from the leaf's level up.
    function applyLeaf(address account, int64 amount, bytes32[] calldata proof) external;

    /// @notice What the edge servers sign (EIP-712).
    function digest(uint32 day, bytes calldata amounts) external view returns (bytes32);

    function seatOf(address account) external view returns (Seat memory);

    function seatAt(uint256 place) external view returns (address);

    function seats() external view returns (uint256);

    function roots() external view returns (uint256);

    function rootAt(uint256 number) external view returns (DayRoot memory);

    /// @notice What a root of that day may take from an account.
    function lockOf(address account, uint256 day) external view returns (uint256);

    /// @notice The day that chain time is in.
    function today() external view returns (uint256);

    function elecoin() external view returns (IElecoin);

    function oracle() external view returns (IEquilibriumOracle);
}
