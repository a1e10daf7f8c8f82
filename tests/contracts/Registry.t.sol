// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Account,
    Constants,
    Contracts,
    ElecoinTerms,
    Fee,
    MarketTerms,
    Registers
} from "contracts/interfaces/IElectricityTrading.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {EdgeServer, Feed, IEquilibriumOracle} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {IMarket, MarketFixture} from "./utils/MarketFixture.sol";

/// @notice Who may do what, members and meters, terms that change with a delay, and the wiring of a deployment.
contract RegistryTest is MarketFixture {
    /* ----------------------------------------------------- roles -------------------------------------------------- */

    function test_OnlyTheAdministratorAdministrates() external {
        bytes[] memory guarded = new bytes[](10);
        guarded[0] = abi.encodeCall(
            market.empower,
            (stranger, bytes32(0), NORTH, true, true, RATED)
        );
        guarded[1] = abi.encodeCall(market.revoke, (ann));
        guarded[2] = abi.encodeCall(market.installMeter, (ann, stranger, 0, 0, 3));
        guarded[3] = abi.encodeCall(market.setFee, (NORTH, NORTH, 0, 0, true));
        guarded[4] = abi.encodeCall(market.setConstants, (0, 0, 0));
        guarded[5] = abi.encodeCall(market.setFeeAccounts, (stranger, stranger));
        guarded[6] = abi.encodeCall(market.setEdgeServers, (_servers()));
        guarded[7] = abi.encodeCall(market.pause, ());
        guarded[8] = abi.encodeCall(market.unpause, ());
        guarded[9] = abi.encodeCall(market.transferOwnership, (stranger));
        address[3] memory callers = [stranger, ann, vm.addr(serverKeys[0])];
        for (uint256 i; i < guarded.length; i++) {
            for (uint256 k; k < callers.length; k++) {
                _refuses(
                    address(market),
                    callers[k],
                    guarded[i],
                    abi.encodeWithSelector(IMarket.OwnableUnauthorizedAccount.selector, callers[k])
                );
            }
        }
    }

    function test_TheAdministratorCannotLeave() external {
        _refuses(
            address(market),
            ADMIN,
            abi.encodeWithSignature("renounceOwnership()"),
            abi.encodeWithSelector(IMarketEvents.CannotRenounce.selector)
        );
        assertEq(market.administrator(), ADMIN, "administrator");
    }

    function test_OnlyTheMarketMovesTheOthers() external {
        address[2] memory callers = [ADMIN, ann];
        for (uint256 k; k < callers.length; k++) {
            bytes memory refusal = abi.encodeWithSelector(IElecoin.OnlyMarket.selector, callers[k]);
            _refuses(address(elecoin), callers[k], abi.encodeCall(elecoin.mint, (ann, 1)), refusal);
            _refuses(address(elecoin), callers[k], abi.encodeCall(elecoin.burn, (1)), refusal);
            _refuses(
                address(wattcoin),
                callers[k],
                abi.encodeCall(wattcoin.mint, (ann, 1)),
                refusal
            );
            _refuses(
                address(oracle),
                callers[k],
                abi.encodeCall(oracle.setEdgeServers, (_servers())),
                refusal
            );
            _refuses(address(ledger), callers[k], abi.encodeCall(ledger.register, (ann)), refusal);
            _refuses(
                address(ledger),
                callers[k],
                abi.encodeCall(ledger.book, (ann, 0, 1, 1, true, 1)),
                refusal
            );
            _refuses(address(ledger), callers[k], abi.encodeCall(ledger.rankServers, ()), refusal);
        }
    }

    function _refuses(
        address target,
        address caller,
        bytes memory data,
        bytes memory refusal
    ) private {
        vm.prank(caller);
        (bool done, bytes memory answer) = target.call(data);
        assertTrue(!done, "a stranger got through");
        assertEq(answer, refusal, "refusal");
    }

    function test_AdministratorHandsOverInTwoSteps() external {
        vm.prank(ADMIN);
        market.transferOwnership(stranger);
        assertEq(market.administrator(), ADMIN, "not yet");
        assertEq(market.pendingOwner(), stranger, "pending");
        _refuses(
            address(market),
            ann,
            abi.encodeCall(market.acceptOwnership, ()),
            abi.encodeWithSelector(IMarket.OwnableUnauthorizedAccount.selector, ann)
        );
        vm.prank(stranger);
        market.acceptOwnership();
        assertEq(market.administrator(), stranger, "now");
        vm.prank(stranger);
        market.pause();
        assertTrue(market.paused(), "the new one rules");
    }

    /* ---------------------------------------------------- members ------------------------------------------------- */

    function testFuzz_Empower(
        bytes32 name,
        uint16 zone,
        bool generates,
        bool trades,
        uint32 rated
    ) external {
        rated = uint32(bound(rated, 4, type(uint32).max));
        vm.expectEmit(address(market));
        emit IMarketEvents.Empowered(stranger, name, zone, generates, trades, rated);
        vm.prank(ADMIN);
        market.empower(stranger, name, zone, generates, trades, rated);
        Account memory member = market.account(stranger);
        assertEq(member.zone, zone, "zone");
        assertEq(member.ratedPower, rated, "rating");
        assertEq(member.rights, 1 + (generates ? 2 : 0) + (trades ? 4 : 0), "rights");
        assertEq(member.index, 5, "index");
        assertEq(market.nameHashOf(stranger), name, "name");
        assertEq(market.accountCount(), 5, "count");
        assertTrue(ledger.standing(stranger).registered, "standing");
    }

    function test_EmpowerAgainKeepsWhatIsHers() external {
        _buyTokens(bea, 5e18);
        vm.prank(ADMIN);
        market.empower(bea, bytes32(uint256(7)), SOUTH, false, true, 2 * RATED);
        Account memory member = market.account(bea);
        assertEq(member.deposit, 5e18, "deposit");
        assertEq(member.index, 2, "index");
        assertEq(member.ratedPower, 2 * RATED, "rating");
        assertEq(market.accountCount(), 4, "registered once");
    }

    function test_EmpowerRefuses() external {
        vm.startPrank(ADMIN);
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.empower(address(0), bytes32(0), NORTH, true, true, RATED);
        // 3 W over a quarter of an hour is less than one Wh.
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.InvalidRating.selector, stranger));
        market.empower(stranger, bytes32(0), NORTH, true, true, 3);
    }

    function test_RatingStaysWhileADeclaredPeriodIsOpen() external {
        _openTrading(ann, bea, 0, 1000, 200_000);
        vm.prank(ADMIN);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.PeriodOpen.selector, ann, uint24(0)));
        market.empower(ann, bytes32(0), NORTH, true, true, 2 * RATED);
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), SOUTH, true, false, RATED);
        vm.warp(_closingTime(0));
        _close(ann, 0);
        // Her meter goes on reporting; what she did not declare is not booked at her rating.
        vm.warp(_start(3));
        _read(ann, 2, 10, 0);
        vm.prank(ADMIN);
        market.empower(ann, bytes32(0), SOUTH, true, true, 2 * RATED);
        assertEq(market.account(ann).ratedPower, 2 * RATED, "rating");
    }

    function test_RevokeTakesRightsAndLeavesMoney() external {
        _buyTokens(bea, 5e18);
        vm.expectEmit(address(market));
        emit IMarketEvents.Revoked(bea);
        vm.prank(ADMIN);
        market.revoke(bea);
        assertEq(market.account(bea).rights, 0, "rights");
        vm.deal(bea, 1e18);
        vm.startPrank(bea);
        bytes memory refusal = abi.encodeWithSelector(IMarketEvents.NoTradingRight.selector, bea);
        vm.expectRevert(refusal);
        market.buyToken{value: 1e18}(1);
        vm.expectRevert(refusal);
        market.declareNeed(0, 1);
        vm.expectRevert(refusal);
        market.declareTarget(_word(0, 1, 0, 0));
        market.withdraw(1e18);
        elecoin.approve(address(market), 1e18);
        market.deposit(1e18);
        market.redeemToken(5e18);
        assertEq(market.account(bea).deposit, 0, "all out");
    }

    function test_StrangersAreNotMembers() external {
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.NotRegistered.selector,
            stranger
        );
        vm.startPrank(ADMIN);
        vm.expectRevert(refusal);
        market.revoke(stranger);
        vm.expectRevert(refusal);
        market.installMeter(stranger, stranger, 0, 0, 3);
        vm.stopPrank();
        vm.startPrank(stranger);
        vm.expectRevert(refusal);
        market.buyToken(1);
        vm.expectRevert(refusal);
        market.declareNeed(0, 1);
        vm.expectRevert(refusal);
        market.declareTarget(_word(0, 1, 0, 0));
    }

    function test_InstallMeter() external {
        vm.warp(_start(3) + 1);
        vm.expectEmit(address(market));
        emit IMarketEvents.MeterInstalled(ann, stranger, 500, 600, 2);
        vm.startPrank(ADMIN);
        market.installMeter(ann, stranger, 500, 600, 2);
        Registers memory r = market.registers(ann);
        assertEq(abi.encode(r), abi.encode(Registers(500, 600, 3, 3, 2, RATED)), "registers");
        assertEq(market.meterOf(ann), stranger, "meter");
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.installMeter(ann, address(0), 0, 0, 3);
        for (uint8 bad = 0; bad < 8; bad += 4) {
            vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NotInstalled.selector, ann, bad));
            market.installMeter(ann, stranger, 0, 0, bad);
        }
    }

    function test_ANewMeterNeverReadsAPeriodAgain() external {
        vm.warp(_start(1));
        _read(ann, 0, 100, 0);
        vm.prank(ADMIN);
        market.installMeter(ann, _meter(ann), 0, 0, 3);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AlreadyRead.selector, ann, uint24(0)));
        vm.prank(_meter(ann));
        market.generation(ann, 0, 100);
    }

    function testFuzz_AccountsArePaged(uint256 offset, uint256 limit) external view {
        address[4] memory all = [ann, bea, sam, bob];
        if (offset % 2 == 0) offset %= 7;
        if (limit % 2 == 0) limit %= 7;
        address[] memory page = market.accounts(offset, limit);
        uint256 left = offset < 4 ? 4 - offset : 0;
        assertEq(page.length, left < limit ? left : limit, "length");
        for (uint256 i; i < page.length; i++) {
            assertEq(page[i], all[offset + i], "member");
        }
    }

    /* ---------------------------------------- terms that change with a delay -------------------------------------- */

    function test_TermsHoldAtOnceBeforeAnythingIsPriced() external {
        vm.warp(_needDeadline(0) - 1);
        vm.startPrank(ADMIN);
        vm.expectEmit(address(market));
        emit IMarketEvents.FeeScheduled(SOUTH, NORTH, 7, 8, true, 0);
        market.setFee(SOUTH, NORTH, 7, 8, true);
        vm.expectEmit(address(market));
        emit IMarketEvents.ConstantsScheduled(97_000, 20, 30, 0);
        market.setConstants(97_000, 20, 30);
        (uint256 network, uint256 levy) = market.feeOf(SOUTH, NORTH, 0);
        assertEq(network, _ceil(7e12 * WAD, LEAST), "network");
        assertEq(levy, _ceil(8e12 * WAD, LEAST), "levy");
        assertEq(market.floorPrice(0), 0.1e18, "floor");
        vm.warp(_needDeadline(0));
        market.setConstants(194_000, 20, 30);
        assertEq(market.constants().fromPeriod, 9, "later: an epoch and a turn of the ring");
        assertEq(market.floorPrice(8), 0.1e18, "present");
        assertEq(market.floorPrice(9), 0.2e18, "next");
    }

    function test_ConstantsRefuse() external {
        vm.startPrank(ADMIN);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.InvalidTolerance.selector, uint16(10_001))
        );
        market.setConstants(0, 10_001, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.InvalidQuality.selector, uint8(101)));
        market.setConstants(0, 0, 101);
        market.setConstants(0, 10_000, 100);
    }

    /// @notice Whatever the administrator does, the terms of a period that could be declared never change again.
    function testFuzz_TermsOfDeclarablePeriodsStand(
        uint16[6] memory waits,
        uint32[6] memory terms
    ) external {
        vm.warp(_needDeadline(0));
        uint256 first;
        uint256 next;
        uint32[64] memory network;
        uint32[64] memory feedIn;
        for (uint256 i; i < waits.length; i++) {
            vm.warp(block.timestamp + (waits[i] % 9000));
            // Periods from `first` on may be open; those before `next` have been declarable.
            while (_closingTime(first) <= block.timestamp) first++;
            while (next < 5 || _closingTime(next - 5) <= block.timestamp) {
                (network[next], feedIn[next]) = (_networkAt(next), _feedInAt(next));
                next++;
            }
            vm.startPrank(ADMIN);
            try market.setFee(NORTH, NORTH, terms[i], 5, true) {} catch (bytes memory why) {
                assertEq(bytes32(why), bytes32(IMarketEvents.ChangePending.selector), "refusal");
            }
            try market.setConstants(terms[i], 500, 50) {} catch (bytes memory why) {
                assertEq(bytes32(why), bytes32(IMarketEvents.ChangePending.selector), "refusal");
            }
            vm.stopPrank();
            for (uint256 t = first; t < next; t++) {
                assertEq(_networkAt(t), network[t], "network fee");
                assertEq(_feedInAt(t), feedIn[t], "feed-in");
            }
        }
    }

    function _networkAt(uint256 period) private view returns (uint32) {
        Fee memory f = market.fee(NORTH, NORTH);
        return period >= f.fromPeriod ? f.nextNetwork : f.network;
    }

    function _feedInAt(uint256 period) private view returns (uint32) {
        Constants memory c = market.constants();
        return period >= c.fromPeriod ? c.nextFeedIn : c.feedIn;
    }

    function test_APendingChangeCanBeReplacedUntilItCanBeDeclared() external {
        vm.warp(_start(2));
        vm.startPrank(ADMIN);
        market.setFee(NORTH, NORTH, 1, 1, true);
        uint24 from = market.fee(NORTH, NORTH).fromPeriod;
        assertEq(from, 11, "from");
        vm.warp(_closingTime(from - 5) - 1);
        market.setFee(NORTH, NORTH, 2, 2, true);
        Fee memory f = market.fee(NORTH, NORTH);
        assertEq(f.network, 10_000, "present");
        assertEq(f.nextNetwork, 2, "replaced");
        from = f.fromPeriod;
        vm.warp(_closingTime(from - 5));
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.ChangePending.selector, from));
        market.setFee(NORTH, NORTH, 3, 3, true);
        vm.warp(_closingTime(from - 1) - 1);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.ChangePending.selector, from));
        market.setFee(NORTH, NORTH, 3, 3, true);
        vm.warp(_closingTime(from - 1));
        market.setFee(NORTH, NORTH, 3, 3, true);
        assertEq(market.fee(NORTH, NORTH).network, 2, "in force");
    }

    function test_APairNeverSetMayNotTrade() external {
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.PairNotPermitted.selector,
            SOUTH,
            NORTH
        );
        vm.expectRevert(refusal);
        market.feeOf(SOUTH, NORTH, 0);
        vm.prank(ADMIN);
        market.setFee(SOUTH, NORTH, 1, 1, false);
        vm.expectRevert(refusal);
        market.feeOf(SOUTH, NORTH, 0);
    }

    function test_FeeAccounts() external {
        vm.startPrank(ADMIN);
        vm.expectEmit(address(market));
        emit IMarketEvents.FeeAccountsSet(ann, bob);
        market.setFeeAccounts(ann, bob);
        assertEq(market.networkAccount(), ann, "network");
        assertEq(market.levyAccount(), bob, "levy");
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.setFeeAccounts(address(0), bob);
        vm.expectRevert(IMarketEvents.ZeroAddress.selector);
        market.setFeeAccounts(bob, address(0));
        // Fees paid to the market itself would belong to nobody.
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.Miswired.selector, address(market)));
        market.setFeeAccounts(address(market), bob);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.Miswired.selector, address(market)));
        market.setFeeAccounts(bob, address(market));
    }

    /* --------------------------------------------------- deployment ----------------------------------------------- */

    function test_DeploymentIsAsStated() external view {
        assertEq(market.totalElecoins(), CAP, "cap");
        assertEq(market.unitPowerPrice(), 0.3e18, "unit power price");
        assertEq(abi.encode(market.schedule()), abi.encode(_schedule()), "schedule");
        assertEq(abi.encode(market.elecoinTerms()), abi.encode(_terms().elecoin), "terms");
        assertEq(abi.encode(oracle.edgeServers()), abi.encode(_servers()), "servers");
        assertEq(ledger.tau(), TAU, "tau");
        assertEq(ledger.leaderOf(0), ann, "at first the order of registration");
        Constants memory c = market.constants();
        assertEq(
            abi.encode(c),
            abi.encode(Constants(0, 0, 0, FEED_IN, TOLERANCE, THRESHOLD, 0)),
            "constants"
        );
    }

    function test_ElecoinTermsAreChecked() external {
        ElecoinTerms memory good = _terms().elecoin;
        for (uint256 i; i < 10; i++) {
            ElecoinTerms memory t = abi.decode(abi.encode(good), (ElecoinTerms));
            if (i == 0) t.redemption = 0;
            if (i == 1) t.redemption = t.least + 1; // an elecoin could cost less than it redeems for
            if (i == 2) t.least = t.most + TICK;
            if (i == 3) t.target = t.redemption;
            if (i == 4) t.theta = 0;
            if (i == 5) t.theta = uint256(type(uint96).max) + 1;
            if (i == 6) t.most = (uint256(type(uint32).max) + 1) * TICK;
            if (i == 7) t.least += 1;
            if (i == 8) t.most += 1;
            if (i == 9)
                (t.redemption, t.least, t.target, t.most) = (1.02e18, 1.02e18, 1.02e18, 1.05e18);
            MarketTerms memory terms = _terms();
            terms.elecoin = t;
            terms.contracts = _deployOthers(_schedule());
            bytes memory arguments = abi.encode(ADMIN, CAP, 0.3e18, _servers(), _schedule(), terms);
            vm.expectRevert(
                abi.encodeWithSelector(
                    IMarketEvents.InvalidElecoinTerms.selector,
                    t.redemption,
                    t.target,
                    t.least,
                    t.most,
                    t.theta
                )
            );
            this.create("ElectricityTrading", arguments);
        }
    }

    function test_WiringIsChecked() external {
        // Each time one of the others was made for the first market.
        for (uint256 i; i < 6; i++) {
            Contracts memory others = Contracts(
                elecoin,
                oracle,
                ledger,
                wattcoin,
                market.office(),
                address(0),
                address(0),
                address(0)
            );
            Contracts memory c = _deployOthers(_schedule());
            if (i == 0) c.elecoin = others.elecoin;
            if (i == 1) c.wattcoin = others.wattcoin;
            if (i == 2) c.ledger = others.ledger;
            if (i == 5) c.office = others.office;
            Schedule memory s = _schedule();
            if (i == 3) s.readingGrace += 1;
            if (i == 4) s.step += 1;
            MarketTerms memory terms = _terms();
            terms.contracts = c;
            address culprit =
                i == 0
                    ? address(c.elecoin)
                    : i == 1
                        ? address(c.wattcoin)
                        : i == 2
                            ? address(c.ledger)
                            : i == 5
                                ? c.office
                                : address(c.oracle);
            vm.expectRevert(abi.encodeWithSelector(IMarketEvents.Miswired.selector, culprit));
            this.create("ElectricityTrading", abi.encode(ADMIN, CAP, 0.3e18, _servers(), s, terms));
        }
    }

    /// @dev External, so that a revert can be expected; the address is that of this contract's next creation.
    function create(string calldata name, bytes calldata arguments) external returns (address) {
        return _create(name, arguments);
    }

    function _ceil(uint256 a, uint256 b) private pure returns (uint256) {
        return (a + b - 1) / b;
    }
}
