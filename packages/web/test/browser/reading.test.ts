import type { Browser, Locator } from 'playwright-core'
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

  test('a long message that is edited is wholly in sight, with what ends the edit', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', { viewport: { width: 1280, height: 500 } })
    const text = Array.from({ length: 60 }, (_, at) => `renglón ${at}.`).join('\n')
    await luis.send(text)
    await luis.reads('renglón 59.')
    for (let at = 1; at <= 40; at++) {
      await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text: `después ${at}.` } })
    }
    await luis.reads('después 40.')
    await luis.composer.press('ArrowUp')
    await luis.page.getByRole('textbox', { name: 'Edit message' }).waitFor()
    await expect.poll(() => isInSight(luis, luis.log.getByRole('button', { name: 'Save' }))).toBe(true)
    expect(await isInSight(luis, luis.page.getByRole('textbox', { name: 'Edit message' }))).toBe(true)
    await luis.leave()
  })
})
