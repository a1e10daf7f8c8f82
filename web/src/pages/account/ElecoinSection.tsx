import { Buy } from './Buy'
import { DepositByPermit } from './DepositByPermit'
import { Need } from './Need'
import type { Me } from './reads'
import { Redeem } from './Redeem'
import { Refund } from './Refund'
import { Withdraw } from './Withdraw'

/** Elecoins bought, redeemed, and moved between wallet and market. */
export function ElecoinSection({ me, time }: { me: Me; time: number }) {
  return (
    <>
      {me.refund > 0n ? <Refund me={me} /> : null}
      <div className="stacks">
        <Buy me={me} time={time} />
        <Redeem me={me} />
        <DepositByPermit me={me} time={time} />
        <Withdraw me={me} />
        <Need me={me} time={time} />
      </div>
    </>
  )
}
