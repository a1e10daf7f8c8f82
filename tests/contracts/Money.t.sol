// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IMarketEvents} from "contracts/interfaces/IMarketEvents.sol";
import {EdgeServer, Feed, IEquilibriumOracle} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IMarket} from "./utils/IMarket.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @dev Calls the market back while it is being paid, with whatever it was told to say.
contract Caller {
    IMarket private immutable market;
    bytes private message;
    bool public entered;

    constructor(IMarket market_) {
        market = market_;
    }

    function prepare(bytes calldata message_) external {
        message = message_;
    }

    function run(
        bytes calldata data,
        uint256 value
    ) external returns (bool done, bytes memory answer) {
        (done, answer) = address(market).call{value: value}(data);
    }

    receive() external payable {
        if (message.length == 0) return;
        bytes memory once = message;
        delete message;
        (entered, ) = address(market).call(once);
    }
}

/// @dev Takes no coin.
contract Closed {
    function run(address target, bytes calldata data) external payable {
        (bool done, bytes memory answer) = target.call{value: msg.value}(data);
        if (!done) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @notice Elecoins bought, deposited, withdrawn and redeemed; refunds; the surplus of the servers; ERC-20 and permit.
contract MoneyTest is MarketFixture {
    /* --------------------------------------------- buying and redeeming ------------------------------------------- */

    function testFuzz_BuyTokenAtThePostedPrice(
        uint96 amount_,
        uint256 ticks,
        uint96 more
    ) external {
        uint256 amount = bound(amount_, 0, CAP);
        ticks = bound(ticks, LEAST / TICK, MOST / TICK);
        _postElecoin(0, ticks);
        vm.warp(T0);
        uint256 cost = (amount * ticks * TICK + WAD - 1) / WAD;
        vm.deal(bea, cost + more);
        vm.expectEmit(address(market));
        emit IMarketEvents.TokensBought(bea, amount, ticks * TICK, cost);
        vm.prank(bea);
        market.buyToken{value: cost + more}(amount);
        assertEq(market.account(bea).deposit, amount, "deposit");
        assertEq(elecoin.totalSupply(), amount, "supply");
        assertEq(elecoin.balanceOf(address(market)), amount, "balance");
        assertEq(market.refundOf(bea), more, "refund");
        if (cost == 0) return;
        vm.deal(bea, cost - 1);
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.InsufficientPayment.selector, cost - 1, cost)
        );
        vm.prank(bea);
        market.buyToken{value: cost - 1}(amount);
    }

    function test_RefundIsPulledOnce() external {
        _buyTokens(bea, 10e18);
        uint256 due = market.refundOf(bea);
        assertEq(due, 20e18 - 9.7e18, "due");
        vm.expectEmit(address(market));
        emit IMarketEvents.RefundWithdrawn(bea, due);
        vm.prank(bea);
        market.withdrawRefund();
        assertEq(bea.balance, due, "paid");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NothingOwed.selector, bea));
        vm.prank(bea);
        market.withdrawRefund();
    }

    function test_TheCapHolds() external {
        _buyTokens(bea, CAP - 1);
        vm.deal(bob, 4);
        vm.startPrank(bob);
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.AboveCap.selector, CAP + 1, CAP));
        market.buyToken{value: 4}(2);
        market.buyToken{value: 4}(1);
    }

    function testFuzz_RedemptionPaysC(uint96 bought, uint96 redeemed) external {
        bought = uint96(bound(bought, 1, CAP));
        redeemed = uint96(bound(redeemed, 0, bought));
        _buyTokens(bea, bought);
        uint256 held = bea.balance;
        vm.expectEmit(address(market));
        emit IMarketEvents.Redeemed(bea, redeemed, (redeemed * C) / WAD);
        vm.prank(bea);
        market.redeemToken(redeemed);
        assertEq(bea.balance - held, (redeemed * C) / WAD, "paid");
        assertEq(elecoin.totalSupply(), bought - redeemed, "supply");
        _solvent();
    }

    function test_NobodySpendsWhatSheHasNot() external {
        _buyTokens(bea, 5);
        bytes memory refusal = abi.encodeWithSelector(
            IMarketEvents.InsufficientDeposit.selector,
            bea,
            5,
            6
        );
        vm.startPrank(bea);
        vm.expectRevert(refusal);
        market.withdraw(6);
        vm.expectRevert(refusal);
        market.redeemToken(6);
    }

    function test_RedeemAndWithdrawWhilePausedAndStale() external {
        _buyTokens(bea, 10e18);
        vm.prank(ADMIN);
        market.pause();
        // Needs of two epochs got no report, and it is epoch 5.
        vm.startPrank(bea);
        market.declareNeed(4, 1);
        market.declareNeed(5, 1);
        vm.warp(_start(20));
        bytes memory stale = abi.encodeWithSelector(
            IOracleEvents.StalePrice.selector,
            Feed.Elecoin,
            5
        );
        vm.expectRevert(stale);
        market.buyToken(0);
        market.withdraw(4e18);
        market.redeemToken(6e18);
        market.withdrawRefund();
        elecoin.approve(address(market), 4e18);
        market.deposit(4e18);
        market.redeemToken(4e18);
        assertEq(elecoin.totalSupply(), 0, "all redeemed");
    }

    /* ------------------------------------------------- coin and permit -------------------------------------------- */

    function testFuzz_DepositAndWithdraw(uint96 amount_) external {
        uint256 amount = bound(amount_, 1, CAP);
        _buyTokens(bea, amount);
        vm.startPrank(bea);
        vm.expectEmit(address(market));
        emit IMarketEvents.Withdrawn(bea, amount);
        market.withdraw(amount);
        assertEq(elecoin.balanceOf(bea), amount, "wallet");
        elecoin.transfer(stranger, amount);
        vm.stopPrank();
        vm.startPrank(stranger);
        elecoin.approve(address(market), amount);
        vm.expectEmit(address(market));
        emit IMarketEvents.Deposited(stranger, amount);
        market.deposit(amount);
        assertEq(market.account(stranger).deposit, amount, "a deposit needs no membership");
        market.redeemToken(amount);
        assertEq(stranger.balance, (amount * C) / WAD, "nor does redemption");
    }

    function test_DonationsAreRefused() external {
        _buyTokens(bea, 10);
        vm.startPrank(bea);
        market.withdraw(10);
        elecoin.approve(bob, 10);
        bytes memory refusal = abi.encodeWithSelector(IElecoin.UseDeposit.selector, bea, 10);
        vm.expectRevert(refusal);
        elecoin.transfer(address(market), 10);
        vm.stopPrank();
        vm.expectRevert(refusal);
        vm.prank(bob);
        elecoin.transferFrom(bea, address(market), 10);
        vm.expectRevert(
            abi.encodeWithSelector(
                IERC20Errors.ERC20InsufficientAllowance.selector,
                address(market),
                0,
                10
            )
        );
        vm.prank(bea);
        market.deposit(10);
    }

    function _permit(
        uint256 amount,
        uint256 deadline,
        uint256 nonce
    ) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typeHash = keccak256(
            "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
        );
        bytes32 inner = keccak256(
            abi.encode(typeHash, bea, address(market), amount, nonce, deadline)
        );
        return
            vm.sign(
                BEA_KEY,
                keccak256(abi.encodePacked(hex"1901", elecoin.DOMAIN_SEPARATOR(), inner))
            );
    }

    function testFuzz_DepositWithPermit(uint96 amount_, bool front) external {
        uint256 amount = bound(amount_, 1, CAP);
        _buyTokens(bea, amount);
        vm.prank(bea);
        market.withdraw(amount);
        (uint8 v, bytes32 r, bytes32 s) = _permit(amount, block.timestamp, 0);
        // Whoever sees the transaction may use its permit first.
        if (front) elecoin.permit(bea, address(market), amount, block.timestamp, v, r, s);
        vm.prank(bea);
        market.depositWithPermit(amount, block.timestamp, v, r, s);
        assertEq(market.account(bea).deposit, amount, "deposit");
        assertEq(elecoin.nonces(bea), 1, "nonce");
    }

    function test_PermitIsHersOnceAndInTime() external {
        _buyTokens(bea, 10);
        vm.prank(bea);
        market.withdraw(10);
        (uint8 v, bytes32 r, bytes32 s) = _permit(10, block.timestamp, 0);
        bytes memory refusal = abi.encodeWithSelector(
            IERC20Errors.ERC20InsufficientAllowance.selector,
            address(market),
            0,
            10
        );
        vm.expectRevert(); // another signer than the owner
        elecoin.permit(bob, address(market), 10, block.timestamp, v, r, s);
        vm.expectRevert(refusal);
        vm.prank(bea);
        market.depositWithPermit(10, block.timestamp + 1, v, r, s);
        uint256 deadline = block.timestamp;
        vm.warp(deadline + 1);
        vm.expectRevert(
            abi.encodeWithSelector(ERC20Permit.ERC2612ExpiredSignature.selector, deadline)
        );
        elecoin.permit(bea, address(market), 10, deadline, v, r, s);
        vm.warp(deadline);
        elecoin.permit(bea, address(market), 10, deadline, v, r, s);
        vm.expectRevert();
        elecoin.permit(bea, address(market), 10, deadline, v, r, s);
    }

    /* ----------------------------------------------------- surplus ------------------------------------------------ */

    function test_SurplusIsWhatElecoinsCostAboveC() external {
        _postElecoin(0, 1_040_000);
        vm.warp(T0);
        _buyTokens(bea, 100e18);
        // (1.04 − 0.97) × 100, in equal shares.
        uint256 share = uint256(7e18) / 3;
        address first = vm.addr(serverKeys[0]);
        assertEq(market.surplusOf(first), share, "waiting");
        vm.expectEmit(address(market));
        emit IMarketEvents.SurplusWithdrawn(first, share);
        vm.prank(first);
        market.withdrawSurplus();
        assertEq(first.balance, share, "paid");
        assertEq(market.surplusOf(first), 0, "once");
        assertEq(market.surplusOf(vm.addr(serverKeys[1])), share, "the others keep theirs");
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NothingOwed.selector, first));
        vm.prank(first);
        market.withdrawSurplus();
        vm.expectRevert(abi.encodeWithSelector(IMarketEvents.NothingOwed.selector, ann));
        vm.prank(ann);
        market.withdrawSurplus();
        _solvent();
    }

    function test_FormerServersKeepWhatTheyEarned() external {
        _postElecoin(0, 1_050_000);
        vm.warp(T0);
        _buyTokens(bea, 30e18);
        EdgeServer[] memory next = new EdgeServer[](1);
        next[0] = EdgeServer(stranger, bob);
        vm.prank(ADMIN);
        market.setEdgeServers(next);
        _buyTokens(bob, 30e18);
        // (1.05 − 0.97) × 30 each time.
        assertEq(market.surplusOf(vm.addr(serverKeys[2])), 0.8e18, "former");
        assertEq(market.surplusOf(stranger), 2.4e18, "present");
        for (uint256 i; i < 3; i++) {
            vm.prank(vm.addr(serverKeys[i]));
            market.withdrawSurplus();
        }
        vm.prank(stranger);
        market.withdrawSurplus();
        _solvent();
        // Everybody leaves, and everybody is paid.
        vm.prank(bea);
        market.redeemToken(30e18);
        vm.prank(bob);
        market.redeemToken(30e18);
        vm.prank(bea);
        market.withdrawRefund();
        vm.prank(bob);
        market.withdrawRefund();
        assertEq(address(market).balance, 0, "nothing is left");
    }

    function test_ForcedCoinIsSurplusAndNothingElse() external {
        _buyTokens(bea, 10e18);
        vm.deal(address(this), 1);
        (bool taken, ) = address(market).call{value: 1}("");
        assertTrue(!taken, "the market takes no coin but for elecoins");
        // What a selfdestruct or a block reward would do.
        vm.deal(address(market), address(market).balance + 9);
        assertEq(elecoin.totalSupply(), 10e18, "no elecoin comes of it");
        assertEq(market.refundOf(address(this)), 0, "no refund");
        assertEq(market.surplusOf(vm.addr(serverKeys[0])), 3, "surplus");
        _solvent();
    }

    /* --------------------------------------------------- reentrancy ----------------------------------------------- */

    function testFuzz_ReentryGainsNothing(uint8 outer, uint8 inner) external {
        Caller caller = new Caller(market);
        vm.prank(ADMIN);
        market.empower(address(caller), bytes32(0), NORTH, false, true, RATED);
        EdgeServer[] memory servers = new EdgeServer[](1);
        servers[0] = EdgeServer(address(caller), bob);
        vm.prank(ADMIN);
        market.setEdgeServers(servers);
        _buyTokens(bea, 100e18);
        vm.deal(address(caller), 20e18);
        caller.run(abi.encodeCall(market.buyToken, (10e18)), 20e18);
        vm.deal(address(market), address(market).balance + 3e18);
        bytes[3] memory paying = [
            abi.encodeCall(market.redeemToken, (10e18)),
            abi.encodeCall(market.withdrawRefund, ()),
            abi.encodeCall(market.withdrawSurplus, ())
        ];
        caller.prepare(paying[inner % 3]);
        caller.run(paying[outer % 3], 0);
        assertTrue(caller.entered() == (inner % 3 != outer % 3), "only what is still owed is paid");
        for (uint256 i; i < 3; i++) {
            caller.run(paying[i], 0);
        }
        assertEq(address(caller).balance, 9.7e18 + 10.3e18 + 3e18, "each once");
        _solvent();
    }

    function test_WhoTakesNoCoinHindersNobody() external {
        Closed shut = new Closed();
        vm.prank(ADMIN);
        market.empower(address(shut), bytes32(0), NORTH, false, true, RATED);
        vm.deal(address(this), 10);
        shut.run{value: 10}(address(market), abi.encodeCall(market.buyToken, (4)));
        vm.expectRevert(
            abi.encodeWithSelector(IMarketEvents.TransferFailed.selector, address(shut), 6)
        );
        shut.run(address(market), abi.encodeCall(market.withdrawRefund, ()));
        assertEq(market.refundOf(address(shut)), 6, "still owed");
        _solvent();
    }

    /// @dev Every wei that the market owes is there.
    function _solvent() private view {
        uint256 owed =
            (elecoin.totalSupply() * C + WAD - 1) / WAD +
                market.refundOf(bea) +
                market.refundOf(bob);
        for (uint256 i; i < 3; i++) {
            owed += market.surplusOf(vm.addr(serverKeys[i]));
        }
        assertGe(address(market).balance, owed, "reserve");
        uint256 deposits = market.account(bea).deposit + market.account(bob).deposit;
        assertGe(elecoin.balanceOf(address(market)), deposits, "deposits");
    }
}
