// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Report, Signature} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {Declarations} from "contracts/libraries/Declarations.sol";
import {ConsentFixture} from "./utils/ConsentFixture.sol";

/// @notice All must agree: to the last Wh of what was declared.
contract ConsentOfAllTest is ConsentFixture {
    function _share() internal pure override returns (uint16) {
        return 10_000;
    }

    function setUp() public override {
        // So much that one Wh is less than a ten thousandth of it.
        _nets = [int256(10_000), -10_000, int256(1), -1];
        super.setUp();
    }

    function test_OneWhMissingIsTooLittle() external {
        Report memory r = _reported(WAD);
        _refused(
            r,
            _approvals(r, 7),
            abi.encodeWithSelector(IOracleEvents.ConsentTooSmall.selector, 20_001, 20_002)
        );
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Consented(0, ann, 10_000);
        vm.expectEmit(address(oracle));
        emit IOracleEvents.Consented(0, bea, -10_000);
        oracle.post(r, _sign(r, 3), _data(_approvals(r, 15)));
    }
}

/// @notice Shares, sides and nothing at all, to the unit.
contract ConsentEdgesTest is ConsentFixture {
    /// @dev Of 2000 Wh declared this is 1100.2.
    function _share() internal pure override returns (uint16) {
        return 5501;
    }

    function setUp() public override {
        // A seller for nothing; and bob, who may not sell, declares what he has too much at no price.
        (_prices[0], _nets[3], _prices[3]) = (0, 500, type(uint32).max);
        _nets[3] = 500;
        super.setUp();
    }

    function _wants(
        Report memory r,
        int64[4] memory wants,
        uint256 mask
    ) private view returns (bytes memory all) {
        for (uint256 i; i < 4; i++) {
            if ((mask >> i) & 1 == 1) all = bytes.concat(all, _approval(r, i, _keys[i], wants[i]));
        }
    }

    function test_TheShareIsRoundedUp() external {
        Report memory r = _reported((500 * WAD) / 600);
        _refused(
            r,
            _wants(r, [int64(600), -500, 0, 0], 3),
            abi.encodeWithSelector(IOracleEvents.ConsentTooSmall.selector, 1100, 1101)
        );
    }

    /// @dev Whoever signs for 0 Wh is counted, on either side, and takes no part.
    function test_NothingWantedClearsNothing() external {
        Report memory r = _reported(0);
        _refused(
            r,
            _wants(r, [int64(600), 0, 0, 0], 15),
            abi.encodeWithSelector(IOracleEvents.ConsentDoesNotClear.selector, 0, 600)
        );
        r = _reported(WAD / 600);
        oracle.post(r, _sign(r, 3), _data(_wants(r, [int64(600), -1, 0, 0], 15)));
    }

    function test_OneWhIsWantedOnEitherSide() external {
        Report memory r = _reported(WAD);
        oracle.post(r, _sign(r, 3), _data(_wants(r, [int64(0), -1, 1, 0], 15)));
    }

    function test_WhoMayNotSellDoesNot() external {
        Report memory r = _reported(WAD);
        _refused(
            r,
            _wants(r, [int64(600), -500, 400, 1], 15),
            abi.encodeWithSelector(IOracleEvents.InvalidApproval.selector, 3, bob)
        );
    }

    function test_ApprovalsAreToTheDeclarationsCommitted() external {
        Report memory r = _reported(WAD);
        bytes memory declared = targetsOf[0];
        // The price of the last, of whom nothing is asked.
        declared[4 * 35 - 5] ^= 0x01;
        bytes memory approvals = _wants(r, [int64(500), -500, 0, 0], 7);
        Signature[] memory s = _sign(r, 3);
        bytes memory certificate = _data(declared, approvals);
        vm.expectRevert(_wrong(declared, r.commitment));
        oracle.post(r, s, certificate);
        oracle.post(r, s, _data(approvals));
    }

    function _wrong(bytes memory declared, bytes32 committed) private view returns (bytes memory) {
        bytes32 folded;
        for (uint256 i; i < 4; i++) {
            uint256 word;
            for (uint256 k = 20; k < 35; k++) word = (word << 8) | uint8(declared[35 * i + k]);
            address who = [ann, bea, sam, bob][i];
            // A packed declaration leaves its period out.
            word = ((word >> 96) << 120) | uint96(word);
            folded = keccak256(abi.encode(folded, who, word));
        }
        return abi.encodeWithSelector(Declarations.WrongDeclarations.selector, folded, committed);
    }
}
