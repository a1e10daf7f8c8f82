import './rewards.css'
import { Asked } from '../../parts/Asked'
import { go } from '../../route'
import { type RoomProps, useRoomNames } from '../rooms'
import { Draws } from './Draws'
import { Leaders } from './Leaders'
import { useContests, useReputation } from './queries'
import { ReputationPanel } from './ReputationPanel'
import { useTexts } from './texts'

/** Rewards: the draws with their proofs, and the reputations that decide who leads. */
export default function RewardsPage({ rest }: RoomProps) {
  const t = useTexts()
  const names = useRoomNames()
  const contests = useContests()
  const reputation = useReputation()
  const [what, number] = rest
  const chosen =
    what === 'round' && number !== undefined && /^\d{1,9}$/.test(number) ? Number(number) : null
  return (
    <>
      <h1>{names.rewards}</h1>
      <section aria-labelledby="draws-title">
        <h2 id="draws-title">{t.draws}</h2>
        <p>{t.how}</p>
        <Asked query={contests}>
          {(data) => (
            <Draws
              contests={data}
              chosen={chosen}
              choose={(round) => go(`/rewards/round/${round}`, true)}
            />
          )}
        </Asked>
      </section>
      <section aria-labelledby="reputation-title">
        <h2 id="reputation-title">{t.reputation}</h2>
        <p>{t.reputationHow}</p>
        <Asked query={reputation}>
          {(data) => (
            <div className="reputation">
              <Leaders data={data} />
              <ReputationPanel data={data} />
            </div>
          )}
        </Asked>
      </section>
    </>
  )
}
