"""EIP-2098 signatures: who signed a digest."""

from __future__ import annotations

from eth_keys.datatypes import Signature as KeySignature
from eth_keys.exceptions import BadSignature
from eth_utils.address import to_checksum_address
from eth_utils.exceptions import ValidationError

_LOW = (1 << 255) - 1
HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0
"""secp256k1 n / 2: an s above it is the second form of a signature, which the contracts refuse."""


class NoSigner(ValueError):
    """Nobody made this signature, or it is the second form of one."""


def recover(digest: bytes, r: bytes, vs: bytes) -> str:
    """The signer's address. Raises NoSigner where there is none, as the contracts do."""
    word = int.from_bytes(vs, "big")
    s, v = word & _LOW, word >> 255
    if len(r) != 32 or len(vs) != 32 or s > HALF_ORDER:
        raise NoSigner("a signature of another form than EIP-2098")
    try:
        signature = KeySignature(vrs=(v, int.from_bytes(r, "big"), s))
        key = signature.recover_public_key_from_msg_hash(digest)
    except (BadSignature, ValidationError, ValueError) as error:
        raise NoSigner("a signature of nobody") from error
    return str(to_checksum_address(key.to_canonical_address()))
