import { describe, expect, it } from 'vitest'
import { fits, linkFrom, linkTo, linkToExample, linkToPaper } from './link'

describe('a link to the lab', () => {
  it('brings back the scenario and the seed', () => {
    const scenario = { game: 'contest', costs: [0.1, 0.2], note: 'ü€' }
    const [path, search] = linkTo('contest', scenario, 7).split('?')
    expect(path).toBe('/lab/contest')
    expect(linkFrom('contest', `?${search}`)).toEqual({
      game: 'contest',
      scenario,
      example: null,
      paper: null,
      seed: 7,
    })
  })

  it('names an example, the first by nothing', () => {
    expect(linkToExample('contest', 0)).toBe('/lab/contest')
    expect(linkFrom('contest', linkToExample('contest', 2).split('?')[1] ?? '').example).toBe(2)
  })

  it('names the figure of a paper', () => {
    const [, search] = linkToPaper('mining', 'fork').split('?')
    expect(linkFrom('mining', search ?? '')).toMatchObject({ paper: 'fork', scenario: null })
  })

  it('leaves out a scenario that is too long, and what cannot be read', () => {
    const long = { costs: Array.from({ length: 4000 }, (_, at) => at / 3) }
    expect(fits(long)).toBe(false)
    expect(linkTo('contest', long, 0)).toBe('/lab/contest')
    expect(linkFrom('contest', '?s=@@@').scenario).toBeNull()
    expect(linkFrom('contest', '?s=MQ&seed=-1')).toMatchObject({ scenario: null, seed: 0 })
  })
})
