// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Constants, Contracts, MarketTerms} from "contracts/interfaces/IElectricityTrading.sol";
import {Feed, OracleTerms} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {ITullockRewards} from "contracts/interfaces/ITullockRewards.sol";
import {Schedule, ScheduleLib} from "contracts/libraries/Schedule.sol";
import {IMarket} from "./utils/IMarket.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

interface IFingerprint {
    function fingerprint() external view returns (bytes32);
}

/// @dev A module as the market asks it, of another market.
contract Elsewhere {
    address public immutable market;

    constructor(address market_) {
        market = market_;
    }
}

/// @notice A deployment that is wired or set wrongly is refused, each wrong part by its name.
contract WiringTermsTest is MarketFixture {
    /// @dev External, so that a revert can be expected.
    function create(string calldata name, bytes calldata arguments) external returns (address) {
        return _create(name, arguments);
    }

    /* ----------------------------------------------------- oracle ------------------------------------------------ */

    function _refused(OracleTerms memory terms, Schedule memory s, bytes memory why) private {
        bytes memory arguments = abi.encode(market, s, terms);
        vm.expectRevert(why);
        this.create("OracleTribunal", arguments);
    }

    function _invalid(OracleTerms memory terms, string memory field, uint256 value) private {
        _refused(
            terms,
            _schedule(),
            abi.encodeWithSelector(IOracleEvents.InvalidOracleTerms.selector, field, value)
        );
    }

    function _accepted(OracleTerms memory terms) private {
        _create("OracleTribunal", abi.encode(market, _schedule(), terms));
    }

    function test_TheWindowsOfAnOracleFitItsSchedule() external {
        OracleTerms memory t = _oracleTerms();
        // The window ends before trading, and before the elecoin price is used (240 s).
        t.challengeWindow = 0;
        _invalid(t, "challengeWindow", 0);
        t.challengeWindow = 240;
        t.unbondDelay = 10_000;
        _invalid(t, "challengeWindow", 240);
        t.challengeWindow = 239;
        _accepted(t);
        Schedule memory s = _schedule();
        (s.elecoinLead, t.challengeWindow) = (1102, 1101);
        bytes memory late = abi.encodeWithSelector(
            IOracleEvents.InvalidOracleTerms.selector,
            "challengeWindow",
            1101
        );
        _refused(t, s, late);
        t.challengeWindow = 1100;
        _create("OracleTribunal", abi.encode(market, s, t));
        t = _oracleTerms();
        t.responseTime = 0;
        _invalid(t, "responseTime", 0);
        t.responseTime = t.challengeWindow;
        _invalid(t, "responseTime", t.challengeWindow);
        t.responseTime--;
        _accepted(t);
        t.unbondDelay = uint32(2 * WINDOW - 1);
        _invalid(t, "unbondDelay", 2 * WINDOW - 1);
        t.unbondDelay++;
        _accepted(t);
        t.historyLength = 5;
        _accepted(t);
        t.historyLength = 4;
        _refused(
            t,
            _schedule(),
            abi.encodeWithSelector(ScheduleLib.InvalidSchedule.selector, "historyLength", 4, 5)
        );
    }

    /// @dev Each term is kept as it was given: the fingerprint is of them all.
    function test_AnOracleKeepsItsTerms() external {
        OracleTerms memory t = _oracleTerms();
        t.consentShareBps = 7000;
        (t.supply.gain, t.supply.base, t.supply.mostPerEpoch) = (11, 12, 13);
        (t.supply.least, t.supply.most) = (-14, 15);
        IFingerprint tribunal = IFingerprint(
            _create("OracleTribunal", abi.encode(market, _schedule(), t))
        );
        bytes32 expected = keccak256(abi.encode(_schedule(), market, t));
        assertEq(tribunal.fingerprint(), expected, "all of them");
    }

    /// @dev Two elecoin reports would be open at once.
    function test_ElecoinReportsOfTwoEpochsDoNotOverlap() external {
        Schedule memory s = _schedule();
        s.elecoinLead = 4 * 900;
        _create("OracleTribunal", abi.encode(market, s, _oracleTerms()));
        s.elecoinLead++;
        _refused(
            _oracleTerms(),
            s,
            abi.encodeWithSelector(
                IOracleEvents.InvalidOracleTerms.selector,
                "elecoinLead",
                4 * 900 + 1
            )
        );
    }

    function test_TheTermsOfAnOracleAreChecked() external {
        OracleTerms memory t = _oracleTerms();
        t.supply.mostPerEpoch = -1;
        _invalid(t, "mostPerEpoch", 0);
        t.supply.mostPerEpoch = 0;
        t.supply.least = 1;
        _invalid(t, "supply", 0);
        (t.supply.least, t.supply.most) = (0, -1);
        _invalid(t, "supply", 0);
        t.supply.most = 0;
        t.minimumBond = 0;
        _invalid(t, "minimumBond", 0);
        t.minimumBond = 1;
        t.turnSeconds = 0;
        _invalid(t, "turnSeconds", 0);
        t.turnSeconds = 1;
        t.consentShareBps = 10_001;
        _invalid(t, "consentShareBps", 10_001);
        t.consentShareBps = 10_000;
        _accepted(t);
    }

    function test_AnOracleHasTheTribunalOfItsTerms() external {
        OracleTerms memory t = _oracleTerms();
        t.responseTime++;
        address other = _create("OracleTribunal", abi.encode(market, _schedule(), t));
        bytes memory arguments = abi.encode(market, _schedule(), _oracleTerms(), other);
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.WrongTribunal.selector, other));
        this.create("EquilibriumOracle", arguments);
    }

    /* ----------------------------------------------------- market ------------------------------------------------ */

    function _marketRefused(MarketTerms memory terms, bytes memory why) private {
        bytes memory arguments = abi.encode(ADMIN, CAP, 0.3e18, _servers(), _schedule(), terms);
        vm.expectRevert(why);
        this.create("ElectricityTrading", arguments);
    }

    /// @dev Everything is made for the next market, whose address is given.
    function _fresh() private returns (MarketTerms memory terms, address next) {
        terms = _terms();
        terms.contracts = _deployOthers(_schedule());
        next = Elsewhere(terms.contracts.orders).market();
    }

    function test_EveryModuleIsOfTheMarket() external {
        for (uint256 i; i < 4; i++) {
            (MarketTerms memory terms, ) = _fresh();
            Contracts memory c = terms.contracts;
            // What has no code is no office; the modules of the first market are not the second's; an office knows
            // with which other one it was made.
            if (i == 0) c.orders = address(orders);
            if (i == 1) c.origin = address(origin);
            if (i == 2) c.office = address(0xC0DE);
            if (i == 3) c.settlement = address(0xC0DE);
            address culprit =
                i == 0
                    ? c.orders
                    : i == 1
                        ? c.origin
                        : c.office;
            _marketRefused(terms, abi.encodeWithSelector(IMarketEvents.Miswired.selector, culprit));
        }
    }

    function test_FeesReachAnAccountThatIsNotTheMarket() external {
        for (uint256 i; i < 4; i++) {
            (MarketTerms memory terms, address next) = _fresh();
            address wrong = i < 2 ? address(0) : next;
            if (i % 2 == 0) terms.networkAccount = wrong;
            else terms.levyAccount = wrong;
            _marketRefused(
                terms,
                i < 2
                    ? abi.encodeWithSelector(IMarketEvents.ZeroAddress.selector)
                    : abi.encodeWithSelector(IMarketEvents.Miswired.selector, next)
            );
        }
    }

    /// @dev Made for the market that `_fresh` comes to next, after one creation more.
    function _nextMarket() private view returns (address next, address oracle_) {
        uint256 nonce = vm.getNonce(address(this)) + 1;
        next = vm.computeCreateAddress(address(this), nonce + 9);
        oracle_ = vm.computeCreateAddress(address(this), nonce + 3);
    }

    function test_LedgerAndOriginKeepTheMarketsTime() external {
        Schedule memory s = _schedule();
        s.tradeWindow++;
        for (uint256 i; i < 2; i++) {
            (address next, address oracle_) = _nextMarket();
            address late =
                i == 0
                    ? _create("ReputationLedger", abi.encode(next, oracle_, s, TAU, INITIAL))
                    : _create("OriginCertificates", abi.encode(next, s));
            (MarketTerms memory terms, address market_) = _fresh();
            assertEq(market_, next, "made for this one");
            address culprit = i == 0 ? address(terms.contracts.ledger) : terms.contracts.origin;
            vm.etch(culprit, late.code);
            _marketRefused(terms, abi.encodeWithSelector(IMarketEvents.Miswired.selector, culprit));
        }
    }

    function test_TheSecondOfficeHasTheMarketsTerms() external {
        (MarketTerms memory terms, ) = _fresh();
        address culprit = terms.contracts.settlement;
        vm.etch(culprit, market.office().code);
        _marketRefused(terms, abi.encodeWithSelector(IMarketEvents.Miswired.selector, culprit));
    }

    function test_TheFirstTermsAreTold() external {
        (MarketTerms memory terms, address next) = _fresh();
        bytes memory arguments = abi.encode(ADMIN, CAP, 0.3e18, _servers(), _schedule(), terms);
        vm.expectEmit(next);
        emit IMarketEvents.FeeAccountsSet(NETWORK, LEVY);
        vm.expectEmit(next);
        emit IMarketEvents.ConstantsScheduled(FEED_IN, TOLERANCE, THRESHOLD, 0);
        IMarket made = IMarket(this.create("ElectricityTrading", arguments));
        assertEq(
            abi.encode(made.constants()),
            abi.encode(Constants(0, 0, 0, FEED_IN, TOLERANCE, THRESHOLD, 0)),
            "constants"
        );
        assertEq(made.networkAccount(), NETWORK, "network");
        assertEq(made.levyAccount(), LEVY, "levy");
    }

    /// @dev The first report of all is posted, and a need counts up to half of θ at the target.
    function test_ANewMarketWorks() external {
        _deploy(_schedule());
        _register(ann, NORTH, true);
        vm.prank(ann);
        market.declareNeed(0, 11e18);
        (, uint256 sum, , ) = market.needTotals(0).unpack();
        assertEq(sum, 10.2e18, "half of 20.808 over 1.02");
        _declare(ann, 0, -1000, 400_000, 450_000);
        vm.warp(_declarationDeadline(0));
        _postCertified(Feed.Electricity, 0, _value(400_000, WAD, WAD));
        (uint256 price, , ) = oracle.electricityPrice(0);
        assertEq(price, 400_000 * TICK, "price");
    }

    function test_FirstConstantsAreInRange() external {
        (MarketTerms memory terms, ) = _fresh();
        terms.toleranceBps = 10_001;
        _marketRefused(
            terms,
            abi.encodeWithSelector(IMarketEvents.InvalidTolerance.selector, 10_001)
        );
        (terms, ) = _fresh();
        terms.qualityThreshold = 101;
        _marketRefused(terms, abi.encodeWithSelector(IMarketEvents.InvalidQuality.selector, 101));
        (terms, ) = _fresh();
        (terms.toleranceBps, terms.qualityThreshold) = (10_000, 100);
        _create(
            "ElectricityTrading",
            abi.encode(ADMIN, CAP, 0.3e18, _servers(), _schedule(), terms)
        );
    }

    /// @dev The elecoin must be the very market's, or levies would be paid in another coin.
    function test_RewardsAreInTheMarketsElecoin() external {
        OtherMarket other = new OtherMarket(market.schedule(), address(elecoin), address(oracle));
        bytes memory arguments = abi.encode(other, 10e18, 1000);
        vm.expectRevert(abi.encodeWithSelector(ITullockRewards.Miswired.selector, elecoin));
        this.create("TullockRewards", arguments);
    }
}

/// @dev A market whose elecoin belongs to another one.
contract OtherMarket {
    address public immutable elecoin;
    address public immutable oracle;
    Schedule private _schedule;

    constructor(Schedule memory s, address elecoin_, address oracle_) {
        (_schedule, elecoin, oracle) = (s, elecoin_, oracle_);
    }

    function schedule() external view returns (Schedule memory) {
        return _schedule;
    }
}
