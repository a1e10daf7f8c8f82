// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Clock} from "../Clock.sol";
import {IElecoin} from "../interfaces/IElecoin.sol";
import {IEquilibriumOracle} from "../interfaces/IEquilibriumOracle.sol";
import {IMarketEvents} from "../interfaces/IMarketEvents.sol";
import {IReputationLedger} from "../interfaces/IReputationLedger.sol";
import {IWattcoin} from "../interfaces/IWattcoin.sol";
import {
    Account,
    Contracts,
    Correction,
    ElecoinTerms,
    Fee,
    MarketState
} from "../interfaces/MarketTypes.sol";
import {NeedTotals} from "../libraries/NeedTotals.sol";
import {Purchases} from "../libraries/Purchases.sol";
import {Rounding, TICK, WAD} from "../libraries/Rounding.sol";
import {Schedule} from "../libraries/Schedule.sol";
import {AccountWord, MeterWord, SlotWord, StateWord, Words} from "../libraries/Words.sol";

/// @title MarketBase
/// @notice All storage of the market, and how to read it. `ElectricityTrading`, `MarketOffice` and `SettlementOffice`
/// share it: each delegates to the next what it does not know, so all have exactly this layout and these immutables.
abstract contract MarketBase is IMarketEvents, Clock, Ownable2Step, EIP712 {
    /* Rights of an account. */
    uint8 internal constant REGISTERED = 1;
    uint8 internal constant GENERATION_RIGHT = 2;
    uint8 internal constant TRADING_RIGHT = 4;
    uint8 internal constant CERTIFIED = 8;

    /* Bits of {MarketState.paused}. */
    uint8 internal constant PAUSED = 1;
    uint8 internal constant SUCCEEDED = 2;

    IElecoin internal immutable _elecoin;
    IEquilibriumOracle internal immutable _oracle;
    IReputationLedger internal immutable _ledger;
    IWattcoin internal immutable _wattcoin;
    address internal immutable _office;
    address internal immutable _settlement;
    address public immutable orders;
    address public immutable origin;
    uint256 internal immutable _totalElecoins;
    uint256 internal immutable _unitPowerPrice;
    uint256 internal immutable _redemption;
    uint256 internal immutable _target;
    uint256 internal immutable _least;
    uint256 internal immutable _most;
    uint256 internal immutable _theta;
    /// @dev θ / 2p̄: a need counts up to this.
    uint256 internal immutable _halfCentre;

    /* Members. */
    mapping(address who => AccountWord) internal _accounts;
    mapping(address who => mapping(address meter => MeterWord)) internal _registers;
    mapping(address who => address) internal _meterOf;
    mapping(address who => bytes32) internal _nameHashOf;
    address[] internal _members;

    /* Terms. */
    StateWord internal _packedState;
    uint32 internal _feedIn;
    uint32 internal _nextFeedIn;
    /// @dev The state's `fromPeriod` again, so that a floor is one word.
    uint24 internal _feedInFrom;
    mapping(uint256 zonePair => Fee) internal _fees;

    /* Energy. */
    /// @dev A place is an account's place in the ring, see {_place}.
    mapping(uint256 place => SlotWord) internal _slots;
    mapping(uint256 period => bytes32) internal _targetCommitment;
    mapping(uint256 epoch => bytes32) internal _needCommitment;
    mapping(uint256 epoch => NeedTotals) internal _needTotals;
    mapping(uint256 place => Purchases) internal _purchases;

    /* Attested readings. */
    address internal _attestor;
    uint32 internal _correctionWindow = 60 days;
    mapping(uint256 ring => mapping(uint256 group => uint256 word)) internal _dense;
    mapping(uint256 period => bytes32) internal _roots;
    mapping(address who => mapping(uint256 period => Correction)) internal _corrections;

    /* Money. */
    address internal _networkAccount;
    address internal _levyAccount;
    mapping(address who => uint256) internal _refundOf;
    mapping(address server => uint256) internal _surplus;
    uint256 internal _refundsDue;
    uint256 internal _surplusDue;

    /* Succession. */
    address internal _successor;
    uint24 internal _successorFrom;

    constructor(
        address administrator_,
        uint256 totalElecoins_,
        uint256 unitPowerPrice_,
        Schedule memory schedule_,
        ElecoinTerms memory t,
        Contracts memory contracts_
    ) Clock(schedule_) Ownable(administrator_) EIP712("wattmarket ElectricityTrading", "1") {
        require(
            t.redemption != 0 &&
                t.redemption <= t.least &&
                t.least <= t.most &&
                t.redemption < t.target &&
                t.theta != 0 &&
                t.theta <= type(uint96).max &&
                (t.theta * WAD) / t.target <= type(uint96).max &&
                t.most / TICK <= type(uint32).max &&
                t.least % TICK == 0 &&
                t.most % TICK == 0,
            InvalidElecoinTerms(t.redemption, t.target, t.least, t.most, t.theta)
        );
        (_redemption, _target, _least, _most, _theta) = (
            t.redemption,
            t.target,
            t.least,
            t.most,
            t.theta
        );
        _halfCentre = (t.theta * WAD) / t.target / 2;
        (_totalElecoins, _unitPowerPrice) = (totalElecoins_, unitPowerPrice_);
        _elecoin = contracts_.elecoin;
        _oracle = contracts_.oracle;
        _ledger = contracts_.ledger;
        _wattcoin = contracts_.wattcoin;
        (_office, _settlement) = (contracts_.office, contracts_.settlement);
        (orders, origin) = (contracts_.orders, contracts_.origin);
    }

    modifier onlyModule() {
        require(msg.sender == orders || msg.sender == origin, OnlyModule(msg.sender));
        _;
    }

    /// @dev A market without an administrator could never be unpaused.
    function renounceOwnership() public view override onlyOwner {
        revert CannotRenounce();
    }

    /* ---------------------------------------------------- accounts ------------------------------------------------ */

    function _account(address who) internal view returns (Account memory) {
        return _accounts[who].unpack();
    }

    function _store(address who, Account memory member) internal {
        _accounts[who] = Words.pack(member);
    }

    /// @dev A registered member with the right to trade.
    function _member(address who) internal view returns (Account memory member) {
        member = _account(who);
        require(member.index != 0, NotRegistered(who));
        require(member.rights & TRADING_RIGHT != 0, NoTradingRight(who));
    }

    /// @dev Rated energy of a period in Wh: the scale of a member's deviations.
    function _scaleWh(uint256 ratedPower) internal view returns (uint256) {
        return (ratedPower * clock.step()) / 3600;
    }

    /* ------------------------------------------------------ terms ------------------------------------------------- */

    function _state() internal view returns (MarketState memory) {
        return _packedState.unpack();
    }

    function _store(MarketState memory state) internal {
        _packedState = Words.pack(state);
    }

    function _elecoinTerms() internal view returns (ElecoinTerms memory) {
        return ElecoinTerms(_redemption, _target, _least, _most, _theta);
    }

    /// @dev Network fee and levy of a zone pair in ELE per kWh, at that elecoin price.
    function _feeAt(
        uint16 fromZone,
        uint16 toZone,
        uint24 period,
        uint256 elecoinPrice
    ) internal view returns (uint256 network, uint256 levy) {
        bool permitted;
        (permitted, network, levy) = _feeIfPermitted(fromZone, toZone, period, elecoinPrice);
        require(permitted, PairNotPermitted(fromZone, toZone));
    }

    function _feeIfPermitted(
        uint16 fromZone,
        uint16 toZone,
        uint24 period,
        uint256 elecoinPrice
    ) internal view returns (bool permitted, uint256 network, uint256 levy) {
        Fee storage entry = _fees[_zonePair(fromZone, toZone)];
        uint256 word;
        // One word, see {Fee}: its present half and its next are alike.
        assembly ("memory-safe") {
            word := sload(entry.slot)
        }
        if (period >= uint24(word >> 144)) word >>= 72;
        // Each cast keeps the bits of its field.
        permitted = uint8(word >> 64) != 0;
        network = Rounding.feeUp(uint32(word), elecoinPrice);
        levy = Rounding.feeUp(uint32(word >> 32), elecoinPrice);
    }

    function _zonePair(uint16 fromZone, uint16 toZone) internal pure returns (uint256) {
        return (uint256(fromZone) << 16) | toZone;
    }

    function _toleranceAt(
        MarketState memory state,
        uint256 period
    ) internal pure returns (uint256) {
        return period >= state.fromPeriod ? state.nextToleranceBps : state.toleranceBps;
    }

    /// @dev φ / c in ELE per kWh, rounded up to a tick.
    function _floorPrice(uint256 period) internal view returns (uint256) {
        uint256 feedIn = period >= _feedInFrom ? _nextFeedIn : _feedIn;
        // 32 bits times 60, divided, times 40; the redemption is at most 2^32 ticks.
        unchecked {
            return ((feedIn * WAD + _redemption - 1) / _redemption) * TICK;
        }
    }

    /// @dev A trade of a period, given the state's pause: for most, nothing is looked up.
    function _requireOpen(uint256 paused_, uint256 period) internal view {
        if (paused_ == 0) return;
        require(paused_ == SUCCEEDED && period < _successorFrom, EnforcedPause());
    }

    function _requireWindow(uint256 period, uint256 opens, uint256 closes) internal view {
        require(
            block.timestamp >= opens && block.timestamp < closes,
            OutsideWindow(period, opens, closes)
        );
    }

    /// @dev What must be the same in all parts of the market.
    function _fingerprint() internal view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    schedule(),
                    Contracts(
                        _elecoin,
                        _oracle,
                        _ledger,
                        _wattcoin,
                        _office,
                        orders,
                        origin,
                        _settlement
                    ),
                    _elecoinTerms(),
                    _totalElecoins,
                    _unitPowerPrice
                )
            );
    }
}
