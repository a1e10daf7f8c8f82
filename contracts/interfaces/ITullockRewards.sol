// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IElecoin} from "./IElecoin.sol";
import {IEquilibriumOracle} from "./IEquilibriumOracle.sol";

/// @notice Where a contest stands.
enum Stage {
    /// Energy is booked, servers commit.
    Open,
    /// Entries are closed; the committed servers reveal.
    Revealing,
    /// The seed is known: winners are drawn and paid.
    Drawn,
    /// Closed without a draw: no zone was active, no prize was there, or too few servers had committed.
    Empty,
    /// A server withheld its secret: the prize and its bond wait for the next contest.
    RolledOver
}

/// @notice A round's contest, one word. `committed` and `revealed` have a bit for each server of set `signerSet`.
/// @param closedBlock B: the block in which entries closed.
/// @param prize ELE wei for each active zone.
/// @param activeZones Zones with more tickets than the activation.
struct Contest {
    uint40 closedBlock;
    uint32 signerSet;
    uint24 committed;
    uint24 revealed;
    uint96 prize;
    uint16 activeZones;
    Stage stage;
}

/// @notice A zone's part of a contest, one word.
/// @param tickets Σh: verified renewable Wh of its entries.
/// @param winner Zero until it is drawn.
struct Pool {
    uint64 tickets;
    uint24 entries;
    bool paid;
    address winner;
}

/// @notice What is booked of an account, one word.
/// @param next One past the last period booked.
/// @param energyWh Wh booked in the round of `next` and not yet entered.
/// @param renewable Marked by the administrator.
/// @param outOf One past the round from which the account is barred; 0: none.
struct Tally {
    uint24 next;
    uint64 energyWh;
    bool renewable;
    uint24 outOf;
}

/// @title ITullockRewards
/// @notice The Tullock contest of seed 000, 3.2: in each zone and reputation round one producer of renewable energy
/// wins the zone's prize, with probability h_j / Σh, h_j her verified renewable Wh of the round. A zone is active, and
/// has a prize, if Σh > R_min. Prizes are elecoins that this contract holds already: the market pays the levy to it.
/// It mints nothing, has no owner of its own, and nothing that the market pauses stops it.
/// A round: energy is *booked* as its readings become final, by anyone; edge servers *commit* to secrets; after the
/// closing time of its last period anyone *closes* its entries, in block B; the servers *reveal* from block B + 2 to
/// B + 200; the secrets and the hash of block B + 1 are the seed; anyone proves the *draw* of a zone by the index of the
/// winning entry; the winner is paid by *claim*.
interface ITullockRewards {
    event RenewableSet(address indexed account, bool renewable, uint24 fromPeriod);
    /// @notice Periods `first` to `last` of an account are booked; `energyWh` waits to be entered.
    event Booked(address indexed account, uint24 first, uint24 last, uint64 energyWh);
    /// @notice A new entry of a zone's contest. `tickets` is the running sum, this entry's included.
    event Entered(
        uint256 indexed round,
        uint16 indexed zone,
        address indexed account,
        uint24 index,
        uint64 energyWh,
        uint64 tickets
    );
    event BondAdded(address indexed server, address indexed payer, uint256 amount);
    event BondWithdrawn(address indexed server, uint256 amount);
    event Committed(uint256 indexed round, address indexed server, uint8 index, bytes32 commitment);
    /// @notice Entries are closed. `stage` is `Revealing`, or `Empty` where there is nothing to draw.
    event EntriesClosed(uint256 indexed round, uint256 prize, uint256 activeZones, Stage stage);
    event Revealed(uint256 indexed round, address indexed server, bytes32 secret);
    event Seeded(uint256 indexed round, bytes32 blockHash, bytes32 seed);
    /// @notice A server let the time to reveal pass. Its operator has no entry in round `outOf`.
    event Withheld(
        uint256 indexed round,
        address indexed server,
        address indexed operator,
        uint256 bond,
        uint256 outOf
    );
    event RolledOver(uint256 indexed round, uint256 prizes, uint256 bonds);
    /// @notice The number that the seed draws of a zone's tickets is held by entry `index`.
    event Drawn(uint256 indexed round, uint16 indexed zone, address indexed winner, uint256 index);
    event Claimed(
        uint256 indexed round,
        uint16 indexed zone,
        address indexed winner,
        uint256 prize
    );

    error OnlyAdministrator(address caller);
    error Miswired(address other);
    /// @notice A bond and an activation are needed; twice a prize of a wei is the least bond.
    error InvalidTerms(uint256 bond, uint256 activation);
    /// @notice Readings of this period are not final before `opens`.
    error NotFinal(uint256 period, uint256 opens);
    error NotAServer(address caller);
    error BondTooSmall(address server, uint256 bond, uint256 needed);
    /// @notice Commitments to this round start with it.
    error RoundNotStarted(uint256 round, uint256 opens);
    /// @notice Entries of this round can be closed from `opens` on.
    error RoundOpen(uint256 round, uint256 opens);
    error RoundClosed(uint256 round);
    /// @notice The round's contest belongs to the servers of set `pinned`, because one of them committed first.
    error OtherServers(uint256 round, uint32 pinned, uint32 present);
    error AlreadyCommitted(uint256 round, uint256 index);
    error NotCommitted(uint256 round, uint256 index);
    error AlreadyRevealed(uint256 round, uint256 index);
    error WrongSecret(uint256 round, uint256 index);
    error WrongStage(uint256 round, Stage stage);
    /// @notice Possible in blocks `first` to `last`.
    error OutsideBlocks(uint256 number, uint256 first, uint256 last);
    error NotActive(uint256 round, uint256 zone, uint256 tickets);
    error AlreadyDrawn(uint256 round, uint256 zone);
    /// @notice Entry `index` does not hold the drawn number.
    error WrongIndex(uint256 index, uint256 number);
    error NothingToClaim(uint256 round, uint256 zone);

