// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IPriceFeeds} from "../interfaces/IPriceFeeds.sol";
import {ElecoinTerms} from "../interfaces/MarketTypes.sol";
import {
    Dispute,
    Feed,
    OracleTerms,
    Report,
    Signature,
    Status,
    Tree,
    UNCERTIFIED
} from "../interfaces/OracleTypes.sol";
import {Clearing} from "../libraries/Clearing.sol";
import {Consent} from "../libraries/Consent.sol";
import {Declarations} from "../libraries/Declarations.sol";
import {NeedTotals} from "../libraries/NeedTotals.sol";
import {PostedValue} from "../libraries/PostedValue.sol";
import {OracleWord, PostingWord, PostingWords} from "../libraries/PostingWords.sol";
import {TICK} from "../libraries/Rounding.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {SignatureCheck} from "../libraries/SignatureCheck.sol";
import {Stackelberg} from "../libraries/Stackelberg.sol";
import {OracleBase} from "./OracleBase.sol";
import {Postings} from "./Postings.sol";

/// @title EquilibriumOracle
/// @notice See {IEquilibriumOracle}.
contract EquilibriumOracle is Postings {
    /// @dev More declarations than any sum is made for.
    uint256 private constant MOST_DECLARATIONS = 1 << 24;
    /// @dev The number of needs in front of them.
    uint256 private constant COUNT_BYTES = 2;

    /// @dev Bit masks of the kinds of certificates: consent is for electricity, interior for elecoins.
    uint256 private constant ELECTRICITY_KINDS =
        (1 << uint256(Status.Inline)) |
            (1 << uint256(Status.Optimistic)) |
            (1 << uint256(Status.Consent));
    uint256 private constant ELECOIN_KINDS =
        (1 << uint256(Status.Inline)) |
            (1 << uint256(Status.Interior)) |
            (1 << uint256(Status.Optimistic));

    address public immutable tribunal;

    constructor(
        IElectricityTrading market_,
        Schedule memory schedule_,
        OracleTerms memory terms,
        address tribunal_
    ) OracleBase(market_, schedule_, terms) {
        require(OracleBase(tribunal_).fingerprint() == fingerprint(), WrongTribunal(tribunal_));
        tribunal = tribunal_;
    }

    /// @dev What is not here is there. OpenZeppelin's Proxy does the same at memory 0, which keeps the compiler from
    /// moving variables to memory where the stack is too deep.
    // solhint-disable-next-line no-complex-fallback
    fallback() external payable {
        address half = tribunal;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let done := delegatecall(gas(), half, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(done) {
                revert(free, returndatasize())
            }
            return(free, returndatasize())
        }
    }

    receive() external payable {
        revert UseBond(msg.sender, msg.value);
    }

    /* ---------------------------------------------------- posting ------------------------------------------------- */

    /// @inheritdoc IPriceFeeds
    function post(
        Report calldata report,
        Signature[] calldata signatures,
        bytes calldata certificate
    ) external {
        bytes32 digest_ = _digest(report);
        (Feed feed, uint32 epoch) = (report.feed, report.epoch);
        uint256 place = _place(feed, epoch);
        if (_isPosted(place, epoch)) {
            bytes20 standing = _proofs[place].digest();
            require(standing == bytes20(digest_), AlreadyPosted(standing));
            return;
        }

        Status kind = _kind(feed, certificate);
        _requireWindow(feed, epoch, kind);
        OracleWord state = _state;
        _requireInput(report, state.signerSet());
        uint256 signers = _requireQuorum(state, digest_, signatures, kind == Status.Optimistic);
        (PostingWord asked, uint96 bound) = _certify(state, report, epoch, kind, certificate[1:]);

        if (feed == Feed.Elecoin) _moveSupply(state, asked, kind != Status.Optimistic);
        _postings[place] = asked;
        _proofs[place] = PostingWords.pack(bytes20(digest_), bound);
        // At most 23 signers.
        if (kind == Status.Optimistic)
            _disputes[place] = Dispute(report.signerSet, uint24(signers), 0);
        _emitPosted(report, digest_, signers, kind, bound);
    }

    function _isPosted(uint256 place, uint256 epoch) private view returns (bool) {
        PostingWord held = _postings[place];
        // An epoch of a report has 32 bits.
        unchecked {
            return held.epochPlusOne() == epoch + 1 && held.status() != Status.Voided;
        }
    }

    function _kind(Feed feed, bytes calldata certificate) private pure returns (Status) {
        // Its first byte, or 0 where there is none: beyond the end the calldata may read as something else.
        uint256 kind;
        assembly ("memory-safe") {
            kind := mul(byte(0, calldataload(certificate.offset)), gt(certificate.length, 0))
        }
        uint256 kinds = feed == Feed.Electricity ? ELECTRICITY_KINDS : ELECOIN_KINDS;
        require((kinds >> kind) & 1 != 0, UnknownCertificate(feed, uint8(kind)));
        return Status(kind);
    }

    /// @dev A challenge window is over when the first target of an elecoin's epoch is declared, or trading opens.
    function _requireWindow(Feed feed, uint32 epoch, Status kind) private view {
        (uint256 opens, uint256 closes) = feed == Feed.Electricity
            ? clock.reportWindow(epoch)
            : clock.elecoinReportWindow(epoch);
        if (kind == Status.Optimistic) {
            _requireMembers();
            if (feed == Feed.Elecoin) closes -= _challengeWindow;
        }
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsidePricingWindow(feed, epoch, opens, closes)
        );
    }

    /// @dev Nobody declares without an account, so what is declared in a small market fits into a certificate: its
    /// servers cannot ask for trust in place of giving a proof.
    function _requireMembers() private view {
        uint256 accounts = market.accountCount();
        require(accounts > _inlineMembers, TooFewMembersForStakes(accounts, _inlineMembers));
    }

    function _requireInput(Report calldata report, uint32 set) private view {
        require(report.signerSet == set, StaleSignerSet(report.signerSet, set));
        bytes32 actual = blockhash(report.inputBlock);
        require(
            actual != 0 && actual == report.inputBlockHash,
            WrongInputBlock(report.inputBlock, report.inputBlockHash, actual)
        );
    }

    /// @dev The posting that the report asks for, once it keeps to the bounds. Both prices have at most 32 bits.
    function _asked(
        Report calldata report,
        Status kind,
        uint256 epoch,
        uint256 ticks,
        uint256 elecoinTicks,
        uint256 least,
        uint256 most
    ) private view returns (PostingWord) {
        uint256 epochPlusOne;
        uint256 price;
        // An epoch of a report has 32 bits, and ticks have.
        unchecked {
            epochPlusOne = SafeCast.toUint24(epoch + 1);
            price = ticks * TICK;
        }
        require(price >= least && price <= most, PriceOutOfBounds(price, least, most));
        return
            PostingWords.pack(
                epochPlusOne,
                ticks,
                report.value,
                SafeCast.toUint32(block.timestamp),
                elecoinTicks,
                kind
            );
    }

    function _requireCommitment(
        Feed feed,
        uint32 epoch,
        bytes32 given,
        bytes32 commitment
    ) private pure {
        require(commitment != 0, NothingDeclared(feed, epoch));
        require(given == commitment, WrongCommitment(given, commitment));
    }

    /* ------------------------------------------------- certificates ---------------------------------------------- */

    function _certify(
        OracleWord state,
        Report calldata report,
        uint32 epoch,
        Status kind,
        bytes calldata data
    ) private returns (PostingWord asked, uint96 bound) {
        if (report.feed == Feed.Elecoin) return _certifyElecoin(report, epoch, kind, data);
        (bytes32 commitment, uint256 least, uint256 most) = _reportTerms(Feed.Electricity, epoch);
        _requireCommitment(Feed.Electricity, epoch, report.commitment, commitment);
        (uint256 ticks, , ) = PostedValue.unpack(report.value);
        // The market's bounds, too, are ticks of 32 bits.
        (, uint256 elecoinTicks) = _elecoin(state, clock.epochOf(epoch));
        asked = _asked(report, kind, epoch, ticks, elecoinTicks, least, most);
        bound = _certifyElectricity(report, kind, least / TICK, ticks, data);
    }

    function _certifyElectricity(
        Report calldata report,
        Status kind,
        uint256 floorTicks,
        uint256 ticks,
        bytes calldata data
    ) private returns (uint96) {
        if (kind == Status.Consent) {
            require(_consentShareBps != 0, UnknownCertificate(report.feed, uint8(Status.Consent)));
            _requireRoot(report, 0);
            Consent.certify(
                data,
                Consent.Terms(
                    report.epoch,
                    report.value,
                    report.commitment,
                    _consentShareBps,
                    _domainSeparatorV4()
                )
            );
            return UNCERTIFIED;
        }
        if (kind == Status.Inline) {
            _requireRoot(report, 0);
            // Less than a tick.
            return
                uint96(
                    Clearing.certifyUnpacked(
                        data,
                        report.epoch,
                        floorTicks,
                        ticks,
                        report.value,
                        report.commitment
                    )
                );
        }
        Tree memory tree = abi.decode(data, (Tree));
        _requireRoot(report, keccak256(abi.encode(tree)));
        require(
            tree.count != 0 && tree.count <= MOST_DECLARATIONS,
            NothingDeclared(report.feed, report.epoch)
        );
        return
            SafeCast.toUint96(
                Clearing.check(Clearing.fromNode(tree.top), floorTicks, report.value)
            );
    }

    function _certifyElecoin(
        Report calldata report,
        uint32 epoch,
        Status kind,
        bytes calldata data
    ) private view returns (PostingWord asked, uint96 bound) {
        (bytes32 commitment, NeedTotals totals, ElecoinTerms memory terms) = _needTerms(epoch);
        _requireCommitment(Feed.Elecoin, epoch, report.commitment, commitment);
        (uint256 ticks, int64 change) = PostedValue.unpackElecoin(report.value);
        asked = _asked(report, kind, epoch, ticks, 0, terms.least, terms.most);
        _requireSupplyChange(change, ticks, terms.target);
        if (kind == Status.Optimistic) {
            _requireRoot(report, commitment);
            return (asked, UNCERTIFIED);
        }
        _requireRoot(report, 0);
        bound = SafeCast.toUint96(
            kind == Status.Interior
                ? Stackelberg.certifyInterior(totals, terms, ticks)
                : _sweep(data, terms, ticks, commitment)
        );
    }

    /// @dev Splits the certificate into needs and their order.
    function _sweep(
        bytes calldata data,
        ElecoinTerms memory terms,
        uint256 ticks,
        bytes32 commitment
    ) private pure returns (uint256) {
        uint256 count = uint16(bytes2(data[:COUNT_BYTES]));
        uint256 end = COUNT_BYTES + count * Declarations.NEED_BYTES;
        return Stackelberg.certify(data[COUNT_BYTES:end], data[end:], terms, ticks, commitment);
    }

    function _requireSupplyChange(int64 given, uint256 ticks, uint256 target) private view {
        // Ticks have 32 bits.
        int64 expected;
        unchecked {
            expected = _changeAt(ticks * TICK, target);
        }
        require(given == expected, WrongSupplyChange(given, expected));
    }

    /// @dev emit Posted(feed, epoch, value, digest, inputBlock, commitment, signerSet, signers, kind, bound), of the
    /// report's words as they are: post has read each and refused what does not fit its type.
    function _emitPosted(
        Report calldata report,
        bytes32 digest_,
        uint256 signers,
        Status kind,
        uint96 bound
    ) private {
        bytes32 topic = Posted.selector;
        // Whole words: no bits above a type's own.
        (uint256 status, uint256 gap) = (uint256(kind), bound);
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, calldataload(add(report, 0x40)))
            mstore(add(free, 0x20), digest_)
            mstore(add(free, 0x40), calldataload(add(report, 0x60)))
            mstore(add(free, 0x60), calldataload(add(report, 0xa0)))
            mstore(add(free, 0x80), calldataload(add(report, 0xc0)))
            mstore(add(free, 0xa0), signers)
            mstore(add(free, 0xc0), status)
            mstore(add(free, 0xe0), gap)
            log3(free, 0x100, topic, calldataload(report), calldataload(add(report, 0x20)))
        }
    }

    function _requireQuorum(
        OracleWord state,
        bytes32 digest_,
        Signature[] calldata signatures,
        bool bonded
    ) private view returns (uint256 signers) {
        uint256 version = state.signerSet();
        uint256 needed = state.quorum();
        require(signatures.length == needed, WrongSignatureCount(signatures.length, needed));
        for (uint256 i; i < needed; i++) {
            Signature calldata signature;
            // One of `needed`, as many as there are.
            assembly ("memory-safe") {
                signature := add(signatures.offset, shl(6, i))
            }
            address signer = SignatureCheck.recover(digest_, signature);
            uint256 member = _members[signer];
            require(member >> 32 == version, UnknownSigner(signer));
            uint256 bit = 1 << uint32(member);
            require(signers & bit == 0, DuplicateSigner(signer));
            signers |= bit;
            if (!bonded) continue;
            uint256 stake = _bonds[signer].amount;
            require(stake >= _minimumBond, BondTooSmall(signer, stake, _minimumBond));
        }
    }

    /// @inheritdoc IPriceFeeds
    function digest(Report calldata report) external view returns (bytes32) {
        return _digest(report);
    }
}
