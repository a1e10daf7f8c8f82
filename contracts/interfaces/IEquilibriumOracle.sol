// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice What is posted: one price an epoch and feed.
enum Feed {
    /// An epoch is a period: price, matching probability and served fraction of its two-sided clearing.
    Electricity,
    /// An epoch is `epochPeriods` periods: the Stackelberg price of an elecoin.
    Elecoin
}

/// @notice A server that computes and signs prices, and the metered member whose reputation ranks it.
struct EdgeServer {
    address signer;
    address operator;
}

/// @notice What the edge servers sign (EIP-712).
/// @param feed The feed.
/// @param epoch Its epoch.
/// @param value One word: bits 0–95 price (1e18, on the tick grid), 96–159 matching probability, 160–223 served
/// fraction (1e18; both 0 for the elecoin feed).
/// @param inputBlock Number of the block at which the inputs were read.
/// @param inputBlockHash Its hash.
/// @param commitment The frozen running commitment to the declarations that were priced.
/// @param signerSet Version of the set of edge servers.
struct Report {
    Feed feed;
    uint32 epoch;
    uint256 value;
    uint64 inputBlock;
    bytes32 inputBlockHash;
    bytes32 commitment;
    uint32 signerSet;
}

/// @notice An EIP-2098 signature.
struct Signature {
    bytes32 r;
    bytes32 vs;
}

/// @notice A stored posting. `epochPlusOne` 0 marks an unused slot.
struct Posting {
    uint32 epochPlusOne;
    uint32 priceTicks;
    uint64 matchingProbability;
    uint64 servedFraction;
    uint40 postedAt;
}

/// @title IEquilibriumOracle
/// @notice Prices agreed on by f + 1 of 2f + 1 registered edge servers, each an equilibrium of the declared game.
/// A report is accepted only in its pricing window, once an epoch, and must name the last frozen commitment.
interface IEquilibriumOracle {
    event EdgeServersSet(uint32 indexed version, EdgeServer[] servers);
    /// @notice A price. `signers` is the bit mask of the signers' indexes in set `signerSet`.
    event Posted(
        Feed indexed feed,
        uint32 indexed epoch,
        uint256 value,
        bytes32 digest,
        uint64 inputBlock,
        bytes32 commitment,
        uint32 signerSet,
        uint256 signers
    );

    error OnlyMarket(address caller);
    /// @notice Accepted from `opens` until before `closes`.
    error OutsidePricingWindow(Feed feed, uint32 epoch, uint256 opens, uint256 closes);
    /// @notice This epoch has another price; the argument is the digest that stands.
    error AlreadyPosted(bytes32 digest);
    error StaleSignerSet(uint32 given, uint32 current);
    error WrongInputBlock(uint64 number, bytes32 given, bytes32 actual);
    error WrongCommitment(bytes32 given, bytes32 actual);
    /// @notice Nobody declared anything: there is no game to price.
    error NothingDeclared(Feed feed, uint32 epoch);
    error PriceOutOfBounds(uint256 price, uint256 least, uint256 most);
    error WrongSignatureCount(uint256 given, uint256 needed);
    error UnknownSigner(address signer);
    error DuplicateSigner(address signer);
    /// @notice The set must hold 2f + 1 servers, at most 23, no signer twice.
    error InvalidEdgeServers(uint256 count);
    error Unpriced(uint256 period);
    error StalePrice(Feed feed, uint256 epoch);

    /// @notice Replaces the edge servers; reports signed for the former set are void. Only the market.
    function setEdgeServers(EdgeServer[] calldata servers) external;

    /// @notice Posts a report signed by exactly f + 1 distinct edge servers. Anyone may carry it. The same report
    /// again is a receipt without effect.
    function post(Report calldata report, Signature[] calldata signatures) external;

    /// @notice The EIP-712 digest that the edge servers sign.
    function digest(Report calldata report) external view returns (bytes32);

    /// @notice Clearing price (ELE/kWh, 1e18), matching probability and served fraction (1e18). Reverts `Unpriced`.
    function electricityPrice(
        uint256 period
    ) external view returns (uint256 price, uint256 matching, uint256 served);

    /// @notice Currency per elecoin (1e18). Where no need was declared, the price that stood goes on, flagged (at first
    /// the lower bound). Where needs got no report it serves once more, flagged; then it reverts `StalePrice`.
    function elecoinPrice(uint256 epoch) external view returns (uint256 price, bool flagged);

    /// @notice Both prices that a trade in `period` needs.
    function prices(uint256 period) external view returns (uint256 electricity, uint256 elecoin);

    /// @notice The newest posting that still applies; reverts `StalePrice`.
    function latest(Feed feed) external view returns (uint256 epoch, Posting memory posting);

    /// @notice One posting and its digest; reverts `StalePrice` where none is held.
    function posting(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, bytes32 digest_);

    /// @notice Postings of `count` epochs from `from` on; `epochPlusOne` is 0 where none is held.
    function history(
        Feed feed,
        uint256 from,
        uint256 count
    ) external view returns (Posting[] memory);

    function edgeServers() external view returns (EdgeServer[] memory);

    /// @notice The set of a version, as it was.
    function edgeServersOf(uint32 version) external view returns (EdgeServer[] memory);

    function signerSet() external view returns (uint32);

    /// @notice f + 1.
    function quorum() external view returns (uint256);

    /// @notice Index in the present set, plus one; 0 for strangers.
    function serverIndexPlusOne(address signer) external view returns (uint256);
}
