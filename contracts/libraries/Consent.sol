// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignedMath} from "@openzeppelin/contracts/utils/math/SignedMath.sol";
import {IOracleEvents} from "../interfaces/IOracleEvents.sol";
import {Declarations} from "./Declarations.sol";
import {PostedValue} from "./PostedValue.sol";
import {WAD} from "./Rounding.sol";

/// @title Consent
/// @notice The certificate of a price whose parameters members keep to themselves: each signs the quantity that she
/// wants at it. It says that they agree and that it clears, not that it is the equilibrium.
/// @dev Packed: the number n of declarations (3 bytes), n targets as in {Declarations}, and for each approval 75 bytes:
/// the index of the member's declaration (3), her Wh, positive to sell (8), and her signature (r 32, vs 32).
library Consent {
    bytes32 private constant TYPEHASH = keccak256(
        "Consent(uint32 period,uint256 value,bytes32 commitment,int64 energyWh)"
    );
    uint256 private constant COUNT_BYTES = 3;
    uint256 private constant APPROVAL_BYTES = 75;
    uint256 private constant BPS = 10_000;
    /// @dev The price of a declared surplus that may not be sold.
    uint256 private constant NEVER_SELLS = type(uint32).max;

    /// @notice What was reported, and where signatures count.
    struct Terms {
        uint32 period;
        uint256 value;
        bytes32 commitment;
        uint256 shareBps;
        bytes32 domain;
    }

    /// @dev In Wh. `declared` and `consented` are Σ |net| over all members and over those who signed.
    struct Sums {
        uint256 declared;
        uint256 consented;
        uint256 demand;
        uint256 supply;
    }

    /// @notice The EIP-712 digest that a member signs.
    function digest(
        bytes32 domain,
        uint256 period,
        uint256 value,
        bytes32 commitment,
        int64 energyWh
    ) internal pure returns (bytes32) {
        return
            MessageHashUtils.toTypedDataHash(
                domain,
                keccak256(abi.encode(TYPEHASH, period, value, commitment, energyWh))
            );
    }

    /// @notice Reverts unless members with `shareBps` of the declared energy signed quantities that clear, and the
    /// posted fractions are theirs: all demand is served, and the matching probability is demand ÷ supply, rounded down.
    function certify(bytes calldata data, Terms memory terms) internal {
        uint256 end = COUNT_BYTES + uint24(bytes3(data[:COUNT_BYTES])) * Declarations.TARGET_BYTES;
        Sums memory sums = _sums(data[COUNT_BYTES:end], data[end:], terms);
        uint256 needed = Math.ceilDiv(sums.declared * terms.shareBps, BPS);
        require(sums.consented >= needed, IOracleEvents.ConsentTooSmall(sums.consented, needed));
        require(
            sums.demand != 0 && sums.demand <= sums.supply,
            IOracleEvents.ConsentDoesNotClear(sums.demand, sums.supply)
        );
        (, uint64 matching, uint64 served) = PostedValue.unpack(terms.value);
        require(
            served == WAD && matching == (sums.demand * WAD) / sums.supply,
            PostedValue.MalformedValue(terms.value)
        );
    }

    /// @dev One pass over the declarations, with the approvals beside them.
    function _sums(
        bytes calldata declared,
        bytes calldata approvals,
        Terms memory terms
    ) private returns (Sums memory sums) {
        uint256 n = Declarations.count(declared, Declarations.TARGET_BYTES);
        bytes32 folded;
        for (uint256 i; i < n; i++) {
            (uint256 account, uint256 word) = Declarations.targetAt(declared, i, terms.period);
            folded = Declarations.fold(folded, account, word);
            sums.declared += SignedMath.abs(_net(word));
            if (approvals.length == 0 || uint24(bytes3(approvals[:COUNT_BYTES])) != i) continue;
            _approve(sums, approvals[:APPROVAL_BYTES], account, word, terms);
            approvals = approvals[APPROVAL_BYTES:];
        }
        require(
            folded == terms.commitment,
            Declarations.WrongDeclarations(folded, terms.commitment)
        );
        require(approvals.length == 0, IOracleEvents.InvalidApproval(n, address(0)));
    }

    function _approve(
        Sums memory sums,
        bytes calldata approval,
        uint256 account,
        uint256 word,
        Terms memory terms
    ) private {
        int64 energyWh = int64(uint64(bytes8(approval[3:11])));
        address member = address(uint160(account));
        address signer = ECDSA.recover(
            digest(terms.domain, terms.period, terms.value, terms.commitment, energyWh),
            bytes32(approval[11:43]),
            bytes32(approval[43:])
        );
        require(
            signer == member && _mayWant(word, energyWh),
            IOracleEvents.InvalidApproval(uint24(bytes3(approval[:COUNT_BYTES])), member)
        );
        sums.consented += SignedMath.abs(_net(word));
        if (energyWh < 0) sums.demand += SignedMath.abs(energyWh);
        else sums.supply += uint64(energyWh);
        emit IOracleEvents.Consented(terms.period, member, energyWh);
    }

    function _net(uint256 word) private pure returns (int256) {
        return int32(uint32(word >> 64));
    }

    /// @dev No more than she declared, and on the same side of the market.
    function _mayWant(uint256 word, int64 energyWh) private pure returns (bool) {
        int256 net = _net(word);
        if (energyWh <= 0) return energyWh == 0 || energyWh >= net;
        return energyWh <= net && uint32(word >> 32) != NEVER_SELLS;
    }
}
