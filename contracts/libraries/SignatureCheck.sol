// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title SignatureCheck
/// @notice Whether an account signed a digest: a key by ECDSA, a contract by ERC-1271.
/// @dev Stands for OpenZeppelin's `SignatureChecker`, whose version 5.4 needs an instruction that paris has not (mcopy).
library SignatureCheck {
    uint256 private constant COMPACT_LENGTH = 64;

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
