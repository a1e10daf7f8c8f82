// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The cheat codes that the drive needs.
interface Cheats {
    function fee(uint256 basefee) external;
    function deal(address who, uint256 balance) external;
    function stopPrank() external;
    function snapshotState() external returns (uint256);
    function revertToState(uint256 id) external returns (bool);
    function getCode(string calldata artifact) external view returns (bytes memory);
    function envString(string calldata name) external view returns (string memory);
    function readFile(string calldata path) external view returns (string memory);
    function writeLine(string calldata path, string calldata line) external;
    function parseBytes(string calldata text) external pure returns (bytes memory);
    function toString(uint256 value) external pure returns (string memory);
}

/// @param kind 0: a test, from the state after `setUp`; 1: back to that state; 2: an action of the suite's handler;
/// 3: a question to the suite in the state as it is.
/// @param gas What it may take.
struct Item {
    uint256 kind;
    uint256 gas;
    bytes data;
}

struct Suite {
    string artifact;
    Item[] items;
}

/// @param everything Say of all items what they cost and whether they fail (the text as it is, mutant 0), and under
/// mutant 1 in `jobs/reached` which of them is running.
/// @param orders Lists of items in the order in which they are tried, each suite << 128 | item.
/// @param orderOf Which of them a mutant meets.
struct Job {
    uint256[] mutants;
    Suite[] suites;
    bool everything;
    uint256[][] orders;
    uint256[] orderOf;
}

/// @dev Shows what a test that failed half-way left behind: a prank, a revert or a log that is waited for.
contract Canary {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    event Sung();

    function sing() external returns (bool) {
        vm.stopPrank();
        return this.sender() == address(this);
    }

    function sender() external returns (address) {
        emit Sung();
        return msg.sender;
    }
}