    /* -------------------------------------------------- entries -------------------------------------------------- */

    /// @notice Marks accounts whose generation is renewable, from the present period on, or takes the mark away. Who
    /// loses it has no entry of the present round. Only the administrator of the market.
    /// @dev Plants that are fully supported have no right to generate in the market, and so no entries here.
    function setRenewable(address[] calldata accounts, bool renewable) external;

    /// @notice Books the periods of accounts, in order, up to and with `through`; who is not marked, or booked already,
    /// is skipped. The last period of a round makes an account's entry of that round. By anyone, from a period's
    /// reading deadline on; where a reading is missing, from the end of trading on, because until then it may be proved.
    /// Until its closing time the market surely holds a period; what the ring has overwritten counts nothing, and
    /// neither does a reading that is missing, spans several periods or is quarantined.
    function book(address[] calldata accounts, uint24 through) external;

    /* --------------------------------------------------- servers ------------------------------------------------- */

    /// @notice Adds to a server's bond (needs an allowance). Anyone may.
    function addBond(address server, uint256 amount) external;

    /// @notice Pays the caller from her bond; what she committed with stays until she revealed. Never paused.
    function withdrawBond(uint256 amount) external;

    /// @notice Commits to a secret for a round, from its start until its entries close; takes `bond` from the caller's
    /// bond. Only an edge server, once a round. See {commitmentOf} for what is committed.
    function commit(uint256 round, bytes32 commitment) external;

    /// @notice Reveals the secret of server `index`, in blocks B + 2 to B + 200, and gives its bond back. By anyone who
    /// knows it. The last one makes the seed.
    function reveal(uint256 round, uint256 index, bytes32 secret) external;

    /// @notice Gives a bond back that was committed to a round closed without a draw, or never closed.
    function releaseBond(uint256 round, uint256 index) external;

    /* ---------------------------------------------------- draws -------------------------------------------------- */

    /// @notice Closes the entries of a round, and of any before it, from the closing time of its last period on. By
    /// anyone. All that the contract holds beyond what it owes, but not more than half a bond, is shared equally by the
    /// active zones; the prize cannot be greater, so a server always loses at least twice as much as it could deny.
    function closeEntries(uint256 round) external;

    /// @notice After block B + 200: nothing is drawn. The prizes, and the bonds of those who did not reveal, are there
    /// for the next contest; their operators have no entry in the next round that has none yet. By anyone.
    function rollOver(uint256 round) external;

    /// @notice Proves that entry `index` of a zone holds the drawn number. By anyone, at any time.
    function draw(uint256 round, uint16 zone, uint256 index) external;

    /// @notice Pays the winner of a zone. By anyone, at any time; never paused.
    function claim(uint256 round, uint16 zone) external;

    /* --------------------------------------------------- queries ------------------------------------------------- */

    function contest(uint256 round) external view returns (Contest memory);

    function pool(uint256 round, uint16 zone) external view returns (Pool memory);

    function tally(address account) external view returns (Tally memory);

    /// @notice Entry `index` of a zone: its owner and the running sum of tickets, hers included.
    function entry(
        uint256 round,
        uint16 zone,
        uint256 index
    ) external view returns (address owner, uint256 tickets);

    /// @notice The number drawn of a zone's tickets and the entry that holds it.
    function winning(
        uint256 round,
        uint16 zone
    ) external view returns (uint256 index, uint256 number);

    /// @notice What server `index` commits to: keccak(this contract, round, index, secret).
    function commitmentOf(
        uint256 round,
        uint256 index,
        bytes32 secret
    ) external view returns (bytes32);

    /// @notice The seed of a round; 0 while it has none.
    function seedOf(uint256 round) external view returns (bytes32);

    /// @notice The hash of block B + 1, as the first reveal read it.
    function blockHashOf(uint256 round) external view returns (bytes32);

    /// @notice ELE of a server that is in no commitment.
    function bondOf(address server) external view returns (uint256);

    /// @notice The first round whose entries are not closed.
    function nextRound() external view returns (uint256);

    /// @notice ELE that the next contest can give: what is held beyond what is owed.
    function fund() external view returns (uint256);

    /// @notice Prizes not yet paid and bonds.
    function owed() external view returns (uint256);

    /// @notice What a commitment costs who does not reveal; at least twice the prizes of a round.
    function bond() external view returns (uint256);

    /// @notice R_min: a zone needs more Wh than this.
    function activation() external view returns (uint256);

    function elecoin() external view returns (IElecoin);

    function oracle() external view returns (IEquilibriumOracle);
}
