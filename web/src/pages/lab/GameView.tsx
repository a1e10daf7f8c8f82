import { useMemo, useState } from 'react'
import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { Answer } from './Answer'
import { Editor } from './Editor'
import { Files } from './Files'
import { same } from './json'
import { examplesOf, type GameDetails, type Paper, useGameQuery, usePapersQuery } from './queries'
import { useWords } from './words'
import { SolveBar } from './SolveBar'
import { useLabTexts } from './texts'
import { useBench } from './useBench'
import { useSolve } from './useSolve'

const NONE: readonly Paper[] = []

/** One game: its scenario to change, and what comes of it. */
export function GameView({ name }: { name: string }) {
  const t = useLabTexts()
  const query = useGameQuery(name)
  const papers = usePapersQuery()
  return (
    <>
      <p>
        <Link to="/lab">← {t.back}</Link>
      </p>
      <Asked query={query}>
        {(game) =>
          papers.isPending ? null : (
            <Opened key={game.name} game={game} papers={papers.data ?? NONE} />
          )
        }
      </Asked>
    </>
  )
}

interface OpenedProps {
  game: GameDetails
  papers: readonly Paper[]
}

function Opened({ game, papers }: OpenedProps) {
  const t = useLabTexts()
  const words = useWords()
  const examples = useMemo(() => examplesOf(game, papers), [game, papers])
  const bench = useBench(game.name, examples)
  const solve = useSolve()
  const [problems, setProblems] = useState(0)
  const { now } = solve
  const changed =
    now.state === 'solved' && !(same(now.of, bench.scenario) && now.seed === bench.seed)
  return (
    <>
      <h1>{words.text(game.title)}</h1>
      <p>{words.text(game.summary)}</p>
      <Editor
        game={game}
        examples={examples}
        bench={bench}
        refused={now.state === 'refused' ? now.error : null}
        onProblems={setProblems}
      />
      <SolveBar bench={bench} solve={solve} problems={problems} />
      {now.state === 'solved' ? (
        <section aria-labelledby="answer" className="answer">
          <h2 id="answer">{t.answer}</h2>
          {changed ? <p className="notice">{t.changed}</p> : null}
          <Answer answer={now.answer} scenario={now.of} plots={game.plots} />
        </section>
      ) : null}
      <Files bench={bench} game={game.name} answer={now.state === 'solved' ? now.answer : null} />
    </>
  )
}
