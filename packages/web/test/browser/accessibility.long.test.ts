import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { length } from '../../../server/test/support/test-length.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { furnish, screens } from './support/screens.ts'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong with what the page shows now. */
async function violations(page: Page): Promise<unknown[]> {
  await page.evaluate(axe)
  const found = await page.evaluate(
    (options) => (window as unknown as { axe: { run: (options: RunOptions) => Promise<AxeResults> } }).axe.run(options),
    { runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] } satisfies RunOptions
  )
  return found.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    at: nodes.map(({ html, failureSummary }) => [html, failureSummary])
  }))
}

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 } }
const phone: BrowserContextOptions = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

type Look = [name: string, options: BrowserContextOptions]
const all: Look[] = [
  ['a desktop, light', { ...desktop, colorScheme: 'light' }],
  ['a phone, dark', { ...phone, colorScheme: 'dark' }],
  ['a desktop, dark', { ...desktop, colorScheme: 'dark' }],
  ['a phone, light', { ...phone, colorScheme: 'light' }]
]
const looks = { short: all.slice(0, 2), long: all }

describe.skipIf(missing)('whoever does not see the screen, or not well', { timeout: 5 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test.each(length(looks))('no screen breaks a rule of axe: %s', async (_, options) => {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    await furnish(folder.url, folder.token)
    const luis = await Person.at(browser, url, 'luis', options)
    const found: Record<string, unknown> = { welcome: await violations(luis.page) }
    await luis.page.getByRole('button', { name: 'I have a code' }).click()
    found.code = await violations(luis.page)
    await luis.leave()
    const entered = await Person.enter(browser, url, 'luis', options)
    for (const [name, show] of Object.entries(screens)) {
      await show(entered)
      found[name] = await violations(entered.page)
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])))
    await entered.leave()
  })

  test.each(length(looks))('no document breaks a rule of axe, or is wider than the screen: %s', async (_, options) => {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    const luis = await Person.at(browser, url, 'luis', options)
    for (const path of ['/docs', '/problems', '/problems/stale', '/docs/status', '/docs/status/412']) {
      await luis.page.goto(url + path)
      expect(await violations(luis.page), path).toEqual([])
      const [wide, ground] = await luis.page.evaluate(() => [
        document.documentElement.scrollWidth,
        getComputedStyle(document.documentElement).backgroundColor
      ])
      expect(wide, path).toBe(options.viewport?.width)
      expect(ground, path).toBe(options.colorScheme === 'dark' ? 'rgb(15, 20, 18)' : 'rgb(248, 249, 247)')
    }
    await luis.page.getByRole('banner').getByRole('link', { name: 'tertulia.' }).click()
    await luis.page.getByLabel('Your name').waitFor()
    await luis.leave()
  })

  test('a message that comes is an article called “marta, 09:14”, and is read aloud once', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text: 'are you reading me?' } })
    await luis.reads('are you reading me?')
    expect(await luis.log.ariaSnapshot()).toMatch(
      /- article "ana, \d\d:\d\d":\s+- button "ana"\s+- paragraph: are you reading me\?\s+- time: \d\d:\d\d/
    )
    const aloud = luis.page.locator('.unseen[role=status]')
    await expect.poll(() => aloud.textContent()).toBe('ana: are you reading me?')
    await luis.leave()
  })

  test.each([
    ['200 %', 640, 400],
    ['400 %', 320, 256]
  ])('at a zoom of %s nothing is cut off at the side', async (_, width, height) => {
    const folder = await DatabaseFolder.make()
    await furnish(folder.url, folder.token)
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', { viewport: { width, height } })
    for (const [name, show] of Object.entries(screens)) {
      await show(luis)
      const wide = await luis.page.evaluate(() => [
        document.documentElement.scrollWidth,
        ...Array.from(document.querySelectorAll('dialog, main, .scroller'), (part) => part.scrollWidth - part.clientWidth)
      ])
      expect(wide, name).toEqual([width, ...wide.slice(1).map(() => 0)])
    }
    await luis.leave()
  })
})
