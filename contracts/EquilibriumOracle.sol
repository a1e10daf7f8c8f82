// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Clock} from "./Clock.sol";
import {IElectricityTrading} from "./interfaces/IElectricityTrading.sol";
import {
    EdgeServer,
    Feed,
    IEquilibriumOracle,
    Posting,
    Report,
    Signature
} from "./interfaces/IEquilibriumOracle.sol";
import {PostedValue} from "./libraries/PostedValue.sol";
import {TICK} from "./libraries/Rounding.sol";
import {Schedule, ScheduleLib} from "./libraries/Schedule.sol";

/// @title EquilibriumOracle
/// @notice See {IEquilibriumOracle}.
contract EquilibriumOracle is IEquilibriumOracle, Clock, EIP712 {
    /// @dev The order of the servers is stored in 24 bytes beside a set's version.
    uint256 private constant MOST_SERVERS = 23;

    bytes32 private constant REPORT_TYPEHASH = keccak256(
        "Report(uint8 feed,uint32 epoch,uint256 value,uint64 inputBlock,bytes32 inputBlockHash,bytes32 commitment,uint32 signerSet)"
    );

    IElectricityTrading public immutable market;

    /// @notice Postings kept per feed; older ones are events.
    uint256 public immutable historyLength;

    /// @inheritdoc IEquilibriumOracle
    uint32 public signerSet;

    mapping(address signer => uint256 versionAndIndex) private _members;
    mapping(uint32 version => EdgeServer[]) private _sets;
    mapping(Feed feed => mapping(uint256 ring => Posting)) private _postings;
    mapping(Feed feed => mapping(uint256 ring => bytes32)) private _digests;

    /// @dev Writing the rings once makes every post cost the same: 5 000 gas a word in place of 22 100.
    constructor(
        IElectricityTrading market_,
        Schedule memory schedule_,
        uint256 historyLength_
    ) Clock(schedule_) EIP712("wattmarket EquilibriumOracle", "1") {
        require(
            historyLength_ >= schedule_.ringLength,
            ScheduleLib.InvalidSchedule("historyLength", historyLength_, schedule_.ringLength)
        );
        market = market_;
        historyLength = historyLength_;
        for (uint256 i; i < historyLength_; i++) {
            _prewrite(Feed.Electricity, i);
            _prewrite(Feed.Elecoin, i);
        }
    }

    function _prewrite(Feed feed, uint256 ring) private {
        _postings[feed][ring].postedAt = 1;
        _digests[feed][ring] = bytes32(uint256(1));
    }

    /* -------------------------------------------------- edge servers ---------------------------------------------- */

    /// @inheritdoc IEquilibriumOracle
    function setEdgeServers(EdgeServer[] calldata servers) external {
        require(msg.sender == address(market), OnlyMarket(msg.sender));
        require(
            servers.length % 2 == 1 && servers.length <= MOST_SERVERS,
            InvalidEdgeServers(servers.length)
        );
        uint32 version = ++signerSet;
        for (uint256 i; i < servers.length; i++) {
            address signer = servers[i].signer;
            require(
                signer != address(0) && servers[i].operator != address(0),
                UnknownSigner(address(0))
            );
            require(_members[signer] >> 32 != version, DuplicateSigner(signer));
            _members[signer] = (uint256(version) << 32) | i;
            _sets[version].push(servers[i]);
        }
        emit EdgeServersSet(version, servers);
    }

    /// @inheritdoc IEquilibriumOracle
    function edgeServers() external view returns (EdgeServer[] memory) {
        return _sets[signerSet];
    }

    /// @inheritdoc IEquilibriumOracle
    function edgeServersOf(uint32 version) external view returns (EdgeServer[] memory) {
        return _sets[version];
    }

    /// @inheritdoc IEquilibriumOracle
    function quorum() public view returns (uint256) {
        return _sets[signerSet].length / 2 + 1;
    }

    /// @inheritdoc IEquilibriumOracle
    function serverIndexPlusOne(address signer) external view returns (uint256) {
        uint256 member = _members[signer];
        return member >> 32 == signerSet ? uint32(member) + 1 : 0;
    }

    /* ---------------------------------------------------- posting ------------------------------------------------- */

    /// @inheritdoc IEquilibriumOracle
    function post(Report calldata report, Signature[] calldata signatures) external {
        bytes32 digest_ = digest(report);
        uint256 ring = report.epoch % historyLength;
        Posting storage held = _postings[report.feed][ring];
        if (held.epochPlusOne == uint256(report.epoch) + 1) {
            bytes32 standing = _digests[report.feed][ring];
            require(standing == digest_, AlreadyPosted(standing));
            return;
        }

        _requireWindow(report.feed, report.epoch);
        require(report.signerSet == signerSet, StaleSignerSet(report.signerSet, signerSet));
        bytes32 actual = blockhash(report.inputBlock);
        require(
            actual != 0 && actual == report.inputBlockHash,
            WrongInputBlock(report.inputBlock, report.inputBlockHash, actual)
        );
        uint32 priceTicks = _requireTerms(report);
        uint256 signers = _requireQuorum(digest_, signatures);

        _store(report, held, priceTicks);
        _digests[report.feed][ring] = digest_;
        emit Posted(
            report.feed,
            report.epoch,
            report.value,
            digest_,
            report.inputBlock,
            report.commitment,
            report.signerSet,
            signers
        );
    }

    /// @inheritdoc IEquilibriumOracle
    function digest(Report calldata report) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        REPORT_TYPEHASH,
                        report.feed,
                        report.epoch,
                        report.value,
                        report.inputBlock,
                        report.inputBlockHash,
                        report.commitment,
                        report.signerSet
                    )
                )
            );
    }

    function _requireWindow(Feed feed, uint32 epoch) private view {
        (uint256 opens, uint256 closes) = _window(feed, epoch);
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsidePricingWindow(feed, epoch, opens, closes)
        );
    }

    function _window(
        Feed feed,
        uint256 epoch
    ) private view returns (uint256 opens, uint256 closes) {
        return
            feed == Feed.Electricity
                ? (clock.declarationDeadline(epoch), clock.startOf(epoch))
                : (clock.needDeadline(epoch), clock.elecoinDeadline(epoch));
    }

    function _requireTerms(Report calldata report) private view returns (uint32 priceTicks) {
        (bytes32 commitment, uint256 least, uint256 most) = market.reportTerms(
            report.feed,
            report.epoch
        );
        require(commitment != 0, NothingDeclared(report.feed, report.epoch));
        require(report.commitment == commitment, WrongCommitment(report.commitment, commitment));
        uint64 matching;
        uint64 served;
        (priceTicks, matching, served) = PostedValue.unpack(report.value);
        require(
            report.feed == Feed.Electricity || (matching == 0 && served == 0),
            PostedValue.MalformedValue(report.value)
        );
        uint256 price = uint256(priceTicks) * TICK;
        require(price >= least && price <= most, PriceOutOfBounds(price, least, most));
    }

    function _requireQuorum(
        bytes32 digest_,
        Signature[] calldata signatures
    ) private view returns (uint256 signers) {
        uint256 version = signerSet;
        uint256 needed = quorum();
        require(signatures.length == needed, WrongSignatureCount(signatures.length, needed));
        for (uint256 i; i < needed; i++) {
            address signer = ECDSA.recover(digest_, signatures[i].r, signatures[i].vs);
            uint256 member = _members[signer];
            require(member >> 32 == version, UnknownSigner(signer));
            uint256 bit = 1 << uint32(member);
            require(signers & bit == 0, DuplicateSigner(signer));
            signers |= bit;
        }
    }

    function _store(Report calldata report, Posting storage held, uint32 priceTicks) private {
        (, uint64 matching, uint64 served) = PostedValue.unpack(report.value);
        held.epochPlusOne = report.epoch + 1;
        held.priceTicks = priceTicks;
        held.matchingProbability = matching;
        held.servedFraction = served;
        held.postedAt = uint40(block.timestamp);
    }

    /* ---------------------------------------------------- reading ------------------------------------------------- */

    /// @inheritdoc IEquilibriumOracle
    function electricityPrice(
        uint256 period
    ) public view returns (uint256 price, uint256 matching, uint256 served) {
        Posting memory held = _postings[Feed.Electricity][period % historyLength];
        require(held.epochPlusOne == period + 1, Unpriced(period));
        return (uint256(held.priceTicks) * TICK, held.matchingProbability, held.servedFraction);
    }

    /// @inheritdoc IEquilibriumOracle
    function elecoinPrice(uint256 epoch) public view returns (uint256 price, bool flagged) {
        (uint256 used, uint256 ticks) = _elecoin(epoch);
        return (ticks * TICK, used != epoch + 1);
    }

    /// @inheritdoc IEquilibriumOracle
    function prices(uint256 period) external view returns (uint256 electricity, uint256 elecoin) {
        (electricity, , ) = electricityPrice(period);
        (, elecoin) = _elecoin(clock.epochOf(period));
        elecoin *= TICK;
    }

    /// @inheritdoc IEquilibriumOracle
    function latest(Feed feed) external view returns (uint256 epoch, Posting memory held) {
        uint256 current = clock.periodAt(block.timestamp);
        if (feed == Feed.Elecoin) current = clock.epochOf(current);
        epoch = current + 1;
        held = _postings[feed][epoch % historyLength];
        if (held.epochPlusOne == epoch + 1) return (epoch, held);
        epoch = current;
        if (feed == Feed.Elecoin) {
            (uint256 used, ) = _elecoin(current);
            require(used != 0, StalePrice(feed, current));
            epoch = used - 1;
        }
        held = _postings[feed][epoch % historyLength];
        require(held.epochPlusOne == epoch + 1, StalePrice(feed, current));
    }

    /// @inheritdoc IEquilibriumOracle
    function posting(
        Feed feed,
        uint256 epoch
    ) external view returns (Posting memory posting_, bytes32 digest_) {
        posting_ = _postings[feed][epoch % historyLength];
        require(posting_.epochPlusOne == epoch + 1, StalePrice(feed, epoch));
        digest_ = _digests[feed][epoch % historyLength];
    }

    /// @inheritdoc IEquilibriumOracle
    function history(
        Feed feed,
        uint256 from,
        uint256 count
    ) external view returns (Posting[] memory page) {
        page = new Posting[](count);
        for (uint256 i; i < count; i++) {
            Posting memory held = _postings[feed][(from + i) % historyLength];
            if (held.epochPlusOne == from + i + 1) page[i] = held;
        }
    }

    /// @dev An epoch without a need has no game: the price that stood goes on standing. An epoch whose needs got no
    /// report lets it stand once; with a second such epoch it is stale. Before any posting it is the lower bound.
    /// @return used One past the epoch whose price serves (0: the lower bound).
    function _elecoin(uint256 epoch) private view returns (uint256 used, uint256 ticks) {
        bool missed;
        for (used = epoch + 1; used != 0; used--) {
            Posting memory held = _postings[Feed.Elecoin][(used - 1) % historyLength];
            if (held.epochPlusOne == used) return (used, held.priceTicks);
            // A later posting has its place: what stood then is no longer known.
            require(held.epochPlusOne < used, StalePrice(Feed.Elecoin, epoch));
            if (market.needCommitment(used - 1) == 0) continue;
            require(!missed, StalePrice(Feed.Elecoin, epoch));
            missed = true;
        }
        (, uint256 least, ) = market.reportTerms(Feed.Elecoin, 0);
        ticks = least / TICK;
    }
}
