// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Leaf, Node} from "../libraries/MerkleSum.sol";

/// @notice What is posted: one price an epoch and feed.
enum Feed {
    /// An epoch is a period: price, matching probability and served fraction of its two-sided clearing.
    Electricity,
    /// An epoch is `epochPeriods` periods: the Stackelberg price of an elecoin.
    Elecoin
}

/// @notice What stands behind a stored price. Inline to Consent are also the first byte of a certificate.
enum Status {
    None,
    /// Every declaration was folded and the price found to be the equilibrium, in the posting's own transaction.
    Inline,
    /// The same for an elecoin price at which, and at no other, any bound binds: from four totals.
    Interior,
    /// Posted on bonds: nobody reads it until the challenge window has passed without a refutation.
    Optimistic,
    /// Members who keep their parameters private signed their quantities at this price.
    Consent,
    /// Optimistic, with a leaf demanded and not yet revealed: nobody reads it.
    Demanded,
    /// Refuted, or a demanded leaf was not revealed. Nobody reads it, now or later.
    Voided
}

/// @notice A server that computes and signs prices, and the metered member whose reputation ranks it.
struct EdgeServer {
    address signer;
    address operator;
}

/// @notice What the edge servers sign (EIP-712).
/// @param feed The feed.
/// @param epoch Its epoch.
/// @param value One word. Bits 0–95: price (1e18, on the tick grid). Electricity: 96–159 matching probability, 160–223
/// served fraction (1e18). Elecoin: 96–159 change of the cap on elecoins (two's complement, in 1e9 wei).
/// @param inputBlock Number of the block at which the inputs were read.
/// @param inputBlockHash Its hash.
/// @param commitment The frozen running commitment to the declarations that were priced.
/// @param signerSet Version of the set of edge servers.
/// @param root 0 where the certificate comes with the report. For an optimistic posting the root of the sum tree over
/// the declarations (electricity), or the commitment again (elecoin).
struct Report {
    Feed feed;
    uint32 epoch;
    uint256 value;
    uint64 inputBlock;
    bytes32 inputBlockHash;
    bytes32 commitment;
    uint32 signerSet;
    bytes32 root;
}

/// @notice An EIP-2098 signature.
struct Signature {
    bytes32 r;
    bytes32 vs;
}

/// @notice A stored posting, one word: all that a trade needs. `epochPlusOne` 0 marks an unused slot.
/// @param matchingProbability For the elecoin feed the change of the cap, as it was signed.
/// @param elecoinTicks Electricity: price of an elecoin in the period's epoch, final before any target of the epoch
/// could be declared; 0 where it was stale.
struct Posting {
    uint24 epochPlusOne;
    uint32 priceTicks;
    uint64 matchingProbability;
    uint64 servedFraction;
    uint32 postedAt;
    uint32 elecoinTicks;
    Status status;
}

/// @notice The second word of a posting.
/// @param digest The first 20 bytes of the report's EIP-712 digest.
/// @param bound What was certified. Electricity: the equilibrium price is at most so far below (1e18). Elecoin: no
/// price gives the leader so much more utility (1e18). `UNCERTIFIED` where only consent stands behind the price.
struct Proof {
    bytes20 digest;
    uint96 bound;
}

/// @notice What an optimistic posting rests on.
/// @param signers Bit mask of its signers in set `signerSet`.
/// @param demands Leaves demanded and not yet revealed.
struct Dispute {
    uint32 signerSet;
    uint24 signers;
    uint32 demands;
}

/// @notice An edge server's stake. What leaves can still be slashed until it is withdrawn.
struct Bond {
    uint96 amount;
    uint96 leaving;
    uint40 leavesAt;
}

/// @notice What the root of an optimistic electricity report commits to: keccak256(abi.encode(top, count)).
/// @param top Sums over all declarations at the posted price.
/// @param count How many declarations there are.
struct Tree {
    Node top;
    uint256 count;
}

/// @notice A leaf, opened, with the leaf before it.
/// @param node The leaf's place in the tree; the zero node beyond the last declaration.
/// @param leaf What its hash is of.
/// @param siblings From the leaf to the root.
/// @param previous The leaf before; the zero node for the first, and beyond the last.
/// @param previousSiblings From there to the root; empty where `previous` is the zero node for these reasons.
struct Opening {
    Node node;
    Leaf leaf;
    Node[] siblings;
    Node previous;
    Node[] previousSiblings;
}

/// @notice A node whose sums are not those of its children.
struct WrongSum {
    Node node;
    uint256 level;
    uint256 position;
    Node[] siblings;
    Node left;
    Node right;
}

/// @notice How the reported price moves the cap on elecoins; see library `SupplyRule`. Energies of the rule in 1e9 wei.
struct SupplyTerms {
    uint128 gain;
    uint128 base;
    int64 mostPerEpoch;
    int64 least;
    int64 most;
}

/// @notice What a deployment of the oracle fixes besides the clock.
/// @param historyLength Postings kept per feed; older ones are events.
/// @param challengeWindow Seconds after which an optimistic posting may be read, if nobody refuted it.
/// @param responseTime Seconds in which a demanded leaf must be revealed.
/// @param turnSeconds Seconds after which the next server in order posts.
/// @param unbondDelay Seconds from asking a bond back to withdrawing it.
/// @param consentShareBps Share of the declared energy that must consent; 0: consent certifies nothing here.
/// @param inlineMembers In a market of so many accounts, or fewer, no price is posted on stakes.
/// @param minimumBond What each signer of an optimistic report must have deposited.
struct OracleTerms {
    uint32 historyLength;
    uint32 challengeWindow;
    uint32 responseTime;
    uint32 turnSeconds;
    uint32 unbondDelay;
    uint16 consentShareBps;
    uint32 inlineMembers;
    uint96 minimumBond;
    SupplyTerms supply;
}

/// @dev The bound of a price that was agreed to and not proved.
uint96 constant UNCERTIFIED = type(uint96).max;
