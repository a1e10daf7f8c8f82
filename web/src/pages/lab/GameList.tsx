import { Asked } from '../../parts/Asked'
import { Link } from '../../parts/Link'
import { linkToPaper } from './link'
import { type Paper, useGamesQuery, usePapersQuery } from './queries'
import { useWords } from './words'
import { useLabTexts } from './texts'

/** Every game, and what the papers show of them. */
export function GameList() {
  const t = useLabTexts()
  const words = useWords()
  return (
    <>
      <p>{t.intro}</p>
      <h2>{t.games}</h2>
      <Asked query={useGamesQuery()}>
        {(games) => (
          <ul className="games">
            {games.map((game) => (
              <li key={game.name} className="card">
                <h3>
                  <Link to={`/lab/${game.name}`}>{words.text(game.title)}</Link>
                </h3>
                <p className="soft">{words.text(game.summary)}</p>
              </li>
            ))}
          </ul>
        )}
      </Asked>
      <h2>{t.papers}</h2>
      <p className="soft">{t.papersIntro}</p>
      <Asked query={usePapersQuery()}>
        {(papers) => (
          <ul className="papers">
            {papers.map((one) => (
              <li key={one.image} className="card">
                <PaperFigure one={one} />
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </>
  )
}

function PaperFigure({ one }: { one: Paper }) {
  const t = useLabTexts()
  const game = one.scenario?.['game']
  return (
    <figure>
      <a href={one.image}>
        <img src={one.image} alt={one.words} loading="lazy" />
      </a>
      <figcaption>
        <strong>{one.title}</strong>
        <p>{one.caption}</p>
        <p className="soft">
          {one.source}. {one.note}.
        </p>
        {typeof game === 'string' ? (
          <Link to={linkToPaper(game, one.figure)}>{t.open}</Link>
        ) : (
          <span className="soft">{t.noScenario}</span>
        )}
      </figcaption>
    </figure>
  )
}
