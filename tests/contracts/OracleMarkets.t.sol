// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    Feed,
    IEquilibriumOracle,
    Report,
    Signature
} from "contracts/interfaces/IEquilibriumOracle.sol";
import {MarketFixture} from "./utils/MarketFixture.sol";

/// @dev Says whatever it was told, or fails with it.
contract Impostor {
    bytes private answer;
    bool private fails;

    function prepare(bytes calldata answer_, bool fails_) external {
        (answer, fails) = (answer_, fails_);
    }

    fallback() external {
        bytes memory said = answer;
        bool failing = fails;
        assembly ("memory-safe") {
            if failing {
                revert(add(said, 32), mload(said))
            }
            return(add(said, 32), mload(said))
        }
    }
}

/// @notice An oracle whose market is none: its errors come through, and an answer that is too short is none.
contract OracleMarketsTest is MarketFixture {
    Impostor private impostor = new Impostor();

    function setUp() public override {
        super.setUp();
        address tribunal = _create(
            "OracleTribunal",
            abi.encode(impostor, _schedule(), _oracleTerms())
        );
        oracle = IEquilibriumOracle(
            _create(
                "EquilibriumOracle",
                abi.encode(impostor, _schedule(), _oracleTerms(), tribunal)
            )
        );
        vm.prank(address(impostor));
        oracle.setEdgeServers(_servers());
    }

    /// @dev Errors as they are; a byte less than is expected, nothing; exactly as much, an answer.
    function _tryAnswers(bytes memory call, uint256 size, bytes4 beyond) private {
        impostor.prepare("told", true);
        (bool done, bytes memory why) = address(oracle).call(call);
        assertTrue(!done, "failed");
        assertEq(why, "told", "its own error");
        impostor.prepare(new bytes(size - 1), false);
        (done, why) = address(oracle).call(call);
        assertTrue(!done, "too short");
        assertEq(why, "", "no error of anybody");
        impostor.prepare(new bytes(size), false);
        (done, why) = address(oracle).call(call);
        assertTrue(!done, "an answer of nothing but zeros");
        assertEq(bytes32(bytes4(why)), bytes32(beyond), "is read");
    }

    function test_TermsOfReportsAreWholeOrNone() external {
        bytes4 stale = bytes4(keccak256("StalePrice(uint8,uint256)"));
        _tryAnswers(abi.encodeCall(oracle.elecoinPrice, (0)), 96, stale);
    }

    function test_TermsOfNeedsAreWholeOrNone() external {
        vm.warp(_needDeadline(0));
        Report memory report = Report({
            feed: Feed.Elecoin,
            epoch: 0,
            value: 1_020_000 * TICK,
            inputBlock: uint64(block.number - 1),
            inputBlockHash: blockhash(block.number - 1),
            commitment: 0,
            signerSet: oracle.signerSet(),
            root: 0
        });
        Signature[] memory signatures = _sign(report, 5);
        bytes4 nothing = bytes4(keccak256("NothingDeclared(uint8,uint32)"));
        bytes memory call = abi.encodeCall(oracle.post, (report, signatures, hex"01"));
        _tryAnswers(call, 224, nothing);
    }
}
