// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IAggregatorV3} from "contracts/interfaces/IAggregatorV3.sol";
import {Feed} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IOracleEvents} from "contracts/interfaces/IOracleEvents.sol";
import {ReportFixture} from "./utils/ReportFixture.sol";

/// @notice The feeds as any consumer of price feeds reads them.
contract FeedReaderTest is ReportFixture {
    /* ---------------------------------------------------- readers ------------------------------------------------- */

    function _reader(uint256 quantity) private returns (IAggregatorV3 reader) {
        reader = IAggregatorV3(_create("FeedReader", abi.encode(address(oracle), quantity)));
        assertEq(reader.decimals(), 18, "decimals");
        assertEq(reader.version(), 1, "version");
    }

    function _assertRound(
        IAggregatorV3 reader,
        bool latest,
        uint256 round,
        int256 answer,
        uint256 startedAt,
        uint256 updatedAt,
        uint256 answeredIn
    ) private view {
        (uint80 id, int256 a, uint256 s, uint256 u, uint80 by) = latest
            ? reader.latestRoundData()
            : reader.getRoundData(uint80(round));
        assertEq(id, round, "round");
        assertEq(a, answer, "answer");
        assertEq(s, startedAt, "started at");
        assertEq(u, updatedAt, "updated at");
        assertEq(by, answeredIn, "answered in");
    }

    function test_ReadersOfElectricity() external {
        (IAggregatorV3 price, IAggregatorV3 matching) = (_reader(1), _reader(2));
        assertEq(bytes(price.description()), "ELE / kWh", "description");
        assertEq(bytes(matching.description()), "matching probability", "description");
        for (uint256 t; t < 2; t++) {
            _declared(t, TICKS + t);
            _postCertified(Feed.Electricity, t, _value(TICKS + t, WAD, WAD));
        }
        uint256 at = _declarationDeadline(1);
        _assertRound(price, true, 1, int256((TICKS + 1) * TICK), _start(1), at, 1);
        _assertRound(matching, true, 1, 1e18, _start(1), at, 1);
        _assertRound(price, false, 0, int256(TICKS * TICK), _start(0), _declarationDeadline(0), 0);
        vm.warp(_start(2));
        bytes memory stale = abi.encodeWithSelector(
            IOracleEvents.StalePrice.selector,
            Feed.Electricity,
            2
        );
        vm.expectRevert(stale);
        price.latestRoundData();
        vm.expectRevert(stale);
        matching.latestRoundData();
        vm.expectRevert(stale);
        price.getRoundData(2);
    }

    function test_ReaderOfElecoins() external {
        IAggregatorV3 reader = _reader(0);
        assertEq(bytes(reader.description()), "currency / ELE", "description");
        vm.expectRevert(abi.encodeWithSelector(IOracleEvents.StalePrice.selector, Feed.Elecoin, 0));
        reader.latestRoundData();
        _postElecoin(0, 1_010_000);
        _assertRound(reader, true, 0, 1.01e18, _start(0), _needDeadline(0), 0);
        _need(1);
        _need(2);
        vm.warp(_start(4));
        _assertRound(reader, true, 1, 1.01e18, _start(4), _needDeadline(0), 0);
        _assertRound(reader, false, 0, 1.01e18, _start(0), _needDeadline(0), 0);
        vm.warp(_start(8));
        _expectStale(2);
        reader.latestRoundData();
    }
}
