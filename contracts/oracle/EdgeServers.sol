// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {IOracleTribunal} from "../interfaces/IOracleTribunal.sol";
import {Bond, EdgeServer} from "../interfaces/OracleTypes.sol";
import {OracleWord} from "../libraries/PostingWords.sol";
import {OracleBase} from "./OracleBase.sol";

/// @title EdgeServers
/// @notice The signers' part of the oracle: their set, and the stakes behind optimistic reports.
abstract contract EdgeServers is IOracleTribunal, OracleBase {
    /// @dev The order of the servers is stored in 24 bytes beside a set's version.
    uint256 private constant MOST_SERVERS = 23;

    /* ------------------------------------------------------ set --------------------------------------------------- */

    /// @inheritdoc IOracleTribunal
    function setEdgeServers(EdgeServer[] calldata servers) external {
        require(msg.sender == address(market), OnlyMarket(msg.sender));
        require(
            servers.length % 2 == 1 && servers.length <= MOST_SERVERS,
            InvalidEdgeServers(servers.length)
        );
        OracleWord state = _state;
        uint32 version = state.signerSet() + 1;
        _state = state.withServers(version, servers.length);
        for (uint256 i; i < servers.length; i++) {
            address signer = servers[i].signer;
            require(
                signer != address(0) && servers[i].operator != address(0),
                UnknownSigner(address(0))
            );
            require(_members[signer] >> 32 != version, DuplicateSigner(signer));
            _members[signer] = (uint256(version) << 32) | i;
            _sets[version].push(servers[i]);
        }
        emit EdgeServersSet(version, servers);
    }

    /// @inheritdoc IOracleTribunal
    function edgeServers() external view returns (EdgeServer[] memory) {
        return _sets[_state.signerSet()];
    }

    /// @inheritdoc IOracleTribunal
    function edgeServersOf(uint32 version) external view returns (EdgeServer[] memory) {
        return _sets[version];
    }

    /* ----------------------------------------------------- stakes ------------------------------------------------ */

    /// @inheritdoc IOracleTribunal
    function bond() external payable {
        require(msg.value != 0, NothingBonded(msg.sender));
        Bond storage stake = _bonds[msg.sender];
        stake.amount = SafeCast.toUint96(stake.amount + msg.value);
        emit Bonded(msg.sender, msg.value);
    }

    /// @inheritdoc IOracleTribunal
    function unbond(uint256 amount) external {
        Bond memory stake = _bonds[msg.sender];
        require(amount != 0 && amount <= stake.amount, NothingBonded(msg.sender));
        // At most the stake, which is a uint96; more than one request waits as long as the last.
        stake.amount -= uint96(amount);
        stake.leaving = SafeCast.toUint96(stake.leaving + amount);
        stake.leavesAt = SafeCast.toUint40(block.timestamp + _unbondDelay);
        _bonds[msg.sender] = stake;
        emit Unbonding(msg.sender, amount, stake.leavesAt);
    }

    /// @inheritdoc IOracleTribunal
    function withdrawBond() external {
        Bond storage stake = _bonds[msg.sender];
        uint256 amount = stake.leaving;
        require(amount != 0, NothingBonded(msg.sender));
        require(block.timestamp >= stake.leavesAt, BondLocked(msg.sender, stake.leavesAt));
        stake.leaving = 0;
        emit BondWithdrawn(msg.sender, amount);
        _pay(msg.sender, amount);
    }

    /// @inheritdoc IOracleTribunal
    function withdrawReward() external {
        uint256 amount = _rewards[msg.sender];
        require(amount != 0, NothingBonded(msg.sender));
        _rewards[msg.sender] = 0;
        emit RewardWithdrawn(msg.sender, amount);
        _pay(msg.sender, amount);
    }

    /// @dev Takes all that the signers have staked, also what is leaving: half, rounded down, is the challenger's, and
    /// the rest is nobody's for ever. Whoever challenges a report of her own loses at least half of her stake.
    function _slash(
        uint32 version,
        uint256 signers,
        address challenger
    ) internal returns (uint256 slashed, uint256 reward) {
        EdgeServer[] memory servers = _sets[version];
        for (uint256 i; i < servers.length; i++) {
            if ((signers >> i) & 1 == 0) continue;
            Bond storage stake = _bonds[servers[i].signer];
            uint256 all = uint256(stake.amount) + stake.leaving;
            (stake.amount, stake.leaving) = (0, 0);
            slashed += all;
            emit Slashed(servers[i].signer, all);
        }
        reward = slashed / 2;
        _rewards[challenger] += reward;
        _burnt += slashed - reward;
    }

    function _pay(address to, uint256 amount) private {
        (bool sent, ) = to.call{value: amount}("");
        require(sent, PaymentFailed(to, amount));
    }

    /// @inheritdoc IOracleTribunal
    function bondOf(address server) external view returns (Bond memory) {
        return _bonds[server];
    }

    /// @inheritdoc IOracleTribunal
    function rewardOf(address challenger) external view returns (uint256) {
        return _rewards[challenger];
    }

    /// @inheritdoc IOracleTribunal
    function burnt() external view returns (uint256) {
        return _burnt;
    }
}
