// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Signature} from "../interfaces/OracleTypes.sol";

/// @title SignatureCheck
/// @notice Whether an account signed a digest: a key by ECDSA, a contract by ERC-1271.
/// @dev Stands for OpenZeppelin's `SignatureChecker`, whose version 5.4 needs an instruction that paris has not (mcopy).
library SignatureCheck {
    uint256 private constant COMPACT_LENGTH = 64;
    /// @dev Half the order of secp256k1, rounded down: a signature with a greater s is another one's mirror (EIP-2).
    uint256 private constant GREATEST_S =
        0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;

    /// @notice Whose key made a signature. Reverts as ECDSA does where it is nobody's.
    /// @dev What ECDSA does, from calldata and without its errors: where there is no signer, it says why.
    function recover(
        bytes32 digest,
        Signature calldata signature
    ) internal view returns (address signer) {
        uint256 greatest = GREATEST_S;
        assembly ("memory-safe") {
            let free := mload(0x40)
            let vs := calldataload(add(signature, 0x20))
            let s := shr(1, shl(1, vs))
            if iszero(gt(s, greatest)) {
                mstore(free, digest)
                mstore(add(free, 0x20), add(shr(255, vs), 27))
                mstore(add(free, 0x40), calldataload(signature))
                mstore(add(free, 0x60), s)
                // A failed recovery returns nothing.
                mstore(0, 0)
                pop(staticcall(gas(), 1, free, 0x80, 0, 0x20))
                signer := mload(0)
            }
        }
        if (signer == address(0)) signer = ECDSA.recover(digest, signature.r, signature.vs);
    }

    /// @param signature Of a key: 65 bytes r, s, v, or 64 bytes as in EIP-2098. Of a contract: what it understands.
    function isSignedBy(
        address signer,
        bytes32 digest,
        bytes memory signature
    ) internal view returns (bool) {
        return
            signer.code.length == 0
                ? _isKeys(signer, digest, signature)
                : _isContracts(signer, digest, signature);
    }

    /// @dev A signature that recovers nobody is nobody's, the zero address's neither.
    function _isKeys(
        address signer,
        bytes32 digest,
        bytes memory signature
    ) private pure returns (bool) {
        address recovered;
        ECDSA.RecoverError failure;
        if (signature.length == COMPACT_LENGTH) {
            (bytes32 r, bytes32 vs) = abi.decode(signature, (bytes32, bytes32));
            (recovered, failure, ) = ECDSA.tryRecover(digest, r, vs);
        } else {
            (recovered, failure, ) = ECDSA.tryRecover(digest, signature);
        }
        return failure == ECDSA.RecoverError.NoError && recovered == signer;
    }

    function _isContracts(
        address signer,
        bytes32 digest,
        bytes memory signature
    ) private view returns (bool) {
        (bool answered, bytes memory answer) = signer.staticcall(
            abi.encodeCall(IERC1271.isValidSignature, (digest, signature))
        );
        return
            answered &&
            answer.length >= 32 &&
            abi.decode(answer, (bytes32)) == bytes32(IERC1271.isValidSignature.selector);
    }
}
