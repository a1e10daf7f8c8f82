import type { Abi } from 'viem'
import { abi as dayPool } from '../generated/abi/DayPool'
import { abi as elecoin } from '../generated/abi/Elecoin'
import { abi as trading } from '../generated/abi/ElectricityTrading'
import { abi as oracle } from '../generated/abi/EquilibriumOracle'
import { abi as feedReader } from '../generated/abi/FeedReader'
import { abi as governance } from '../generated/abi/MarketGovernance'
import { abi as origin } from '../generated/abi/OriginCertificates'
import { abi as ledger } from '../generated/abi/ReputationLedger'
import { abi as orders } from '../generated/abi/StandingOrders'
import { abi as rewards } from '../generated/abi/TullockRewards'
import { abi as wattcoin } from '../generated/abi/Wattcoin'

/** Every ABI of the project. Import it lazily: see `registry.ts`. */
export const ALL_ABIS: Readonly<Record<string, Abi>> = {
  ElectricityTrading: trading,
  EquilibriumOracle: oracle,
  Elecoin: elecoin,
  Wattcoin: wattcoin,
  ReputationLedger: ledger,
  StandingOrders: orders,
  TullockRewards: rewards,
  OriginCertificates: origin,
  DayPool: dayPool,
  FeedReader: feedReader,
  MarketGovernance: governance,
}
