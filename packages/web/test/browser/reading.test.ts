import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('finding one’s place', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  /** Whether all of it is between the upper and the lower edge of the log. */
  async function isInSight(person: Person, part: Locator): Promise<boolean> {
    const [inner, outer] = [await part.boundingBox(), await person.log.boundingBox()]
    if (!inner || !outer) return false
    return inner.y >= outer.y - 1 && inner.y + inner.height <= outer.y + outer.height + 1
  }

  test.each([30, 120])('%i unread messages: a button leads to the first, and goes when its line is in sight', async (n) => {
    const folder = await DatabaseFolder.make()
    const say = (text: string) => ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text } })
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await say('antes')
    await luis.reads('antes')
    // The server knows that it was read.
    const unread = async () => {
      const { body } = await ask('GET', `${folder.url}/v1/rooms`, { token: await luis.token() })
      return body.rooms[0].unread
    }
    await expect.poll(unread).toBe(0)
    await luis.page.goto('about:blank')
    for (let at = 1; at <= n; at++) await say(`nuevo ${at}.`)
    await luis.page.goto(fromElsewhere(folder.url))
    const jump = luis.page.getByRole('button', { name: `${n} unread above` })
    await jump.click()
    await expect.poll(() => isInSight(luis, luis.log.getByRole('heading', { name: `${n} unread` }))).toBe(true)
    await expect.poll(() => isInSight(luis, luis.said('nuevo 1.'))).toBe(true)
    await expect.poll(() => jump.count()).toBe(0)
    expect(await luis.log.evaluate((log) => log === document.activeElement)).toBe(true)

    await luis.page.getByRole('button', { name: /newest|new below/ }).click()
    await expect.poll(() => isInSight(luis, luis.said(`nuevo ${n}.`))).toBe(true)
    expect(await jump.count()).toBe(0)
    await luis.leave()
  })

  test('a mention that came while the page was closed shows, and one that was read does not', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const token = await luis.token()
    const say = (room: string, text: string) =>
      ask('POST', `${folder.url}/v1/rooms/${room}/messages`, { token: folder.token, json: { text } })
    for (const name of ['ops', 'plans']) {
      await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name } })
      await ask('PUT', `${folder.url}/v1/rooms/${name}/members/me`, { token })
    }
    await luis.page.goto('about:blank')
    const { body } = await say('plans', '@luis, esto ya lo viste')
    await ask('PUT', `${folder.url}/v1/rooms/plans/read-marker`, { token, json: { upTo: body.id } })
    await say('plans', 'nada para nadie')
    await say('ops', '¿lo miras, @luis?')
    const inOps = luis.page.getByRole('link', { name: /^ops/ }).getByRole('img', { name: 'mentions you' })
    // The index of what is searched lags by up to a second.
    await expect
      .poll(async () => (await ask('GET', `${folder.url}/v1/search?q="luis"`, { token })).body.messages.length, {
        timeout: 30_000
      })
      .toBe(2)
    await luis.page.goto(fromElsewhere(folder.url))
    await inOps.waitFor()
    expect(await luis.page.getByRole('img', { name: 'mentions you' }).count()).toBe(1)
    await luis.leave()
  })

  test('a room of which messages are erased is not said to begin with the oldest that is left', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, folder.url, 'luis')
    await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text: 'lo que queda' } })
    await luis.reads('lo que queda')
    await luis.page.getByText('This is where general begins.', { exact: true }).waitFor()
    await luis.page.route('**/v1/rooms/general/messages?*', async (route) => {
      const { 'if-none-match': _, ...headers } = route.request().headers()
      const response = await route.fetch({ headers })
      await route.fulfill({ response, json: { ...(await response.json()), firstSeq: 2 } })
    })
    await luis.page.reload()
    await luis.reads('lo que queda')
    await luis.page.getByText('Older messages have been erased.', { exact: true }).waitFor()
    expect(await luis.page.getByText('This is where').count()).toBe(0)
    await luis.leave()
  })

  const tall = Array.from({ length: 60 }, (_, at) => `renglón ${at}.`).join('\n')
  const touch = { hasTouch: true, isMobile: true }
  const top = (person: Person) => person.log.evaluate((log) => Math.round(log.scrollTop))

  test.each<[string, number, BrowserContextOptions]>([
    ['at a desk, above others', 40, { viewport: { width: 1280, height: 500 } }],
    ['on a phone with its keys, as the last one', 0, { viewport: { width: 390, height: 470 }, ...touch }],
    ['on a phone with its keys, above others', 3, { viewport: { width: 390, height: 470 }, ...touch }],
    ['at a zoom of 400 %', 3, { viewport: { width: 320, height: 256 } }]
  ])('%s: a tall message that is edited is wholly in sight, and Escape gives back the place', async (_, after, options) => {
    const folder = await DatabaseFolder.make()
    const say = (token: string, text: string) => ask('POST', `${folder.url}/v1/rooms/general/messages`, { token, json: { text } })
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', options)
    const token = await luis.token()
    for (let at = 1; at <= 20; at++) await say(folder.token, `antes ${at}.`)
    await say(token, tall)
    for (let at = 1; at <= after; at++) await say(folder.token, `después ${at}.`)
    await luis.reads(after > 0 ? `después ${after}.` : 'renglón 59.')
    for (const place of [0, -150]) {
      await luis.log.evaluate((log, to) => log.scrollTo({ top: to }), place)
      await luis.composer.focus()
      await luis.page.keyboard.press('ArrowUp')
      const edit = luis.page.getByRole('textbox', { name: 'Edit message' })
      await edit.waitFor()
      await expect.poll(() => isInSight(luis, luis.log.getByRole('button', { name: 'Save' }))).toBe(true)
      expect(await isInSight(luis, edit)).toBe(true)
      await edit.press('Escape')
      await expect.poll(() => edit.count()).toBe(0)
      await expect.poll(() => top(luis)).toBe(place)
      await expect.poll(() => luis.composer.evaluate((field) => field === document.activeElement)).toBe(true)
    }
    await luis.leave()
  })

  test.each([
    ['make the page smaller', (page: Page) => page.setViewportSize({ width: 390, height: 470 })],
    // As the page does itself where the keys lie over it.
    ['lie over it', (page: Page) => page.evaluate(() => document.documentElement.style.setProperty('--height', '470px'))]
  ])('what is edited stays in sight when the keys of a phone come up and %s', async (_, comeUp) => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', {
      viewport: { width: 390, height: 844 },
      ...touch
    })
    await luis.send(tall)
    await luis.reads('renglón 59.')
    for (let at = 1; at <= 10; at++) {
      await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text: `después ${at}.` } })
    }
    await luis.reads('después 10.')
    await luis.said('renglón 59.').tap()
    await luis.said('renglón 59.').getByRole('button', { name: 'Edit' }).tap()
    const edit = luis.page.getByRole('textbox', { name: 'Edit message' })
    await edit.waitFor()
    await comeUp(luis.page)
    await expect.poll(() => isInSight(luis, edit)).toBe(true)
    await expect.poll(() => isInSight(luis, luis.log.getByRole('button', { name: 'Save' }))).toBe(true)
    await luis.leave()
  })

  test('what is edited in one room is not edited in the next', async () => {
    const folder = await DatabaseFolder.make()
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const token = await luis.token()
    const say = async (room: string, text: string): Promise<number> =>
      (
        await ask('POST', `${folder.url}/v1/rooms/${room}/messages`, {
          token: room === 'ops' ? folder.token : token,
          json: { text }
        })
      ).body.id
    // Until the last message of one's own has the number of hers.
    let [own, hers] = [await say('general', 'mío'), await say('ops', 'de ana')]
    while (own !== hers) {
      if (own < hers) own = await say('general', 'mío')
      else hers = await say('ops', 'de ana')
    }
    await expect.poll(() => luis.said('mío').count()).toBeGreaterThan(0)
    await luis.composer.press('ArrowUp')
    await luis.page.getByRole('textbox', { name: 'Edit message' }).waitFor()
    await luis.page.goto(`${fromElsewhere(folder.url)}/#room=ops`)
    await luis.log.locator(`#m${hers}`).filter({ hasText: 'de ana' }).waitFor()
    expect(await luis.page.getByRole('textbox', { name: 'Edit message' }).count()).toBe(0)
    await luis.leave()
  })
})
