// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

// Whoever imports the interface finds its types here.
// solhint-disable no-unused-import
import {IOracleTribunal} from "./IOracleTribunal.sol";
import {IPriceFeeds} from "./IPriceFeeds.sol";
import {
    Bond,
    Dispute,
    EdgeServer,
    Feed,
    Opening,
    OracleTerms,
    Posting,
    Proof,
    Report,
    Signature,
    Status,
    SupplyTerms,
    Tree,
    UNCERTIFIED,
    WrongSum
} from "./OracleTypes.sol";

/// @title IEquilibriumOracle
/// @notice Prices agreed on by f + 1 of 2f + 1 registered edge servers and checked against what was declared: not even
/// all servers together can post another price than the equilibrium. A report is accepted only in its pricing window,
/// must name the last frozen commitment, and comes with a certificate: the declarations themselves (the contract folds
/// them, compares with the commitment and finds the equilibrium), a bonded claim that anyone may refute within a window
/// before which nobody can read it, or the members' consent. A certificate proves that the price is the equilibrium of
/// what was declared, not that what was declared is true.
/// @dev One address and one storage: what `EquilibriumOracle` does not know it delegates to `OracleTribunal`.
interface IEquilibriumOracle is IPriceFeeds, IOracleTribunal {}
