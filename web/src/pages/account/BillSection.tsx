import { Bill } from './Bill'
import { MeterHistory } from './MeterHistory'
import { OwnOnly } from './OwnOnly'
import type { Me } from './reads'
import { Saving } from './Saving'
import { Statement } from './Statement'

/** Her own data: what she owes and received, what her meter showed, statements to keep. */
export function BillSection({ me }: { me: Me }) {
  return (
    <OwnOnly>
      {(access) => {
        const own = { address: me.address, access }
        return (
          <>
            <Bill {...own} />
            <MeterHistory {...own} />
            <div className="panels">
              <Saving {...own} />
              <Statement {...own} />
            </div>
          </>
        )
      }}
    </OwnOnly>
  )
}
