import { broken } from '../axe.ts'
import { enter, expect, test } from '../fixtures.ts'
import { ROOMS } from '../rooms.ts'

test.setTimeout(90_000)

const PHONE = { width: 390, height: 844 }

for (const { path, name } of ROOMS) {
  test(`axe finds nothing in the room ${name}, light or dark`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    await enter(page, path)
    expect.soft(await broken(page), 'light').toEqual([])
    await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
    expect.soft(await broken(page), 'dark').toEqual([])
  })
}

test('on a phone no room is wider than the screen', async ({ page }) => {
  await page.setViewportSize(PHONE)
  for (const { path } of ROOMS) {
    await enter(page, path)
    const wide = await page.evaluate(() => {
      const most = document.documentElement.clientWidth
      const scrolls = (one: Element) => /auto|scroll/.test(getComputedStyle(one).overflowX)
      const within = (one: Element | null): boolean =>
        one !== null &&
        one !== document.documentElement &&
        (scrolls(one) || within(one.parentElement))
      const out = [...document.querySelectorAll('body *')].filter(
        (one) => one.getBoundingClientRect().right > most + 1 && !within(one),
      )
      return {
        over: document.documentElement.scrollWidth - most,
        out: out.map((one) => one.outerHTML.slice(0, 120)),
      }
    })
    expect.soft({ path, ...wide }).toEqual({ path, over: 0, out: [] })
  }
})
