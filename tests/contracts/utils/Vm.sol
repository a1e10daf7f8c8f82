// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The part of forge's cheat codes that these tests use.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function getBlockNumber() external view returns (uint256);
    function chainId(uint256 id) external;
    function deal(address who, uint256 balance) external;
    function prank(address sender) external;
    function startPrank(address sender) external;
    function stopPrank() external;
    function addr(uint256 key) external pure returns (address);
    function label(address who, string calldata name) external;
    function sign(
        uint256 key,
        bytes32 digest
    ) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function signCompact(uint256 key, bytes32 digest) external pure returns (bytes32 r, bytes32 vs);
    function getCode(string calldata artifact) external view returns (bytes memory);
    function envOr(
        string calldata name,
        string calldata otherwise
    ) external view returns (string memory);
    function getNonce(address who) external view returns (uint64);
    function computeCreateAddress(address deployer, uint256 nonce) external pure returns (address);
    function expectRevert() external;
    function expectRevert(bytes4 selector) external;
    function expectRevert(bytes calldata data) external;
    function expectEmit(address emitter) external;
    function etch(address target, bytes calldata code) external;
    function recordLogs() external;
    function getRecordedLogs() external returns (Log[] memory);
    function assume(bool condition) external pure;
    function snapshotState() external returns (uint256);
    function revertToState(uint256 id) external returns (bool);
    function snapshotGasLastCall(string calldata name) external returns (uint256);
    function snapshotValue(string calldata group, string calldata name, uint256 value) external;
    function writeFile(string calldata path, string calldata data) external;
}

struct FuzzSelector {
    address target;
    bytes4[] selectors;
}

/// @title Test
/// @notice The few assertions that these tests need, without forge-std.
abstract contract Test {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    /// @notice Tells forge that this contract holds tests.
    bool public constant IS_TEST = true;

    error NotEqual(string what, uint256 given, uint256 expected);
    error NotEqualInt(string what, int256 given, int256 expected);
    error NotEqualBytes(string what, bytes given, bytes expected);
    error NotTrue(string what);

    function assertEq(uint256 given, uint256 expected, string memory what) internal pure {
        require(given == expected, NotEqual(what, given, expected));
    }

    function assertEq(int256 given, int256 expected, string memory what) internal pure {
        require(given == expected, NotEqualInt(what, given, expected));
    }

    function assertEq(address given, address expected, string memory what) internal pure {
        require(given == expected, NotEqual(what, uint160(given), uint160(expected)));
    }

    function assertEq(bytes32 given, bytes32 expected, string memory what) internal pure {
        require(given == expected, NotEqual(what, uint256(given), uint256(expected)));
    }

    /// @dev For structs: `abi.encode` both.
    function assertEq(bytes memory given, bytes memory expected, string memory what) internal pure {
        require(keccak256(given) == keccak256(expected), NotEqualBytes(what, given, expected));
    }

    function assertGe(uint256 given, uint256 least, string memory what) internal pure {
        require(given >= least, NotEqual(what, given, least));
    }

    function assertLe(uint256 given, uint256 most, string memory what) internal pure {
        require(given <= most, NotEqual(what, given, most));
    }

    function assertTrue(bool holds, string memory what) internal pure {
        require(holds, NotTrue(what));
    }

    /// @notice `x` folded into [least, most]; the ends come up as often as they are asked for.
    function bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        if (x >= least && x <= most) return x;
        uint256 size = most - least + 1;
        return size == 0 ? x : least + (x % size);
    }
}
