import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('where things stand', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const box = async (one: Locator) => {
    const found = await one.boundingBox()
    if (!found) throw new Error('It is not shown')
    return { ...found, right: found.x + found.width, bottom: found.y + found.height }
  }

  test('on a wide screen the messages and the box for the next one stand in the middle', async () => {
    const folder = await DatabaseFolder.make()
    const viewport = { width: 1920, height: 1080 }
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', { viewport })
    await luis.send('hola')
    await luis.reads('hola')
    const centre = await box(luis.page.getByRole('main'))
    for (const one of [luis.said('hola'), luis.page.locator('.foot')]) {
      const { x, right } = await box(one)
      expect(Math.abs(x - centre.x - (centre.right - right))).toBeLessThan(8)
    }
    await luis.leave()
  })

  test('a name stands beside the first line of what was said', async () => {
    const folder = await DatabaseFolder.make()
    await ask('PUT', `${folder.url}/v1/rooms/general/members/me`, { token: folder.token, json: {} })
    const text = 'uno\ndos\ntres'
    await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text } })
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await luis.reads('uno')
    const [name, said] = [await box(luis.said('uno').locator('.name bdi')), await box(luis.said('uno').locator('.text'))]
    expect(Math.abs(name.y - said.y)).toBeLessThan(6)
    await luis.leave()
  })

  test.each([1280, 390])('where one is no member, “Join” ends where “Send” does, at %i px', async (width) => {
    const folder = await DatabaseFolder.make()
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    const marta = await Person.enter(browser, fromElsewhere(folder.url), 'marta', { viewport: { width, height: 844 } })
    await marta.page.goto(`${fromElsewhere(folder.url)}/#room=ops`)
    await marta.page.getByText('You are reading ops').waitFor()
    const [join, send] = ['Join', 'Send'].map((words) => marta.page.getByRole('button', { name: words, exact: true }))
    const [above, below] = [await box(join as Locator), await box(send as Locator)]
    expect(Math.abs(above.right - below.right)).toBeLessThan(4)
    expect(above.bottom).toBeLessThanOrEqual(below.y)
    await marta.leave()
  })

  test('whichever form of the first visit is shown, what is above it stays where it is', async () => {
    const folder = await DatabaseFolder.make()
    const visitor = await Person.at(browser, fromElsewhere(folder.url), 'visitor')
    const { page } = visitor
    const places = async () => [
      await box(page.getByRole('heading')),
      await box(page.getByRole('textbox').first()),
      await box(page.getByRole('button', { name: 'Español' }))
    ]
    await page.getByLabel('Your name').waitFor()
    const first = await places()
    for (const words of ['I have a code', 'I have a password', 'I am new here']) {
      await page.getByRole('button', { name: words }).click()
      expect(await places()).toEqual(first)
    }
    await visitor.leave()
  })

  test('on a phone every button of the account can be reached, and the way out stays in sight', async () => {
    const folder = await DatabaseFolder.make()
    const viewport = { width: 390, height: 844 }
    const phone = { viewport, hasTouch: true, isMobile: true }
    const diego = await Person.enter(browser, fromElsewhere(folder.url), 'diego', phone)
    await diego.page.getByRole('button', { name: 'Rooms and account' }).click()
    await diego.page.getByRole('button', { name: 'diego Your account' }).click()
    await diego.page.getByRole('button', { name: 'Make a code' }).click()
    await diego.page.getByRole('button', { name: 'Copy link' }).waitFor()
    expect((await box(diego.page.getByRole('button', { name: 'Sign out' }))).bottom).toBeLessThanOrEqual(viewport.height)
    await diego.page.getByRole('button', { name: 'Set a password' }).click()
    for (const button of await diego.page.getByRole('dialog').getByRole('button').all()) {
      await button.scrollIntoViewIfNeeded()
      for (const one of [button, diego.page.getByRole('button', { name: 'Close' })]) {
        const { x, y, right, bottom } = await box(one)
        expect([x >= 0, y >= 0, right <= viewport.width, bottom <= viewport.height]).toEqual([true, true, true, true])
      }
    }
    await diego.leave()
  })
})
