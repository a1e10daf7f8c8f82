// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Purchase} from "contracts/interfaces/IElectricityTrading.sol";
import {Feed, IEquilibriumOracle} from "contracts/interfaces/IEquilibriumOracle.sol";
import {IElecoin} from "contracts/interfaces/IElecoin.sol";
import {IReputationLedger} from "contracts/interfaces/IReputationLedger.sol";
import {IWattcoin} from "contracts/interfaces/IWattcoin.sol";
import {MarketFixture} from "./MarketFixture.sol";
import {Vm} from "./Vm.sol";
import {IMarket} from "./IMarket.sol";

/// @title MarketBooks
/// @notice What a community of four should have after what it did: energy, money, and prices that were posted.
abstract contract MarketBooks is MarketFixture {
    /// @dev What one member's period should be.
    struct Book {
        bool declared;
        bool generationRead;
        bool consumptionRead;
        bool spanning;
        bool closed;
        int256 net;
        uint256 price;
        uint256 limit;
        uint256 generated;
        uint256 consumed;
        uint256 traded;
        uint256 refused;
        uint256 network;
        uint256 levy;
    }

    address[4] public members;
    uint256 public period;
    uint256 internal phase;
    bool internal paused;

    mapping(address => mapping(uint256 period => Book)) internal _books;
    mapping(address => mapping(uint256 period => Purchase[])) internal _bought;
    mapping(address => mapping(uint256 register => uint256)) internal _nextReading;
    mapping(uint256 period => uint256) public soldOf;
    mapping(uint256 period => uint256) public boughtOf;
    mapping(address => uint256) public depositOf;
    mapping(address => uint256) public walletOf;
    mapping(address => uint256) public refundOf;
    /// @notice What sellers get when their periods close.
    uint256 public proceedsDue;
    /// @notice Fees that wait until their buyers' periods close.
    uint256 public feesWaiting;
    uint256 public networkFees;
    uint256 public levyFees;
    uint256 public feesCollected;
    uint256 public minted;
    uint256 public burnt;
    uint256 public coinIn;
    uint256 public coinOut;

    mapping(Feed => mapping(uint256 epoch => bytes32)) public commitmentOf;
    mapping(Feed => mapping(uint256 epoch => bytes32)) public digestOf;
    mapping(Feed => mapping(uint256 epoch => uint256)) public postingsOf;
    mapping(uint256 period => uint256) internal _ticks;

    mapping(address => uint256) public acceptedOf;
    mapping(address => uint256) public closedBefore;
    uint256 public trades;
    uint256 public traded;
    uint256 public ratings;
    uint256 public closings;

    constructor() {
        setUp();
        members = [ann, bea, sam, bob];
        for (uint256 i; i < 4; i++) {
            _buyTokens(members[i], 50e18);
            (depositOf[members[i]], refundOf[members[i]]) = (50e18, 100e18 - 48.5e18);
            (minted, coinIn) = (minted + 50e18, coinIn + 100e18);
        }
        vm.recordLogs();
    }

    function contracts()
        external
        view
        returns (IMarket, IElecoin, IWattcoin, IEquilibriumOracle, IReputationLedger)
    {
        return (market, elecoin, wattcoin, oracle, ledger);
    }

    function book(address who, uint256 t) external view returns (Book memory) {
        return _books[who][t];
    }

    function closingTimeOf(uint256 t) external pure returns (uint256) {
        return _closingTime(t);
    }

    function serverAt(uint256 i) external view returns (address) {
        return vm.addr(serverKeys[i]);
    }

    /// @dev An independent draw for each purpose.
    function _draw(uint256 seed, uint256 purpose, uint256 size) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, purpose))) % size;
    }

    function _bookClosing(Vm.Log memory log) internal {
        uint256 t = uint256(log.topics[1]);
        address who = address(uint160(uint256(log.topics[2])));
        (
            uint32 g,
            uint32 c,
            uint32 bought,
            uint32 sold,
            uint32 imported,
            uint32 exported,
            uint32 accepted
        ) = abi.decode(log.data, (uint32, uint32, uint32, uint32, uint32, uint32, uint32));
        Book storage b = _books[who][t];
        assertTrue(!b.closed, "a period closes once");
        assertGe(t, closedBefore[who], "periods close in order");
        assertGe(block.timestamp, _closingTime(t), "not before its rating ends");
        (b.closed, closedBefore[who]) = (true, t + 1);
        assertEq(
            uint256(g) + bought + imported,
            uint256(c) + sold + exported,
            "energy in is energy out"
        );
        assertEq(g, b.generated, "generated");
        assertEq(c, b.consumed, "consumed");
        assertEq(uint256(bought) + sold, b.traded, "traded");
        assertTrue(bought == 0 || sold == 0, "one side");
        assertTrue(imported == 0 || exported == 0, "one side of the grid");
        assertEq(accepted, b.traded - b.refused, "accepted");
        if (sold > 0) acceptedOf[who] += accepted;
        uint256 proceeds = sold * _ticks[t] * 1e9;
        (depositOf[who], proceedsDue) = (depositOf[who] + proceeds, proceedsDue - proceeds);
        feesWaiting -= b.network + b.levy;
        networkFees += b.network;
        levyFees += b.levy;
        closings++;
    }
}
