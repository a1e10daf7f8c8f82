// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Clock} from "../Clock.sol";
import {IElectricityTrading} from "../interfaces/IElectricityTrading.sol";
import {IEnergyMarket} from "../interfaces/IEnergyMarket.sol";
import {IOracleEvents} from "../interfaces/IOracleEvents.sol";
import {ElecoinTerms} from "../interfaces/MarketTypes.sol";
import {
    Bond,
    Dispute,
    EdgeServer,
    Feed,
    OracleTerms,
    Report,
    Status,
    SupplyTerms
} from "../interfaces/OracleTypes.sol";
import {NeedTotals} from "../libraries/NeedTotals.sol";
import {OracleWord, PostingWord, ProofWord} from "../libraries/PostingWords.sol";
import {Schedule, ScheduleLib} from "../libraries/Schedule.sol";
import {SupplyRule} from "../libraries/SupplyRule.sol";

/// @title OracleBase
/// @notice All storage of the oracle, and who may read a posting when. `EquilibriumOracle` and `OracleTribunal` share
/// it: the first delegates to the second what it does not know, so both have exactly this layout and these immutables.
abstract contract OracleBase is IOracleEvents, Clock, EIP712 {
    bytes32 private constant REPORT_TYPEHASH = keccak256(
        "Report(uint8 feed,uint32 epoch,uint256 value,uint64 inputBlock,bytes32 inputBlockHash,bytes32 commitment,uint32 signerSet,bytes32 root)"
    );
    uint256 private constant MOST_BPS = 10_000;

    /// @dev A leaf that was asked for.
    struct Demand {
        address demander;
        uint40 deadline;
        bool answered;
    }

    IElectricityTrading public immutable market;
    uint256 internal immutable _historyLength;
    uint256 internal immutable _challengeWindow;
    uint256 internal immutable _responseTime;
    uint256 internal immutable _unbondDelay;
    uint256 internal immutable _minimumBond;
    uint256 internal immutable _consentShareBps;
    uint256 internal immutable _inlineMembers;
    uint256 private immutable _turnSeconds;
    uint128 private immutable _gain;
    uint128 private immutable _base;
    int64 private immutable _mostPerEpoch;
    /// @dev Of gain and base, see {SupplyRule}.
    uint256 private immutable _scale;
    int64 private immutable _leastChange;
    int64 private immutable _mostChange;

    /* What every post reads. */
    OracleWord internal _state;

    /* Servers. */
    mapping(address signer => uint256 versionAndIndex) internal _members;
    mapping(uint32 version => EdgeServer[]) internal _sets;

    /* Postings, each at the place of its feed and epoch. */
    mapping(uint256 place => PostingWord) internal _postings;
    mapping(uint256 place => ProofWord) internal _proofs;

    /* Stakes. The balance of the oracle is Σ stakes + Σ rewards + what is burnt. */
    mapping(address server => Bond) internal _bonds;
    mapping(address challenger => uint256) internal _rewards;
    uint256 internal _burnt;

    /* Challenges. Demands by digest and time of posting: what is posted again after it was voided starts anew. */
    mapping(uint256 place => Dispute) internal _disputes;
    mapping(bytes32 posting => mapping(uint256 index => Demand)) internal _demands;

    constructor(
        IElectricityTrading market_,
        Schedule memory schedule_,
        OracleTerms memory terms
    ) Clock(schedule_) EIP712("wattmarket EquilibriumOracle", "1") {
        _checkWindows(terms);
        SupplyTerms memory s = terms.supply;
        require(s.mostPerEpoch >= 0, InvalidOracleTerms("mostPerEpoch", 0));
        require(s.least <= 0 && s.most >= 0, InvalidOracleTerms("supply", 0));
        require(terms.minimumBond != 0, InvalidOracleTerms("minimumBond", 0));
        require(terms.turnSeconds != 0, InvalidOracleTerms("turnSeconds", 0));
        uint256 share = terms.consentShareBps;
        require(share <= MOST_BPS, InvalidOracleTerms("consentShareBps", share));
        market = market_;
        _historyLength = terms.historyLength;
        _challengeWindow = terms.challengeWindow;
        _responseTime = terms.responseTime;
        _turnSeconds = terms.turnSeconds;
        _unbondDelay = terms.unbondDelay;
        (_consentShareBps, _inlineMembers) = (share, terms.inlineMembers);
        _minimumBond = terms.minimumBond;
        (_gain, _base, _mostPerEpoch) = (s.gain, s.base, s.mostPerEpoch);
        (_leastChange, _mostChange) = (s.least, s.most);
        _scale = SupplyRule.scale(s.gain, s.base);
    }

    function _checkWindows(OracleTerms memory terms) private view {
        uint256 ringLength = clock.ringLength();
        require(
            terms.historyLength >= ringLength,
            ScheduleLib.InvalidSchedule("historyLength", terms.historyLength, ringLength)
        );
        uint256 window = terms.challengeWindow;
        // Trading opens a reading grace after the end of the period, for which a report is accepted until its start.
        uint256 toTrading = clock.readingDeadline(0) - clock.startOf(0);
        uint256 elecoinLead = clock.elecoinDeadline(0) - clock.needDeadline(0);
        require(
            window != 0 && window <= toTrading && window < elecoinLead,
            InvalidOracleTerms("challengeWindow", window)
        );
        // Or the windows of two elecoin reports would overlap.
        require(
            elecoinLead <= clock.epochPeriods() * clock.periodSeconds(),
            InvalidOracleTerms("elecoinLead", elecoinLead)
        );
        uint256 response = terms.responseTime;
        require(response != 0 && response < window, InvalidOracleTerms("responseTime", response));
        // Twice the window: a silence can be claimed when it is over, and the stake must still be there.
        uint256 delay = terms.unbondDelay;
        require(delay >= 2 * window, InvalidOracleTerms("unbondDelay", delay));
    }

    /// @notice What both halves must have been made with.
    function fingerprint() public view returns (bytes32) {
        return keccak256(abi.encode(schedule(), market, _terms()));
    }

    function _terms() internal view returns (OracleTerms memory) {
        // Each was a field of this width.
        return
            OracleTerms({
                historyLength: uint32(_historyLength),
                challengeWindow: uint32(_challengeWindow),
                responseTime: uint32(_responseTime),
                turnSeconds: uint32(_turnSeconds),
                unbondDelay: uint32(_unbondDelay),
                consentShareBps: uint16(_consentShareBps),
                inlineMembers: uint32(_inlineMembers),
                minimumBond: uint96(_minimumBond),
                supply: _supplyTerms()
            });
    }

    function _supplyTerms() private view returns (SupplyTerms memory) {
        return SupplyTerms(_gain, _base, _mostPerEpoch, _leastChange, _mostChange);
    }

    /// @dev How that elecoin price changes the cap, in 1e9 wei.
    function _changeAt(uint256 price, uint256 target) internal view returns (int64) {
        // Not negative, see the constructor.
        return SupplyRule.changeTowardsZero(_scale, uint64(_mostPerEpoch), price, target);
    }

    /// @dev The cap's change in all, within its bounds.
    function _changed(int64 total, int64 change) internal view returns (int64) {
        return SupplyRule.add(total, change, _leastChange, _mostChange);
    }

    /* ---------------------------------------------------- postings ------------------------------------------------ */

    /// @dev keccak256(abi.encode(REPORT_TYPEHASH, report)): all fields of a report are words in calldata already. Whoever
    /// trusts the digest reads the fields, which refuses what does not fit their types.
    function _digest(Report calldata report) internal view returns (bytes32 digest_) {
        (bytes32 typeHash, bytes32 domain) = (REPORT_TYPEHASH, _domainSeparatorV4());
        assembly ("memory-safe") {
            // Beyond the free pointer, which stays: nothing is allocated for a hash.
            let free := mload(0x40)
            mstore(free, typeHash)
            calldatacopy(add(free, 0x20), report, 0x100)
            mstore(add(free, 0x22), keccak256(free, 0x120))
            mstore(free, shl(240, 0x1901))
            mstore(add(free, 0x02), domain)
            digest_ := keccak256(free, 0x42)
        }
    }

    /// @dev Where the posting of an epoch is: both feeds' rings, interleaved.
    function _place(Feed feed, uint256 epoch) internal view returns (uint256) {
        return ((epoch % _historyLength) << 1) | uint256(feed);
    }

    function _isReadable(PostingWord held) internal view returns (bool) {
        Status status = held.status();
        if (status == Status.Optimistic)
            return block.timestamp >= held.postedAt() + _challengeWindow;
        return status == Status.Inline || status == Status.Interior || status == Status.Consent;
    }

    /// @dev The posting of an epoch if it can be read; else 0.
    function _read(Feed feed, uint256 epoch) internal view returns (PostingWord held) {
        held = _postings[_place(feed, epoch)];
        if (held.epochPlusOne() != epoch + 1 || !_isReadable(held)) return PostingWord.wrap(0);
    }

    /// @dev market.reportTerms, encoded and decoded in place: most posts ask twice, at 250 gas less each.
    function _reportTerms(
        Feed feed,
        uint256 epoch
    ) internal view returns (bytes32 commitment, uint256 least, uint256 most) {
        address market_ = address(market);
        bytes32 selector = IEnergyMarket.reportTerms.selector;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x04), feed)
            mstore(add(free, 0x24), epoch)
            if iszero(staticcall(gas(), market_, free, 0x44, free, 0x60)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            if lt(returndatasize(), 0x60) {
                revert(0, 0)
            }
            commitment := mload(free)
            least := mload(add(free, 0x20))
            most := mload(add(free, 0x40))
        }
    }

    /// @dev market.needTerms, in place like {_reportTerms}: the last five words of the answer are the terms as they lie in
    /// memory.
    function _needTerms(
        uint256 epoch
    ) internal view returns (bytes32 commitment, NeedTotals totals, ElecoinTerms memory terms) {
        address market_ = address(market);
        bytes32 selector = IEnergyMarket.needTerms.selector;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, selector)
            mstore(add(free, 0x04), epoch)
            if iszero(staticcall(gas(), market_, free, 0x24, free, 0xe0)) {
                returndatacopy(free, 0, returndatasize())
                revert(free, returndatasize())
            }
            if lt(returndatasize(), 0xe0) {
                revert(0, 0)
            }
            commitment := mload(free)
            totals := mload(add(free, 0x20))
            terms := add(free, 0x40)
            mstore(0x40, add(free, 0xe0))
        }
    }

    /// @dev What the signed root must be.
    function _requireRoot(Report calldata report, bytes32 expected) internal pure {
        require(report.root == expected, WrongRoot(report.root, expected));
    }
}
