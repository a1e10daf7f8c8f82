// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Constants,
    Contracts,
    ElecoinTerms,
    MarketTerms
} from "contracts/interfaces/IElectricityTrading.sol";
import {ElecoinTerms} from "contracts/interfaces/MarketTypes.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {Schedule} from "contracts/libraries/Schedule.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

interface IPart {
    function fingerprint() external view returns (bytes32);
}

/// @notice The terms and the wiring of a deployment.
contract DeploymentTest is MarketFixture {
    /* --------------------------------------------------- deployment ----------------------------------------------- */

    function test_DeploymentIsAsStated() external view {
        assertEq(market.totalElecoins(), CAP, "cap");
        assertEq(market.unitPowerPrice(), 0.3e18, "unit power price");
        assertEq(abi.encode(market.schedule()), abi.encode(_schedule()), "schedule");
        assertEq(abi.encode(market.elecoinTerms()), abi.encode(_terms().elecoin), "terms");
        _assertNeedTerms();
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

    /// @dev Both offices are of this market.
    function test_TheMarketNamesWhoItWorksWith() external view {
        assertEq(address(market.elecoin()), address(elecoin), "elecoin");
        assertEq(address(market.oracle()), address(oracle), "oracle");
        assertEq(address(market.ledger()), address(ledger), "ledger");
        assertEq(address(market.wattcoin()), address(wattcoin), "wattcoin");
        (IPart office, IPart settlement) = (IPart(market.office()), IPart(market.settlement()));
        assertTrue(address(office) != address(settlement), "two");
        assertEq(office.fingerprint(), settlement.fingerprint(), "of one market");
    }

    function _assertNeedTerms() private view {
        (
            bytes32 commitment,
            ,
            uint256 c,
            uint256 target,
            uint256 least,
            uint256 most,
            uint256 t
        ) = market.needTerms(0);
        assertEq(commitment, 0, "nothing declared");
        ElecoinTerms memory terms = ElecoinTerms(c, target, least, most, t);
        assertEq(abi.encode(terms), abi.encode(_terms().elecoin), "the same in the need's");
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

    /// @dev The greatest θ that fits, as a quantity at the target, too; one price alone, the greatest.
    function test_ElecoinTermsReachTheirEnds() external {
        ElecoinTerms memory t = _terms().elecoin;
        (t.theta, t.target) = (type(uint96).max, 1e18);
        (t.least, t.most) = (type(uint32).max * TICK, type(uint32).max * TICK);
        bytes memory arguments = abi.encode(ADMIN, CAP, 0.3e18, _schedule(), _with(t));
        _create("MarketOffice", arguments);
        t.target -= 1;
        arguments = abi.encode(ADMIN, CAP, 0.3e18, _schedule(), _with(t));
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
        this.create("MarketOffice", arguments);
    }

    function _with(ElecoinTerms memory t) private pure returns (MarketTerms memory terms) {
        terms = _terms();
        terms.elecoin = t;
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
}
