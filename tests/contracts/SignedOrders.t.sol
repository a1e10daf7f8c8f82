// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {IStandingOrders, Order, OrderTerms} from "contracts/interfaces/IStandingOrders.sol";
import {SignatureCheck} from "contracts/libraries/SignatureCheck.sol";
import {OrdersFixture} from "./utils/OrdersFixture.sol";
import {Wallet} from "./utils/Wallet.sol";

/// @notice Orders that a member signs and somebody else relays.
contract SignedOrdersTest is OrdersFixture {
    uint256 private constant HALF_ORDER =
        0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    uint256 private constant GROUP_ORDER =
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function _relay(
        address member,
        OrderTerms memory terms,
        uint256 nonce,
        uint256 deadline,
        bytes memory signature
    ) private {
        vm.prank(stranger);
        orders.setOrderFor(member, terms, nonce, deadline, signature);
    }

    /// @dev Signed by bea as things stand, for an hour.
    function _signed(OrderTerms memory terms) private view returns (uint256, bytes memory) {
        uint256 deadline = block.timestamp + 3600;
        bytes32 digest = orders.orderDigest(bea, terms, orders.nonces(bea), deadline);
        return (deadline, _signature(BEA_KEY, digest));
    }

    function test_AnyoneRelays(
        address agent_,
        uint96 maxPrice,
        uint96 dailyBudget,
        uint40 until
    ) external {
        until = uint40(bound(until, block.timestamp + 1, type(uint40).max));
        vm.assume(agent_ != address(0));
        OrderTerms memory terms = OrderTerms(agent_, maxPrice, dailyBudget, until);
        (uint256 deadline, bytes memory signature) = _signed(terms);
        vm.expectEmit(address(orders));
        emit IStandingOrders.OrderSet(bea, agent_, maxPrice, dailyBudget, until);
        _relay(bea, terms, 0, deadline, signature);
        Order memory order = Order(agent_, maxPrice, dailyBudget, 0, until, 0);
        assertEq(abi.encode(orders.orderOf(bea)), abi.encode(order), "stored");
        assertEq(orders.nonces(bea), 1, "nonce");
    }

    /// @dev EIP-712 by hand.
    function test_TheDigestIsTheStandards() external view {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("wattmarket StandingOrders"),
                keccak256("1"),
                block.chainid,
                address(orders)
            )
        );
        bytes32 order = keccak256(
            abi.encode(
                keccak256(
                    "StandingOrder(address member,address agent,uint96 maxPrice,uint96 dailyBudget,uint40 until,uint256 nonce,uint256 deadline)"
                ),
                bea,
                agent,
                uint256(MAX_PRICE),
                uint256(BUDGET),
                uint256(UNTIL),
                uint256(7),
                uint256(99)
            )
        );
        assertEq(
            orders.orderDigest(bea, _orderTerms(), 7, 99),
            MessageHashUtils.toTypedDataHash(domain, order),
            "order"
        );
        bytes32 revocation = keccak256(
            abi.encode(
                keccak256("Revocation(address member,uint256 nonce,uint256 deadline)"),
                bea,
                uint256(7),
                uint256(99)
            )
        );
        assertEq(
            orders.revocationDigest(bea, 7, 99),
            MessageHashUtils.toTypedDataHash(domain, revocation),
            "revocation"
        );
    }

    function test_ASignatureCountsOnce() external {
        (uint256 deadline, bytes memory signature) = _signed(_orderTerms());
        _relay(bea, _orderTerms(), 0, deadline, signature);
        vm.expectRevert(
            abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, bea, uint256(1))
        );
        _relay(bea, _orderTerms(), 0, deadline, signature);
        // Under the next nonce it is not what she signed.
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, bea));
        _relay(bea, _orderTerms(), 1, deadline, signature);
    }

    /// @dev What she does herself voids what she signed before.
    function test_HerOwnActVoidsWhatSheSigned() external {
        (uint256 deadline, bytes memory signature) = _signed(_orderTerms());
        vm.prank(bea);
        orders.revokeOrder();
        vm.expectRevert(
            abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, bea, uint256(1))
        );
        _relay(bea, _orderTerms(), 0, deadline, signature);
        (deadline, signature) = _signed(_orderTerms());
        _order(bea, 1, 1);
        vm.expectRevert(
            abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, bea, uint256(2))
        );
        _relay(bea, _orderTerms(), 1, deadline, signature);
        assertEq(orders.orderOf(bea).maxPrice, 1, "her own order");
    }

    function test_ASignatureExpires(uint256 late) external {
        (uint256 deadline, bytes memory signature) = _signed(_orderTerms());
        late = bound(late, deadline, deadline + 1);
        vm.warp(late);
        if (late > deadline) {
            vm.expectRevert(
                abi.encodeWithSelector(IStandingOrders.SignatureExpired.selector, deadline)
            );
        }
        _relay(bea, _orderTerms(), 0, deadline, signature);
    }

    /// @dev Every field is signed: who changes one has no signature.
    function test_EveryFieldIsSigned(uint256 field, uint256 other) external {
        OrderTerms memory terms = _orderTerms();
        (uint256 deadline, bytes memory signature) = _signed(terms);
        address member = bea;
        field = bound(field, 0, 5);
        if (field == 0) terms.agent = vm.addr(bound(other, 1, HALF_ORDER));
        else if (field == 1) terms.maxPrice = uint96(other);
        else if (field == 2) terms.dailyBudget = uint96(other);
        else if (field == 3)
            terms.until = uint40(bound(other, block.timestamp + 1, type(uint40).max));
        else if (field == 4) deadline = bound(other, block.timestamp, type(uint256).max);
        else member = vm.addr(bound(other, 1, HALF_ORDER));
        vm.assume(
            keccak256(abi.encode(terms)) != keccak256(abi.encode(_orderTerms())) ||
                deadline != block.timestamp + 3600 ||
                member != bea
        );
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, member));
        _relay(member, terms, 0, deadline, signature);
    }

    function test_NotOnAnotherChain() external {
        (uint256 deadline, bytes memory signature) = _signed(_orderTerms());
        vm.chainId(block.chainid + 1);
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, bea));
        _relay(bea, _orderTerms(), 0, deadline, signature);
    }

    function test_SignaturesThatAreNone(bytes calldata noise) external {
        (uint256 deadline, ) = _signed(_orderTerms());
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, bea));
        _relay(bea, _orderTerms(), 0, deadline, noise);
        // Nor does a signature that recovers nobody make the zero address a member.
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, address(0))
        );
        _relay(address(0), _orderTerms(), 0, deadline, noise);
    }

    function test_NotTheOtherHalfOfTheCurve() external {
        uint256 deadline = block.timestamp;
        bytes32 digest = orders.orderDigest(bea, _orderTerms(), 0, deadline);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BEA_KEY, digest);
        bytes memory mirrored = abi.encodePacked(r, GROUP_ORDER - uint256(s), v ^ 7);
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, bea));
        _relay(bea, _orderTerms(), 0, deadline, mirrored);
    }

    function test_TheCompactFormToo(uint256 key, bytes32 digest, bytes32 another) external view {
        key = bound(key, 1, HALF_ORDER);
        vm.assume(vm.addr(key) != stranger);
        (bytes32 r, bytes32 vs) = vm.signCompact(key, digest);
        bytes memory compact = abi.encodePacked(r, vs);
        address signer = vm.addr(key);
        assertTrue(SignatureCheck.isSignedBy(signer, digest, compact), "compact");
        assertTrue(SignatureCheck.isSignedBy(signer, digest, _signature(key, digest)), "65 bytes");
        assertTrue(!SignatureCheck.isSignedBy(stranger, digest, compact), "another signer");
        vm.assume(another != digest);
        assertTrue(!SignatureCheck.isSignedBy(signer, another, compact), "another digest");
    }

    /* --------------------------------------------------- revocation ---------------------------------------------- */

    function test_RevokedAtOnce() external {
        _order(bea, MAX_PRICE, BUDGET);
        vm.expectEmit(address(orders));
        emit IStandingOrders.OrderRevoked(bea, agent);
        vm.prank(bea);
        orders.revokeOrder();
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.NotAgent.selector, bea, agent));
        vm.prank(agent);
        orders.declareNeed(bea, 0, 1);
    }

    function test_RevokedBySignature() external {
        _order(bea, MAX_PRICE, BUDGET);
        uint256 deadline = block.timestamp;
        bytes memory signature = _signature(BEA_KEY, orders.revocationDigest(bea, 1, deadline));
        vm.prank(stranger);
        orders.revokeOrderFor(bea, 1, deadline, signature);
        assertEq(orders.orderOf(bea).agent, address(0), "no agent");
        assertEq(orders.nonces(bea), 2, "nonce");
        vm.expectRevert(
            abi.encodeWithSelector(Nonces.InvalidAccountNonce.selector, bea, uint256(2))
        );
        vm.prank(stranger);
        orders.revokeOrderFor(bea, 1, deadline, signature);
        // A revocation is no order, nor the other way round.
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, bea));
        _relay(bea, _orderTerms(), 2, deadline, signature);
        signature = _signature(BEA_KEY, orders.orderDigest(bea, _orderTerms(), 2, deadline));
        vm.expectRevert(abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, bea));
        vm.prank(stranger);
        orders.revokeOrderFor(bea, 2, deadline, signature);
    }

    /* ------------------------------------------------- contract members ------------------------------------------ */

    function test_AContractSignsByItsOwner() external {
        Wallet wallet = new Wallet(bea);
        uint256 deadline = block.timestamp;
        bytes32 digest = orders.orderDigest(address(wallet), _orderTerms(), 0, deadline);
        bytes memory strangers = _signature(BOB_KEY, digest);
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, address(wallet))
        );
        _relay(address(wallet), _orderTerms(), 0, deadline, strangers);
        _relay(address(wallet), _orderTerms(), 0, deadline, _signature(BEA_KEY, digest));
        assertEq(orders.orderOf(address(wallet)).agent, agent, "set");
        // A contract that does not know ERC-1271 signs nothing.
        digest = orders.orderDigest(address(elecoin), _orderTerms(), 0, deadline);
        bytes memory signature = _signature(BEA_KEY, digest);
        vm.expectRevert(
            abi.encodeWithSelector(IStandingOrders.InvalidSignature.selector, address(elecoin))
        );
        _relay(address(elecoin), _orderTerms(), 0, deadline, signature);
    }
}
