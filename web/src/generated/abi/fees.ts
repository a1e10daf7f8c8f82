// Written by web/generate; `npm run generate` writes it again.
export const abi = [{"inputs":[{"name":"fromZone","type":"uint16"},{"name":"toZone","type":"uint16"},{"name":"period","type":"uint24"}],"name":"feeOf","outputs":[{"name":"network","type":"uint256"},{"name":"levy","type":"uint256"}],"stateMutability":"view","type":"function"}] as const
