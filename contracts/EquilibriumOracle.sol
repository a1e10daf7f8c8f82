// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IElectricityTrading} from "./interfaces/IElectricityTrading.sol";
import {IPriceFeeds} from "./interfaces/IPriceFeeds.sol";
import {ElecoinTerms} from "./interfaces/MarketTypes.sol";
import {
    Dispute,
    Feed,
    OracleTerms,
    Posting,
    Proof,
    Report,
    Signature,
    Status,
    Tree,
    UNCERTIFIED
} from "./interfaces/OracleTypes.sol";
import {Clearing} from "./libraries/Clearing.sol";
import {Consent} from "./libraries/Consent.sol";
import {Declarations} from "./libraries/Declarations.sol";
import {PostedValue} from "./libraries/PostedValue.sol";
import {TICK} from "./libraries/Rounding.sol";
import {Schedule} from "./libraries/Schedule.sol";
import {Stackelberg} from "./libraries/Stackelberg.sol";
import {SupplyRule} from "./libraries/SupplyRule.sol";
import {OracleBase} from "./OracleBase.sol";
import {Postings} from "./Postings.sol";

/// @title EquilibriumOracle
/// @notice See {IEquilibriumOracle}.
contract EquilibriumOracle is Postings {
    /// @dev More declarations than any sum is made for.
    uint256 private constant MOST_DECLARATIONS = 1 << 24;
    /// @dev The number of needs in front of them.
    uint256 private constant COUNT_BYTES = 2;

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
        Posting memory held = _slot(report.feed, report.epoch);
        if (held.epochPlusOne == uint256(report.epoch) + 1 && held.status != Status.Voided) {
            bytes20 standing = _proof(report.feed, report.epoch).digest;
            require(standing == bytes20(digest_), AlreadyPosted(standing));
            return;
        }

        Status kind = _kind(report.feed, certificate);
        _requireWindow(report.feed, report.epoch, kind);
        _requireInput(report);
        uint256 signers = _requireQuorum(digest_, signatures, kind == Status.Optimistic);
        uint256 least;
        (held, least) = _asked(report, kind);
        uint96 bound =
            report.feed == Feed.Electricity
                ? _certifyElectricity(report, held, least / TICK, certificate[1:])
                : _certifyElecoin(report, held, certificate[1:]);

        if (report.feed == Feed.Elecoin) _moveSupply(report.epoch, held);
        _store(report.feed, held, Proof(bytes20(digest_), bound));
        if (kind == Status.Optimistic) {
            // At most 23 signers.
            _disputes[report.feed][report.epoch % _historyLength] = Dispute(
                report.signerSet,
                uint24(signers),
                0
            );
        }
        _emitPosted(report, digest_, signers, kind, bound);
    }

    function _kind(Feed feed, bytes calldata certificate) private pure returns (Status) {
        uint8 kind = certificate.length == 0 ? 0 : uint8(certificate[0]);
        // Interior is for elecoins, consent for electricity.
        uint8 not_ = uint8(feed == Feed.Electricity ? Status.Interior : Status.Consent);
        require(
            kind != 0 && kind <= uint8(Status.Consent) && kind != not_,
            UnknownCertificate(feed, kind)
        );
        return Status(kind);
    }

    /// @dev A challenge window is over when the first target of an elecoin's epoch is declared, or trading opens.
    function _requireWindow(Feed feed, uint32 epoch, Status kind) private view {
        bool electricity = feed == Feed.Electricity;
        uint256 opens = electricity ? clock.declarationDeadline(epoch) : clock.needDeadline(epoch);
        uint256 closes = electricity ? clock.startOf(epoch) : clock.elecoinDeadline(epoch);
        if (!electricity && kind == Status.Optimistic) closes -= _challengeWindow;
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsidePricingWindow(feed, epoch, opens, closes)
        );
    }

    function _requireInput(Report calldata report) private view {
        uint32 set = _signerSet;
        require(report.signerSet == set, StaleSignerSet(report.signerSet, set));
        bytes32 actual = blockhash(report.inputBlock);
        require(
            actual != 0 && actual == report.inputBlockHash,
            WrongInputBlock(report.inputBlock, report.inputBlockHash, actual)
        );
    }

    /// @dev The posting that the report asks for, once it names the right commitment and keeps to the bounds.
    function _asked(
        Report calldata report,
        Status kind
    ) private view returns (Posting memory posting_, uint256 least) {
        bytes32 commitment;
        uint256 most;
        (commitment, least, most) = market.reportTerms(report.feed, report.epoch);
        require(commitment != 0, NothingDeclared(report.feed, report.epoch));
        require(report.commitment == commitment, WrongCommitment(report.commitment, commitment));
        posting_.epochPlusOne = SafeCast.toUint24(uint256(report.epoch) + 1);
        posting_.postedAt = SafeCast.toUint32(block.timestamp);
        posting_.status = kind;
        if (report.feed == Feed.Electricity) {
            (
                posting_.priceTicks,
                posting_.matchingProbability,
                posting_.servedFraction
            ) = PostedValue.unpack(report.value);
            (, uint256 elecoinTicks) = _elecoin(clock.epochOf(report.epoch));
            posting_.elecoinTicks = SafeCast.toUint32(elecoinTicks);
        } else {
            int64 change;
            (posting_.priceTicks, change) = PostedValue.unpackElecoin(report.value);
            // The bits of the signed number.
            posting_.matchingProbability = uint64(change);
        }
        uint256 price = uint256(posting_.priceTicks) * TICK;
        require(price >= least && price <= most, PriceOutOfBounds(price, least, most));
    }

    /* ------------------------------------------------- certificates ---------------------------------------------- */

    function _certifyElectricity(
        Report calldata report,
        Posting memory posting_,
        uint256 floorTicks,
        bytes calldata data
    ) private returns (uint96) {
        if (posting_.status == Status.Consent) {
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
        if (posting_.status == Status.Inline) {
            _requireRoot(report, 0);
            return
                SafeCast.toUint96(
                    Clearing.certify(
                        data,
                        report.epoch,
                        floorTicks,
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
        Posting memory posting_,
        bytes calldata data
    ) private view returns (uint96) {
        ElecoinTerms memory terms = market.elecoinTerms();
        _requireSupplyChange(posting_, terms.target);
        if (posting_.status == Status.Optimistic) {
            _requireRoot(report, report.commitment);
            return UNCERTIFIED;
        }
        _requireRoot(report, 0);
        uint256 ticks = posting_.priceTicks;
        if (posting_.status == Status.Interior)
            return
                SafeCast.toUint96(
                    Stackelberg.certifyInterior(market.needTotals(report.epoch), terms, ticks)
                );
        return SafeCast.toUint96(_sweep(data, terms, ticks, report.commitment));
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

    function _requireSupplyChange(Posting memory posting_, uint256 target) private view {
        int64 expected = SupplyRule.changeTowardsZero(
            _supplyTerms(),
            uint256(posting_.priceTicks) * TICK,
            target
        );
        int64 given = int64(posting_.matchingProbability);
        require(given == expected, WrongSupplyChange(given, expected));
    }

    function _emitPosted(
        Report calldata report,
        bytes32 digest_,
        uint256 signers,
        Status kind,
        uint96 bound
    ) private {
        emit Posted(
            report.feed,
            report.epoch,
            report.value,
            digest_,
            report.inputBlock,
            report.commitment,
            report.signerSet,
            signers,
            kind,
            bound
        );
    }

    function _requireQuorum(
        bytes32 digest_,
        Signature[] calldata signatures,
        bool bonded
    ) internal view returns (uint256 signers) {
        uint256 version = _signerSet;
        uint256 needed = quorum();
        require(signatures.length == needed, WrongSignatureCount(signatures.length, needed));
        for (uint256 i; i < needed; i++) {
            address signer = ECDSA.recover(digest_, signatures[i].r, signatures[i].vs);
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