/// @title Drive
/// @notice Runs the tests of other contracts against one mutant after the other, in one process: starting forge costs
/// more than most tests. A mutant is chosen by the base fee.
contract Drive {
    Cheats private constant vm = Cheats(address(uint160(uint256(keccak256("hevm cheat code")))));
    /// @dev For a set-up; woven code is long, so deploying it takes much.
    uint256 private constant GAS = 1 << 36;
    uint256 private constant REMEMBERED = 3;
    uint256 private constant PROBED = 1;
    uint256 private constant NOWHERE = type(uint128).max;

    bool public constant IS_TEST = true;

    string private out;
    Canary private canary = new Canary();
    uint256 private chain = block.chainid;
    uint256 private time = block.timestamp;
    /// @dev What killed lately, the latest last: suite << 128 | item.
    uint256[] private killers;

    function test_drive() external {
        out = vm.envString("MUTATION_SAYS");
        Job memory job = abi.decode(
            vm.parseBytes(vm.readFile(vm.envString("MUTATION_JOB"))),
            (Job)
        );
        bytes[] memory code = new bytes[](job.suites.length);
        for (uint256 i; i < code.length; i++) code[i] = vm.getCode(job.suites[i].artifact);
        for (uint256 i; i < job.mutants.length; i++) {
            // What kills the mutants of one function says little of the next.
            if (i != 0 && !job.everything && job.orderOf[i] != job.orderOf[i - 1]) delete killers;
            bool killed = job.everything ? _all(job, code, job.mutants[i]) : _try(job, code, i);
            if (!killed) _say(job.mutants[i], "survived", 0, 0);
            // What a failed test leaves behind would kill the next mutants, too.
            try canary.sing() returns (bool clean) {
                if (clean && block.chainid == chain && block.timestamp == time) continue;
            } catch {}
            _say(job.mutants[i], "dirty", 0, 0);
            return;
        }
    }

    function _all(Job memory job, bytes[] memory code, uint256 mutant) private returns (bool) {
        for (uint256 s; s < code.length; s++) {
            uint256[] memory items = new uint256[](job.suites[s].items.length);
            for (uint256 i; i < items.length; i++) items[i] = (s << 128) | i;
            _suite(job, code, mutant, items, 0, items.length);
        }
        return false;
    }

    function _try(Job memory job, bytes[] memory code, uint256 place) private returns (bool) {
        uint256 mutant = job.mutants[place];
        uint256[] memory one = new uint256[](1);
        for (uint256 i = killers.length; i > 0; i--) {
            one[0] = killers[i - 1];
            if (job.suites[one[0] >> 128].items[uint128(one[0])].kind != 0) continue;
            if (_suite(job, code, mutant, one, 0, 1)) return true;
        }
        uint256[] memory order = job.orders[job.orderOf[place]];
        for (uint256 first; first < order.length;) {
            uint256 end = first + 1;
            while (end < order.length && order[end] >> 128 == order[first] >> 128) end++;
            if (_suite(job, code, mutant, order, first, end)) return true;
            first = end;
        }
        return false;
    }

    /// @dev A suite of its own for the mutant, and items of it; everything is undone afterwards.
    function _suite(
        Job memory job,
        bytes[] memory code,
        uint256 mutant,
        uint256[] memory order,
        uint256 first,
        uint256 end
    ) private returns (bool killed) {
        uint256 s = order[first] >> 128;
        uint256 before = vm.snapshotState();
        uint256 where = NOWHERE;
        if (mutant == PROBED) _mark(s, type(uint64).max);
        address suite = _made(job.suites[s], code[s], mutant);
        killed = suite == address(0);
        if (!killed) {
            where = _items(job, suite, mutant, order, first, end);
            killed = where != NOWHERE;
        }
        vm.revertToState(before);
        vm.fee(0);
        if (!killed || (job.everything && where != NOWHERE)) return killed;
        _say(mutant, "killed", s, where);
        if (where != NOWHERE) _remember((s << 128) | where);
    }

    /// @dev A suite that is set up; 0 where that fails.
    function _made(
        Suite memory wanted,
        bytes memory code,
        uint256 mutant
    ) private returns (address suite) {
        vm.fee(mutant);
        suite = _create(code);
        if (suite == address(0)) return suite;
        vm.deal(suite, type(uint96).max);
        // A test may leave a prank behind that goes on.
        canary.sing();
        // A suite without a set-up has no such function and no fallback, so this fails without harm.
        bool ready = _call(suite, GAS, abi.encodeWithSignature("setUp()"));
        if (!ready && _hasSetUp(wanted.items[0])) return address(0);
    }

    /// @return where The item that failed, the last one where everything is asked.
    function _items(
        Job memory job,
        address suite,
        uint256 mutant,
        uint256[] memory order,
        uint256 first,
        uint256 end
    ) private returns (uint256 where) {
        where = NOWHERE;
        uint256 ready = vm.snapshotState();
        for (; first < end; first++) {
            (uint256 s, uint256 i) = (order[first] >> 128, uint128(order[first]));
            Item memory item = job.suites[s].items[i];
            if (item.kind < 2) vm.revertToState(ready);
            vm.fee(mutant);
            if (item.kind == 1) continue;
            if (mutant == PROBED) _mark(s, i);
            if (item.kind == 0) canary.sing();
            (bool ok, uint256 used) = _run(suite, item);
            if (job.everything) _say(used, "gas", s, i);
            if (ok) continue;
            where = i;
            if (!job.everything) break;
            _say(mutant, "killed", s, i);
        }
    }

    function _run(address suite, Item memory item) private returns (bool ok, uint256 used) {
        address target = item.kind == 2 ? _handler(suite) : suite;
        used = gasleft();
        ok = _call(target, item.gas, item.data);
        used -= gasleft();
    }

    /// @dev The first item of a suite that has a set-up begins with an empty item of kind 1.
    function _hasSetUp(Item memory first) private pure returns (bool) {
        return first.kind == 1;
    }

    function _remember(uint256 killer) private {
        for (uint256 i; i < killers.length; i++) {
            if (killers[i] != killer) continue;
            killers[i] = killers[killers.length - 1];
            killers[killers.length - 1] = killer;
            return;
        }
        if (killers.length == REMEMBERED) {
            for (uint256 i = 1; i < REMEMBERED; i++) killers[i - 1] = killers[i];
            killers.pop();
        }
        killers.push(killer);
    }

    function _create(bytes memory code) private returns (address made) {
        assembly ("memory-safe") {
            made := create(0, add(code, 32), mload(code))
        }
    }

    /// @dev Nothing of the answer is copied.
    function _call(address target, uint256 limit, bytes memory data) private returns (bool ok) {
        assembly ("memory-safe") {
            ok := call(limit, target, 0, add(data, 32), mload(data), 0, 0)
        }
    }

    /// @dev The first of `targetContracts()`.
    function _handler(address suite) private view returns (address handler) {
        (, bytes memory said) = suite.staticcall(abi.encodeWithSignature("targetContracts()"));
        handler = abi.decode(said, (address[]))[0];
    }

    function _mark(uint256 suite, uint256 item) private {
        string memory line = string.concat("= ", vm.toString(suite), " ", vm.toString(item));
        vm.writeLine("jobs/reached", line);
    }

    function _say(uint256 mutant, string memory word, uint256 suite, uint256 item) private {
        string memory line = string.concat(vm.toString(mutant), " ", word);
        line = string.concat(line, " ", vm.toString(suite), " ", vm.toString(item));
        vm.writeLine(out, line);
    }
}
