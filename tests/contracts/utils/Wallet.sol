// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {IStandingOrders} from "contracts/interfaces/IStandingOrders.sol";

/// @title Wallet
/// @notice A contract account of one owner: it does what she says, and what she signed it has signed.
contract Wallet is IERC1271, ERC1155Holder {
    address public immutable owner;

    error NotOwner(address caller);
    error CallFailed(bytes reason);

    constructor(address owner_) {
        owner = owner_;
    }

    function perform(address target, bytes calldata data) external {
        require(msg.sender == owner, NotOwner(msg.sender));
        (bool done, bytes memory reason) = target.call(data);
        require(done, CallFailed(reason));
    }

    function isValidSignature(
        bytes32 digest,
        bytes calldata signature
    ) external view returns (bytes4) {
        (address signer, , ) = ECDSA.tryRecover(digest, signature);
        return signer == owner ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// @title Reenterer
/// @notice A seller who is also a buyer's agent, and buys from itself again while it receives its certificates.
contract Reenterer is ERC1155Holder {
    IStandingOrders private immutable _orders;
    address private immutable _member;
    uint32 private _energyWh;

    constructor(IStandingOrders orders_, address member_) {
        (_orders, _member) = (orders_, member_);
    }

    function buyTwice(uint32 energyWh) external {
        _energyWh = energyWh;
        _orders.tradeGreen(_member, address(this), 0, energyWh, 1, 1e18, block.timestamp);
    }

    function onERC1155Received(
        address,
        address,
        uint256,
        uint256,
        bytes memory
    ) public override returns (bytes4) {
        _orders.trade(_member, address(this), 0, _energyWh, 1, 1e18, block.timestamp);
        return this.onERC1155Received.selector;
    }
}
