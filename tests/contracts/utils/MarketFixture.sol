// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Contracts,
    ElecoinTerms,
    IElectricityTrading,
    MarketTerms,
    Slot
} from "contracts/interfaces/IElectricityTrading.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {
    EdgeServer,
    Feed,
    IEquilibriumOracle,
    OracleTerms,
    Report,
    Signature,
    Tree
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOriginCertificates} from "contracts/interfaces/IOriginCertificates.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";
import {Clearing, ClearingTotals} from "contracts/libraries/Clearing.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {Target, TargetData} from "contracts/libraries/Target.sol";
import {Test} from "./Vm.sol";

/// @notice What the market inherits besides its interface.
interface IMarket is IElectricityTrading {
    error OwnableUnauthorizedAccount(address account);

    function pendingOwner() external view returns (address);
    function transferOwnership(address next) external;
    function acceptOwnership() external;
    function renounceOwnership() external;
    function elecoin() external view returns (IElecoin);
    function oracle() external view returns (IEquilibriumOracle);
    function ledger() external view returns (IReputationLedger);
    function office() external view returns (address);
    function wattcoin() external view returns (IWattcoin);
    function networkAccount() external view returns (address);
    function levyAccount() external view returns (address);
}

/// @title MarketFixture
/// @notice A deployment as it ships (addresses predicted, the market last), four members in two zones, three servers,
/// and the steps of a period as one-line helpers. Contracts come as compiled code, so that a test file stays small.
abstract contract MarketFixture is Test {
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
    mapping(address who => uint16) private _zoneOf;
    uint256[] internal serverKeys = [uint256(0xE1), 0xE2, 0xE3];

    /// @dev What `_declare` and `_need` declared, packed as certificates take it.
    mapping(uint256 period => bytes) internal targetsOf;
    mapping(uint256 epoch => bytes) internal needsOf;

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

    /* ---------------------------------------------------- the clock ----------------------------------------------- */

    function _start(uint256 period) internal pure returns (uint256) {
        return T0 + period * L;
    }

    function _declarationDeadline(uint256 period) internal pure returns (uint256) {
        return _start(period) - 300;
    }

    function _readingDeadline(uint256 period) internal pure returns (uint256) {
        return _start(period + 1) + 200;
    }

    function _tradingEnd(uint256 period) internal pure virtual returns (uint256) {
        return _readingDeadline(period) + 900;
    }

    function _closingTime(uint256 period) internal pure virtual returns (uint256) {
        return _tradingEnd(period) + 600;
    }

    /// @dev One past the last second of needs of an epoch.
    function _needDeadline(uint256 epoch) internal pure returns (uint256) {
        return _declarationDeadline(epoch * 4) - 240;
    }

    /* -------------------------------------------------- the period ------------------------------------------------ */

    function _declare(
        address who,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit
    ) internal {
        uint256 word = _word(who, period, net, price, limit);
        vm.prank(who);
        market.declareTarget(word);
        targetsOf[period] = bytes.concat(
            targetsOf[period],
            abi.encodePacked(who, uint24(word >> 120), uint96(word))
        );
    }

    /// @dev The word of a member of the north.
    function _word(
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit
    ) internal pure returns (uint256) {
        return _wordIn(NORTH, period, net, price, limit, false);
    }

    function _word(
        address who,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit
    ) internal view returns (uint256) {
        return _wordIn(_zoneOf[who] == SOUTH ? SOUTH : NORTH, period, net, price, limit, false);
    }

    function _wordIn(
        uint16 zone,
        uint256 period,
        int256 net,
        uint256 price,
        uint256 limit,
        bool pooled
    ) internal pure returns (uint256) {
        return
            Target.pack(
                TargetData(uint24(period), int32(net), uint32(price), uint32(limit), zone, pooled)
            );
    }

    /// @dev Both registers move by the given energy.
    function _read(address who, uint256 period, uint256 generated, uint256 consumed) internal {
        uint64 g = market.registers(who).generation + uint64(generated);
        uint64 c = market.registers(who).consumption + uint64(consumed);
        vm.startPrank(_meter(who));
        market.generation(who, uint24(period), g);
        market.consumption(who, uint24(period), c);
        vm.stopPrank();
    }

    function _trade(
        address buyer,
        address retailer,
        uint256 period,
        uint256 wh
    ) internal returns (uint256) {
        vm.prank(buyer);
        return
            market.trade(
                retailer,
                uint24(period),
                uint32(wh),
                1,
                type(uint256).max,
                block.timestamp
            );
    }

    function _close(address who, uint256 period) internal {
        address[] memory one = new address[](1);
        one[0] = who;
        market.close(one, uint24(period));
    }

    /// @dev From declaring to the opening of trading: `seller` has `wh` to sell, `buyer` lacks them.
    function _openTrading(
        address seller,
        address buyer,
        uint256 period,
        uint256 wh,
        uint256 ticks
    ) internal {
        _declare(seller, period, int256(wh), 100_000, 0);
        _declare(buyer, period, -int256(wh), 400_000, 450_000);
        vm.warp(_declarationDeadline(period));
        _post(Feed.Electricity, period, _value(ticks, WAD, WAD));
        vm.warp(_start(period + 1));
        _read(seller, period, wh + 7, 7);
        _read(buyer, period, 0, wh);
        vm.warp(_readingDeadline(period));
    }

    /* ---------------------------------------------------- posting ------------------------------------------------- */

    function _value(
        uint256 ticks,
        uint256 matching,
        uint256 served
    ) internal pure returns (uint256) {
        return (ticks * TICK) | (matching << 96) | (served << 160);
    }

    /// @dev A report that is posted on the servers' bonds: any price that the bounds allow, and nobody refutes it.
    function _report(
        Feed feed,
        uint256 epoch,
        uint256 value
    ) internal view returns (Report memory report) {
        report = _inlineReport(feed, epoch, value);
        report.root =
            feed == Feed.Electricity
                ? keccak256(abi.encode(_claimed(epoch, value)))
                : report.commitment;
    }

    /// @dev The certificate of `_report`.
    function _certificate(Report memory report) internal view returns (bytes memory) {
        return
            report.feed == Feed.Electricity
                ? bytes.concat(hex"03", abi.encode(_claimed(report.epoch, report.value)))
                : bytes(hex"03");
    }

    /// @dev Made-up totals for which this value is the equilibrium.
    function _claimed(uint256 period, uint256 value) internal view returns (Tree memory tree) {
        uint256 floor = market.floorPrice(period);
        uint256 matching = uint64(value >> 96);
        ClearingTotals memory totals =
            uint96(value) == floor
                ? ClearingTotals(matching, 1, WAD, 0)
                : ClearingTotals(1, 1, 1, 0);
        tree.top = Clearing.toNode(market.targetCommitment(period), totals);
        tree.count = 1;
    }

    /// @dev A report that comes with what was declared.
    function _inlineReport(
        Feed feed,
        uint256 epoch,
        uint256 value
    ) internal view returns (Report memory) {
        bytes32 commitment =
            feed == Feed.Electricity
                ? market.targetCommitment(epoch)
                : market.needCommitment(epoch);
        return
            Report({
                feed: feed,
                epoch: uint32(epoch),
                value: value,
                inputBlock: uint64(block.number - 1),
                inputBlockHash: blockhash(block.number - 1),
                commitment: commitment,
                signerSet: oracle.signerSet(),
                root: 0
            });
    }

    /// @dev The inline certificate; followers in the order of their declarations, which must be that of their needs.
    function _inline(Report memory report) internal view returns (bytes memory) {
        if (report.feed == Feed.Electricity) return bytes.concat(hex"01", targetsOf[report.epoch]);
        bytes memory needs = needsOf[report.epoch];
        uint256 count = needs.length / 36;
        bytes memory order;
        for (uint256 i; i < count; i++) {
            order = bytes.concat(order, bytes2(uint16(i)));
        }
        return bytes.concat(hex"01", bytes2(uint16(count)), needs, order);
    }

    /// @dev Signatures of the servers whose bits are set.
    function _sign(
        Report memory report,
        uint256 mask
    ) internal view returns (Signature[] memory signatures) {
        bytes32 digest = oracle.digest(report);
        uint256 count;
        for (uint256 i; i < serverKeys.length; i++) {
            count += (mask >> i) & 1;
        }
        signatures = new Signature[](count);
        for (uint256 i = serverKeys.length; i > 0; i--) {
            if ((mask >> (i - 1)) & 1 == 0) continue;
            (bytes32 r, bytes32 vs) = vm.signCompact(serverKeys[i - 1], digest);
            signatures[--count] = Signature(r, vs);
        }
    }

    /// @dev Readable from `WINDOW` seconds later on.
    function _post(Feed feed, uint256 epoch, uint256 value) internal {
        Report memory report = _report(feed, epoch, value);
        oracle.post(report, _sign(report, 5), _certificate(report));
    }

    /// @dev Checked against what was declared, readable at once.
    function _postCertified(Feed feed, uint256 epoch, uint256 value) internal {
        Report memory report = _inlineReport(feed, epoch, value);
        oracle.post(report, _sign(report, 5), _inline(report));
    }

    function _declareNeed(address who, uint256 epoch, uint256 needWei) internal {
        vm.prank(who);
        market.declareNeed(uint32(epoch), needWei);
        needsOf[epoch] = bytes.concat(needsOf[epoch], abi.encodePacked(who, uint128(needWei)));
    }

    /// @dev A member declares a need, the servers price the epoch, and nobody refutes it.
    function _postElecoin(uint256 epoch, uint256 ticks) internal {
        vm.warp(_needDeadline(epoch) - 1);
        _declareNeed(bea, epoch, 1e18);
        vm.warp(_needDeadline(epoch));
        _post(Feed.Elecoin, epoch, ticks * TICK);
        vm.warp(_needDeadline(epoch) + WINDOW);
    }
}
