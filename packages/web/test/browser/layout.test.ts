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

  /** The account of luis, with a code that was made. */
  const account = async (url: string, viewport: { width: number; height: number }) => {
    const luis = await Person.enter(browser, fromElsewhere(url), 'luis', { viewport })
    await luis.page.getByRole('button', { name: 'luis Your account' }).click()
    await luis.page.getByRole('button', { name: 'Make a code' }).click()
    await luis.page.getByRole('button', { name: 'Copy link' }).waitFor()
    return luis
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

  test('a question below the edge of the account comes into sight, with both its buttons', async () => {
    const folder = await DatabaseFolder.make()
    const viewport = { width: 1440, height: 900 }
    const luis = await account(folder.url, viewport)
    const { page } = luis
    await page.getByRole('button', { name: 'Sign out' }).click()
    const dialog = await box(page.getByRole('dialog'))
    for (const button of await page
      .getByRole('group', { name: /^Sign out/ })
      .getByRole('button')
      .all())
      expect((await box(button)).bottom).toBeLessThan(dialog.bottom)
    await luis.leave()
  })

  test('on a phone a message below another of the same person says when it came, once it is tapped', async () => {
    const folder = await DatabaseFolder.make()
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', phone)
    await luis.send('uno')
    await luis.reads('uno')
    await luis.send('dos')
    await luis.reads('dos')
    const time = luis.said('dos').locator('time')
    expect(await time.isVisible()).toBe(false)
    await luis.said('dos').tap()
    await time.waitFor()
    expect((await box(time)).y).toBeGreaterThanOrEqual((await box(luis.said('dos').locator('.text'))).bottom)
    await luis.leave()
  })

  test('on a phone the name of the room stays readable while there is no connection, in Spanish too', async () => {
    const folder = await DatabaseFolder.make()
    const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true, locale: 'es-ES' }
    const luis = await Person.at(browser, fromElsewhere(folder.url), 'luis', phone)
    await luis.page.getByLabel('Tu nombre').fill('luis')
    await luis.page.keyboard.press('Enter')
    const pill = (words: string) => luis.page.getByRole('status', { name: 'Conexión' }).filter({ hasText: words })
    await pill('en vivo').waitFor()
    await folder.kill()
    await pill('reconectando').waitFor()
    const name = luis.page.getByRole('heading', { level: 1 }).locator('bdi')
    expect(await name.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
    expect(await luis.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await luis.leave()
  })
})
