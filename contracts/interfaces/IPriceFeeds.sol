// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "./IOracleEvents.sol";
import {Feed, Posting, Proof, Report, Signature} from "./OracleTypes.sol";

/// @title IPriceFeeds
/// @notice The oracle's every day: post and read.
interface IPriceFeeds is IOracleEvents {
    /// @notice Posts a report signed by exactly f + 1 distinct edge servers. Anyone may carry it. The same report
    /// again is a receipt without effect. A voided posting may be replaced within the pricing window.
    /// @param certificate One byte, the kind (`Status`, 1 to 4), and what that kind needs: the declarations (inline),
    /// `abi.encode(Tree)` (optimistic, electricity), nothing (interior; optimistic, elecoin), or
    /// what library `Consent` packs (consent). Declarations are packed as library `Declarations` says;
    /// those of an inline elecoin certificate stand between their number (2 bytes) and their order by need.
    function post(
        Report calldata report,
        Signature[] calldata signatures,
        bytes calldata certificate
    ) external;

    /// @notice The EIP-712 digest that the edge servers sign.
    function digest(Report calldata report) external view returns (bytes32);

    /// @notice Clearing price (ELE/kWh, 1e18), matching probability and served fraction (1e18). Reverts `Unpriced`,
    /// also while the posting can be challenged.
    function electricityPrice(
        uint256 period
    ) external view returns (uint256 price, uint256 matching, uint256 served);

    /// @notice Currency per elecoin (1e18). Where no need was declared, the price that stood goes on, flagged (at first
    /// the lower bound). Where needs got no report, or a voided one, it serves once more, flagged; then it reverts
    /// `StalePrice`.
    function elecoinPrice(uint256 epoch) external view returns (uint256 price, bool flagged);

    /// @notice Both prices that a trade in `period` needs, from one word.
    function prices(uint256 period) external view returns (uint256 electricity, uint256 elecoin);

    /// @notice The newest posting that still applies; reverts `StalePrice`.
    function latest(Feed feed) external view returns (uint256 epoch, Posting memory posting);

    /// @notice One posting, its digest and its certified bound; reverts `StalePrice` where none can be read.
    function posting(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, Proof memory proof);

    /// @notice By how much the cap on elecoins differs from the deployment's, in wei.
    function supplyChange() external view returns (int256);

    /// @notice The cap on circulating elecoins. Below what circulates it only stops minting.
    function elecoinCap(uint256 totalElecoins) external view returns (uint256);

    function signerSet() external view returns (uint32);

    /// @notice f + 1.
    function quorum() external view returns (uint256);

    /// @notice Index in the present set, plus one; 0 for strangers.
    function serverIndexPlusOne(address signer) external view returns (uint256);
}
