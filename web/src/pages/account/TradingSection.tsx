import { Declare } from './Declare'
import { Rate } from './Rate'
import type { Me } from './reads'
import { Trade } from './Trade'

/** A period from what she says beforehand to what she thinks of it afterwards. */
export function TradingSection({ me, time }: { me: Me; time: number }) {
  return (
    <>
      <Trade me={me} time={time} />
      <div className="panels">
        <Declare me={me} time={time} />
        <Rate me={me} time={time} />
      </div>
    </>
  )
}
