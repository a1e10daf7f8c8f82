// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title IPool
/// @notice The uniform-price pool of a period (seed 002) beside the trades by pairs. Who sets the pooled bit of her
/// target takes part with all her metered energy; a buyer's deposit is locked for it when she declares, and where it
/// does not cover the lock she trades by pairs. In the second half of trading, when attested readings had time to be
/// applied, anyone settles a period from the declarations that its commitment binds: zone pair by zone pair (the same
/// zone first, then the least fee, then the lower zone numbers), min(surplus, need) in proportion. Until then nothing
/// moves; if nobody settles in time, locks return when the period is closed, and all its pooled energy is the grid's.
interface IPool {
    /// @notice A period was settled. The posted matching probability and served fraction are forecasts; what came of
    /// them is energyWh ÷ surplusWh and energyWh ÷ needWh.
    /// @param price ELE per kWh (1e18).
    /// @param surplusWh What the eligible sellers might have sold.
    /// @param needWh What the eligible buyers might have bought.
    /// @param lines Those who traded, a word each, in the order of their declarations: bits 0–63 levy and 64–127
    /// network fee of a buyer, in 1e9 wei, rounded up together; 128–159 Wh, at exactly price ÷ 1000 each; 160–191 her
    /// place among the period's declarations, from 0; bit 192 whether she bought.
    event PoolSettled(
        uint24 indexed period,
        uint256 price,
        uint256 energyWh,
        uint256 surplusWh,
        uint256 needWh,
        uint256[] lines
    );

    /// @notice The list is not the period's declarations, all of them, in their order.
    error DeclarationsMismatch(uint24 period, bytes32 given, bytes32 committed);
    error PoolAlreadySettled(uint24 period);
    /// @notice No seller and buyer of the pool can trade with each other.
    error NothingToSettle(uint24 period);

    /// @notice Settles a period's pool, once, in the second half of its trading. By anyone. Rights, zones and prices are
    /// those declared.
    /// @param declarations The period's declarations, all, in their order: abi.encodePacked(account, uint144(word))
    /// each, 38 bytes.
    function settlePool(uint24 period, bytes calldata declarations) external;
}
