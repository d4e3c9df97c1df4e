import type { Browser, BrowserContextOptions } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

const long = `return "${'una línea larga '.repeat(20)}"`
const text = `mira \`npm test\` y:\n\`\`\`ts\nif (a) {\n\t${long}\n}\n\n\`\`\`\ny sigue, @luis\n\`\`\`\nalert(1)\n\`\`\``

describe.skipIf(missing)('code in a message', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test.each<[string, BrowserContextOptions]>([
    ['at a desk', {}],
    ['on a phone', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }]
  ])('%s: it is monospaced, what is long scrolls inside itself, and all is as it was typed', async (_, options) => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', options)
    await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json: { text } })
    await luis.reads('y sigue')
    const message = luis.said('y sigue')
    expect(await message.locator('.text').textContent()).toBe(text)
    const selected = await message.locator('.text').evaluate((part) => {
      getSelection()?.selectAllChildren(part)
      return getSelection()?.toString()
    })
    expect(selected).toBe(text)
    expect(await message.locator('code:not(.block)').allTextContents()).toEqual(['`npm test`'])
    const blocks = await message.locator('code.block').evaluateAll((all) =>
      all.map((one) => ({
        scrolls: one.scrollWidth > one.clientWidth,
        font: getComputedStyle(one).fontFamily,
        width: one.getBoundingClientRect().right
      }))
    )
    expect(blocks.map(({ scrolls }) => scrolls)).toEqual([true, false])
    for (const { font, width } of blocks) {
      expect(font).toContain('mono')
      expect(width).toBeLessThanOrEqual(options.viewport?.width ?? 1280)
    }
    const wide = await luis.page.evaluate(() =>
      Array.from(document.querySelectorAll('html, main, .scroller'), (part) => part.scrollWidth - part.clientWidth)
    )
    expect(wide).toEqual([0, 0, 0])
    // The keys scroll it as well.
    await message.locator('code.block').first().focus()
    await luis.page.keyboard.press('ArrowRight')
    await expect
      .poll(() =>
        message
          .locator('code.block')
          .first()
          .evaluate((one) => one.scrollLeft)
      )
      .toBeGreaterThan(0)

    await luis.page.evaluate(() => {
      addEventListener('copy', () => {
        document.body.dataset.copied = (document.activeElement as HTMLTextAreaElement).value
      })
    })
    await message.getByRole('button', { name: 'Copy', exact: true }).click()
    expect(await luis.page.evaluate(() => document.body.dataset.copied)).toBe(text)
    await luis.leave()
  })
})
