// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EdgeServer, Feed, Status} from "./OracleTypes.sol";

/// @title IOracleEvents
/// @notice What the oracle tells, and why it refuses.
interface IOracleEvents {
    /* ---------------------------------------------------- events -------------------------------------------------- */

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
        uint256 signers,
        Status status,
        uint96 bound
    );
    /// @notice A member's consent to a price.
    event Consented(uint32 indexed period, address indexed account, int64 energyWh);
    event LeafDemanded(
        Feed indexed feed,
        uint32 indexed epoch,
        uint256 index,
        address demander,
        uint256 deadline
    );
    event LeafRevealed(Feed indexed feed, uint32 indexed epoch, uint256 index);
    /// @notice A posting is void; its signers lost `slashed`, of which the challenger gets `reward`.
    event Voided(
        Feed indexed feed,
        uint32 indexed epoch,
        address indexed challenger,
        bytes20 digest,
        uint256 slashed,
        uint256 reward
    );
    event Bonded(address indexed server, uint256 amount);
    event Unbonding(address indexed server, uint256 amount, uint256 leavesAt);
    event BondWithdrawn(address indexed server, uint256 amount);
    event Slashed(address indexed server, uint256 amount);
    event RewardWithdrawn(address indexed challenger, uint256 amount);
    /// @notice The cap on elecoins differs by `total` wei from the deployment's.
    event SupplyChanged(uint32 indexed epoch, int256 change, int256 total);

    /* ---------------------------------------------------- errors -------------------------------------------------- */

    error OnlyMarket(address caller);
    /// @notice The other half was made for another market, clock or terms.
    error WrongTribunal(address tribunal);
    /// @notice Stakes come through `bond` alone.
    error UseBond(address sender, uint256 value);
    /// @notice A term of the deployment does not fit the schedule, or another term.
    error InvalidOracleTerms(string field, uint256 value);
    /// @notice Accepted from `opens` until before `closes`.
    error OutsidePricingWindow(Feed feed, uint32 epoch, uint256 opens, uint256 closes);
    /// @notice This epoch has another price; the argument is the digest that stands.
    error AlreadyPosted(bytes20 digest);
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

    /// @notice No certificate of this kind for this feed.
    error UnknownCertificate(Feed feed, uint8 kind);
    /// @notice The signed root is not the one that this kind of certificate needs.
    error WrongRoot(bytes32 given, bytes32 expected);
    /// @notice A market of so few accounts is priced by proof: nothing is posted on stakes.
    error TooFewMembersForStakes(uint256 accounts, uint256 inlineMembers);
    error BondTooSmall(address server, uint256 bond, uint256 needed);
    /// @notice The signed change of the cap is not the one that the rule gives (both in 1e9 wei).
    error WrongSupplyChange(int256 given, int256 expected);
    error ConsentTooSmall(uint256 consented, uint256 needed);
    /// @notice This approval is out of order, by another key, or for more than was declared.
    error InvalidApproval(uint256 index, address account);
    /// @notice Consenting buyers want more than consenting sellers give.
    error ConsentDoesNotClear(uint256 demand, uint256 supply);

    /// @notice No such posting can be challenged (any more).
    error NotChallengeable(Feed feed, uint32 epoch, Status status);
    /// @notice What was shown refutes nothing.
    error NothingRefuted(Feed feed, uint32 epoch);
    /// @notice The leaf shown is wrong, so it answers nothing.
    error UnsoundLeaf(uint256 index);
    /// @notice The opened declaration does not hash to the leaf.
    error NotTheLeaf(bytes32 given, bytes32 leaf);
    error AlreadyDemanded(uint256 index, uint256 deadline);
    error NotDemanded(uint256 index);
    /// @notice Too late to demand: an answer would come after the window.
    error TooLateToDemand(uint256 closes);
    /// @notice The time to reveal the leaf has passed, or has not yet.
    error ResponseTime(uint256 index, uint256 deadline);
    error NothingBonded(address server);
    error BondLocked(address server, uint256 leavesAt);
    error PaymentFailed(address to, uint256 amount);
}
