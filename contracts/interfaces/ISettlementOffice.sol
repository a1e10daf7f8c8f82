// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IMarketEvents} from "./IMarketEvents.sol";

/// @title ISettlementOffice
/// @notice Readings of many meters at once, wrong readings, and the pool.
interface ISettlementOffice is IMarketEvents {
    /// @notice Who may attest readings of many meters and correct closed periods, and for how long after closing.
    function setAttestor(address attestor, uint32 correctionWindow) external;

    /// @notice A reading signed by a meter that is a contract (ERC-1271), or by a key, with a signature of any length.
    function relayReadingOf(
        address account,
        uint256 word,
        address meter,
        bytes calldata signature
    ) external;

    /// @notice Stores a period's registers of many accounts, three to a word, under one signature of the attestor. They
    /// count when they are applied. Group g holds the accounts of index 3g + 1 to 3g + 3.
    function attestReadings(
        uint24 period,
        uint32 firstGroup,
        uint256[] calldata words,
        bytes calldata signature
    ) external;

    /// @notice Applies dense readings to accounts, until trading ends; what is refused blocks nothing.
    function applyReadings(uint24 period, address[] calldata accounts) external;

    /// @notice One of them; reverts with the reason.
    function applyReading(uint24 period, address account) external;

    /// @notice Stores the root of a period's readings, signed by the attestor.
    function attestRoot(uint24 period, bytes32 root, bytes calldata signature) external;

    /// @notice Applies a reading under the period's root, until trading ends; by anyone.
    function applyProvedReading(address account, uint256 word, bytes32[] calldata proof) external;

    /// @notice Until the reading deadline the account, its meter, the attestor or the administrator may say that the
    /// period's reading is wrong: the period is then the grid's for this account.
    function dispute(address account, uint24 period) external;

    /// @notice Books by how much a closed period was read wrongly, in grid lines; settled trades stand. Only the
    /// attestor (where none is set, the administrator), until the correction window has passed.
    /// @param reason A code, e.g. 1 replaced value, 2 clock, 3 meter fault.
    function correct(
        address account,
        uint24 period,
        int32 generatedWh,
        int32 consumedWh,
        uint8 reason
    ) external;

    function attestor() external view returns (address account, uint32 correctionWindow);

    /// @notice The sum of an account's corrections of a period.
    function correctionOf(
        address account,
        uint24 period
    ) external view returns (int32 generatedWh, int32 consumedWh, uint8 count);

    function readingsRoot(uint24 period) external view returns (bytes32);
}
