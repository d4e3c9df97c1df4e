import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('tabs of one browser', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const isLive = (page: Page) => page.getByRole('status', { name: 'Connection' }).filter({ hasText: 'live' }).waitFor()
  const has = (page: Page, text: string) => page.locator('article[data-id]').filter({ hasText: text }).waitFor()
  const say = (folder: DatabaseFolder, text: string) =>
    ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text } })
  async function streams(folder: DatabaseFolder): Promise<number> {
    const { body } = await ask('GET', `${folder.url}/metrics`)
    return [...body.matchAll(/^tertulia_streams\b.*? (\d+)$/gm)].reduce((sum: number, [, n]) => sum + Number(n), 0)
  }

  test('seven of them share one stream, which lasts when the first is closed and ends with the last', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const tabs = [luis.page]
    while (tabs.length < 7) {
      const page = await luis.context.newPage()
      await page.goto(fromElsewhere(folder.url))
      await isLive(page)
      tabs.push(page)
    }
    expect(await streams(folder)).toBe(1)
    await tabs.shift()?.close()
    await say(folder, 'a seis')
    for (const page of tabs) await has(page, 'a seis')
    expect(await streams(folder)).toBe(1)
    await tabs[0]?.reload()
    await isLive(tabs[0] as Page)
    await say(folder, 'otra vez')
    for (const page of tabs) await has(page, 'otra vez')
    expect(await streams(folder)).toBe(1)
    for (const page of tabs) await page.close()
    await expect.poll(() => streams(folder)).toBe(0)
    await luis.leave()
  })

  test('one with a token of its own signs out, and the other goes on, after a reload too', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const token = await luis.token()
    const { body } = await ask('POST', `${folder.url}/v1/links`, { token })
    const other = await luis.context.newPage()
    await other.goto(`${fromElsewhere(folder.url)}/#link=${body.code}`)
    await isLive(other)
    const kept = () => luis.page.evaluate(() => JSON.stringify(localStorage).match(/tt_[\w-]+/)?.[0])
    expect(await kept()).not.toBe(token)
    await other.getByRole('button', { name: /Your account/ }).click()
    await other.getByRole('button', { name: 'Sign out' }).click()
    await other
      .getByRole('group', { name: /Sign out/ })
      .getByRole('button', { name: 'Sign out' })
      .click()
    await other.getByLabel('Your name').waitFor()
    await say(folder, 'a quien queda')
    await luis.reads('a quien queda')
    await expect.poll(kept).toBe(token)
    await luis.page.reload()
    await luis.is('live')
    await luis.reads('a quien queda')
    await luis.leave()
  })

  test('one that slept, and one that comes back from the page cache, has what came meanwhile', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const devtools = await luis.context.newCDPSession(luis.page)
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' })
    for (let n = 1; n <= 30; n++) await say(folder, `mientras dormía, ${n}.`)
    await devtools.send('Page.setWebLifecycleState', { state: 'active' })
    await luis.reads('mientras dormía, 30.')
    expect(await luis.texts()).toEqual(Array.from({ length: 30 }, (_, n) => `mientras dormía, ${n + 1}.`))

    await luis.page.goto(`${fromElsewhere(folder.url)}/docs`)
    await say(folder, 'mientras leía otra página')
    await luis.page.goBack()
    await luis.reads('mientras leía otra página')
    await luis.is('live')
    expect((await luis.texts()).length).toBe(31)
    await luis.leave()
  })
})
