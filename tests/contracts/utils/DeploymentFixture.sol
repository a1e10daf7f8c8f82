// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Contracts, ElecoinTerms, MarketTerms} from "contracts/interfaces/IElectricityTrading.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {
    EdgeServer,
    IEquilibriumOracle,
    OracleTerms
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOriginCertificates} from "contracts/interfaces/IOriginCertificates.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {Test} from "./Vm.sol";
import {IMarket} from "./IMarket.sol";

/// @title DeploymentFixture
/// @notice A deployment as it ships (addresses predicted, the market last), four members in two zones, three servers.
/// Contracts come as compiled code, so that a test file stays small.
abstract contract DeploymentFixture is Test {
    uint256 internal constant WAD = 1e18;
    uint256 internal constant TICK = 1e12;
    uint256 internal constant T0 = 1_000_000;
    uint256 internal constant L = 900;
    uint256 internal constant HISTORY = 8;
    uint256 internal constant WINDOW = 120;
    uint256 internal constant RESPONSE = 30;
    uint256 internal constant STAKE = 5e18;
    uint256 internal constant CAP = 1_000_000e18;
    uint256 internal constant C = 0.97e18;
    uint256 internal constant LEAST = 0.97e18;
    uint256 internal constant MOST = 1.05e18;
    uint256 internal constant TAU = 3e18;
    int128 internal constant INITIAL = 1e18;
    uint32 internal constant RATED = 40_000;
    /// @dev RATED over a quarter of an hour.
    uint256 internal constant SCALE = 10_000;
    uint32 internal constant FEED_IN = 80_000;
    uint16 internal constant TOLERANCE = 1000;
    uint8 internal constant THRESHOLD = 50;

    uint16 internal constant NORTH = 1;
    uint16 internal constant SOUTH = 2;

    address internal constant ADMIN = address(0xAD);
    address internal constant NETWORK = address(0x4E);
    address internal constant LEVY = address(0x1E);

    IMarket internal market;
    IElecoin internal elecoin;
    IWattcoin internal wattcoin;
    IEquilibriumOracle internal oracle;
    IReputationLedger internal ledger;
    IStandingOrders internal orders;
    IOriginCertificates internal origin;

    /* Sellers ann (north) and sam (south), buyers bea (north) and bob (south). */
    uint256 internal constant BEA_KEY = 0xBEA;
    address internal ann = vm.addr(0xA11);
    address internal sam = vm.addr(0x5A3);
    address internal bea = vm.addr(BEA_KEY);
    address internal bob = vm.addr(0xB0B);
    address internal stranger = vm.addr(0x57A);
    mapping(address who => uint16) internal _zoneOf;
    uint256[] internal serverKeys = [uint256(0xE1), 0xE2, 0xE3];

    function setUp() public virtual {
        vm.warp(T0 - 4000);
        vm.roll(1000);
        _deploy(_schedule());
        _register(ann, NORTH, true);
        _register(bea, NORTH, true);
        _register(sam, SOUTH, true);
        _register(bob, SOUTH, false);
        vm.startPrank(ADMIN);
        market.setFee(NORTH, NORTH, 10_000, 5000, true);
        market.setFee(SOUTH, SOUTH, 10_000, 5000, true);
        market.setFee(NORTH, SOUTH, 33_333, 7777, true);
        vm.stopPrank();
    }

    /* -------------------------------------------------- deploying ------------------------------------------------- */

    function _schedule() internal pure virtual returns (Schedule memory) {
        return
            Schedule({
                start: uint40(T0),
                period: uint24(L),
                step: 900,
                declarationLead: 300,
                readingGrace: 200,
                tradeWindow: 900,
                ratingWindow: 600,
                elecoinLead: 240,
                epochPeriods: 4,
                roundPeriods: 2,
                ringLength: 5
            });
    }

    function _terms() internal pure virtual returns (MarketTerms memory terms) {
        terms.elecoin = ElecoinTerms({
            redemption: C,
            target: 1.02e18,
            least: LEAST,
            most: MOST,
            theta: 20.808e18
        });
        terms.feedIn = FEED_IN;
        terms.toleranceBps = TOLERANCE;
        terms.qualityThreshold = THRESHOLD;
        terms.networkAccount = NETWORK;
        terms.levyAccount = LEVY;
    }

    function _oracleTerms() internal pure virtual returns (OracleTerms memory terms) {
        terms.historyLength = uint32(HISTORY);
        terms.challengeWindow = uint32(WINDOW);
        terms.responseTime = uint32(RESPONSE);
        terms.turnSeconds = 30;
        terms.unbondDelay = 3600;
        terms.minimumBond = uint96(STAKE);
    }

    function _servers() internal view virtual returns (EdgeServer[] memory servers) {
        servers = new EdgeServer[](3);
        servers[0] = EdgeServer(vm.addr(serverKeys[0]), ann);
        servers[1] = EdgeServer(vm.addr(serverKeys[1]), bea);
        servers[2] = EdgeServer(vm.addr(serverKeys[2]), sam);
    }

    function _deploy(Schedule memory s) internal {
        MarketTerms memory terms = _terms();
        terms.contracts = _deployOthers(s);
        market = IMarket(
            _create("ElectricityTrading", abi.encode(ADMIN, CAP, 0.3e18, _servers(), s, terms))
        );
        (elecoin, oracle) = (terms.contracts.elecoin, terms.contracts.oracle);
        (ledger, wattcoin) = (terms.contracts.ledger, terms.contracts.wattcoin);
        orders = IStandingOrders(terms.contracts.orders);
        origin = IOriginCertificates(terms.contracts.origin);
        for (uint256 i; i < serverKeys.length; i++) {
            _bond(vm.addr(serverKeys[i]), STAKE);
        }
    }

    function _bond(address server, uint256 amount) internal {
        vm.deal(server, server.balance + amount);
        vm.prank(server);
        oracle.bond{value: amount}();
    }

    /// @dev What comes before the market, made for its address.
    function _deployOthers(Schedule memory s) internal returns (Contracts memory c) {
        uint256 nonce = vm.getNonce(address(this));
        address predicted = vm.computeCreateAddress(address(this), nonce + 9);
        c.office = vm.computeCreateAddress(address(this), nonce + 7);
        c.settlement = vm.computeCreateAddress(address(this), nonce + 8);
        c.elecoin = IElecoin(_create("Elecoin", abi.encode(predicted)));
        c.wattcoin = IWattcoin(_create("Wattcoin", abi.encode(predicted)));
        address tribunal = _create("OracleTribunal", abi.encode(predicted, s, _oracleTerms()));
        c.oracle = IEquilibriumOracle(
            _create("EquilibriumOracle", abi.encode(predicted, s, _oracleTerms(), tribunal))
        );
        c.ledger = IReputationLedger(
            _create("ReputationLedger", abi.encode(predicted, c.oracle, s, TAU, INITIAL))
        );
        c.orders = _create("StandingOrders", abi.encode(predicted));
        c.origin = _create("OriginCertificates", abi.encode(predicted, s));
        MarketTerms memory terms = _terms();
        terms.contracts = c;
        bytes memory arguments = abi.encode(ADMIN, CAP, 0.3e18, s, terms);
        assert(_create("MarketOffice", arguments) == c.office);
        assert(_create("SettlementOffice", arguments) == c.settlement);
    }

    /// @dev Where the compiled code of a contract is: as the tests build it, or what ships (bench/gas.py).
    function _artifact(string memory name) private view returns (string memory) {
        string memory folder = vm.envOr("SHIPPED", string(""));
        return
            bytes(folder).length == 0
                ? string.concat(name, ".sol:", name)
                : string.concat(folder, "/", name, ".json");
    }

    function _create(string memory name, bytes memory arguments) internal returns (address made) {
        bytes memory code = bytes.concat(vm.getCode(_artifact(name)), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
            if iszero(made) {
                returndatacopy(mload(0x40), 0, returndatasize())
                revert(mload(0x40), returndatasize())
            }
        }
    }

    /* --------------------------------------------------- members -------------------------------------------------- */

    function _register(address who, uint16 zone, bool generationRight) internal {
        _zoneOf[who] = zone;
        vm.startPrank(ADMIN);
        market.empower(who, keccak256(abi.encode(who)), zone, generationRight, true, RATED);
        market.installMeter(who, _meter(who), 0, 0, 3);
        vm.stopPrank();
    }

    /// @dev Each member's meter has a key of its own.
    function _meter(address who) internal pure returns (address) {
        return address(uint160(who) ^ 1);
    }

    function _buyTokens(address who, uint256 amount) internal {
        vm.deal(who, who.balance + 2 * amount);
        vm.prank(who);
        market.buyToken{value: 2 * amount}(amount);
    }
}
