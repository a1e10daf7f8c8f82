// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "./IOracleEvents.sol";
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
    Tree,
    WrongSum
} from "./OracleTypes.sol";

/// @title IOracleTribunal
/// @notice The oracle's other half: the edge servers and their stakes, challenges, and what is rarely asked.
interface IOracleTribunal is IOracleEvents {
    /* ---------------------------------------------------- servers ------------------------------------------------ */

    /// @notice Replaces the edge servers; reports signed for the former set are void. Only the market.
    function setEdgeServers(EdgeServer[] calldata servers) external;

    function edgeServers() external view returns (EdgeServer[] memory);

    /// @notice The set of a version, as it was.
    function edgeServersOf(uint32 version) external view returns (EdgeServer[] memory);

    /* --------------------------------------------------- challenging ---------------------------------------------- */

    /// @notice Voids an optimistic electricity posting by going through all declarations in one transaction: they come
    /// to other totals than the signed tree.
    /// @param declared Packed targets, as in an inline certificate.
    function refuteClearing(
        Report calldata report,
        Tree calldata tree,
        bytes calldata declared
    ) external;

    /// @notice Voids an optimistic elecoin posting by a price that gives the leader more.
    /// @param needs Packed needs, all of them in order; their order by need is not needed.
    function refuteElecoin(
        Report calldata report,
        bytes calldata needs,
        uint256 betterTicks
    ) external;

    /// @notice Voids an optimistic electricity posting by one wrong sum.
    function challengeSum(
        Report calldata report,
        Tree calldata tree,
        WrongSum calldata wrong
    ) external;

    /// @notice Voids one by a wrong leaf: wrong sums, not following on the leaf before, or not ending in the commitment.
    function challengeLeaf(
        Report calldata report,
        Tree calldata tree,
        uint256 index,
        Opening calldata opening
    ) external;

    /// @notice Demands that a leaf be revealed within the response time. Until then nobody reads the posting.
    function demandLeaf(Report calldata report, Tree calldata tree, uint256 index) external;

    /// @notice Reveals a demanded leaf. By anyone: a right tree follows from the declarations.
    function revealLeaf(
        Report calldata report,
        Tree calldata tree,
        uint256 index,
        Opening calldata opening
    ) external;

    /// @notice Voids a posting of which a demanded leaf was not revealed in time. Its demander is the challenger.
    function claimSilence(Report calldata report, uint256 index) external;

    /// @notice The same without regard to whether it may be relied on: for challengers.
    function challenged(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, Proof memory proof, Dispute memory dispute);

    /// @notice Who demanded a leaf of a report, and until when it must be revealed (0: nobody).
    function demandOf(
        Report calldata report,
        uint256 index
    ) external view returns (address demander, uint256 deadline);

    /* ----------------------------------------------------- stakes ------------------------------------------------ */

    /// @notice Deposits the caller's stake.
    function bond() external payable;

    /// @notice Asks for `amount` of the caller's stake; it can be withdrawn after the delay, slashed until then.
    function unbond(uint256 amount) external;

    /// @notice Withdraws what was asked for long enough ago.
    function withdrawBond() external;

    /// @notice Withdraws what the caller earned by challenges.
    function withdrawReward() external;

    function bondOf(address server) external view returns (Bond memory);

    function rewardOf(address challenger) external view returns (uint256);

    /// @notice Coins slashed and not given to challengers: locked in this contract for ever.
    function burnt() external view returns (uint256);

    /* ----------------------------------------------------- queries ----------------------------------------------- */

    /// @notice The EIP-712 digest by which a member consents to a price.
    function consentDigest(
        uint32 period,
        uint256 value,
        bytes32 commitment,
        int64 energyWh
    ) external view returns (bytes32);

    /// @notice Postings of `count` epochs from `from` on; `epochPlusOne` is 0 where none can be read.
    function history(
        Feed feed,
        uint256 from,
        uint256 count
    ) external view returns (Posting[] memory);

    /// @notice The change of the cap that a report of this price must carry, in 1e9 wei.
    function supplyChangeAt(uint256 price) external view returns (int64);

    function oracleTerms() external view returns (OracleTerms memory);
}
