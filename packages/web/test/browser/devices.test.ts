import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { furnish } from './support/screens.ts'

describe.skipIf(missing)('a phone, and a keyboard alone', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('390 px: rooms slide in, a tap shows what can be done, what is touched is large, and the keys hide no message', async () => {
    const folder = await DatabaseFolder.make()
    await furnish(folder.url, folder.token)
    const viewport = { width: 390, height: 844 }
    const nora = await Person.enter(browser, fromElsewhere(folder.url), 'nora', { viewport, hasTouch: true, isMobile: true })
    expect(await nora.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await nora.composer.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize))).toBeGreaterThanOrEqual(
      16
    )
    expect(await nora.composer.evaluate((field) => field === document.activeElement)).toBe(false)

    await nora.composer.tap()
    await nora.send('desde el teléfono')
    await nora.reads('desde el teléfono')
    await nora.said('desde el teléfono').tap()
    await nora.said('desde el teléfono').getByRole('button', { name: 'Edit' }).waitFor()
    await nora.page.getByRole('button', { name: 'Rooms and account' }).tap()
    await nora.page.getByRole('link', { name: 'general' }).waitFor()
    const small = await nora.page
      .locator('dialog a, dialog button, header button, form button, article button')
      .evaluateAll((all) =>
        all
          .map((one) => [one.getAttribute('aria-label') ?? one.textContent, one.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => width > 0 && Math.min(width, height) < 44)
          .map(([name]) => name)
      )
    expect(small).toEqual([])
    await nora.page.getByRole('link', { name: 'ops' }).tap()
    await expect.poll(() => nora.page.getByRole('heading', { level: 1 }).textContent()).toBe('ops')
    await nora.page.goBack()
    await expect.poll(() => nora.page.getByRole('heading', { level: 1 }).textContent()).toBe('general')
    await nora.reads('desde el teléfono')

    // The keys of the phone take the lower part of the screen.
    await nora.page.setViewportSize({ width: 390, height: 470 })
    const bottom = (box: { y: number; height: number } | null) => Math.round((box?.y ?? 0) + (box?.height ?? 0))
    expect(bottom(await nora.composer.boundingBox())).toBeLessThanOrEqual(470)
    const [last, field] = [await nora.said('desde el teléfono').boundingBox(), await nora.composer.boundingBox()]
    expect(bottom(last)).toBeLessThanOrEqual(field?.y ?? 0)
    await nora.leave()
  })

  test('the keyboard alone is enough: to enter, write, edit, delete, change room, search and leave a panel', async () => {
    const folder = await DatabaseFolder.make()
    await furnish(folder.url, folder.token)
    const nora = await Person.at(browser, fromElsewhere(folder.url), 'nora')
    const { keyboard } = nora.page
    const focused = () =>
      nora.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
    /** Press Tab until the focus is there. */
    const tabTo = async (name: string) => {
      for (let n = 0; n < 40 && (await focused()) !== name; n++) await keyboard.press('Tab')
      expect(await focused()).toBe(name)
    }
    await keyboard.type('nora')
    await keyboard.press('Enter')
    await nora.is('live')
    await expect.poll(focused).toBe('Message to general')
    await keyboard.type('con las teclas')
    await keyboard.press('Enter')
    await nora.reads('con las teclas')
    await keyboard.press('ArrowUp')
    await expect.poll(focused).toBe('Edit message')
    await keyboard.type(', sin ratón')
    await keyboard.press('Enter')
    await nora.reads('con las teclas, sin ratón')
    await expect.poll(focused).toBe('Message to general')

    // Back into the log, to the last message, and from there to what can be done with it.
    await tabTo('Skip to the messages')
    await keyboard.press('Enter')
    await expect.poll(focused).toBe('Messages')
    await keyboard.press('ArrowUp')
    await expect.poll(focused).toMatch(/^nora, /)
    await tabTo('Delete')
    await keyboard.press('Enter')
    await expect.poll(() => nora.page.getByRole('group', { name: 'Delete this message?' }).count()).toBe(1)
    await tabTo('Delete')
    await keyboard.press('Enter')
    await expect.poll(() => nora.said('con las teclas').count()).toBe(0)

    await keyboard.press('Control+k')
    await nora.page.getByRole('dialog').waitFor()
    await keyboard.type('op')
    await keyboard.press('Enter')
    await expect.poll(() => nora.page.getByRole('heading', { level: 1 }).textContent()).toBe('ops')
    await expect.poll(focused).toBe('Message to ops')
    await tabTo('Search')
    await keyboard.press('Enter')
    await expect.poll(focused).toBe('Search messages')
    await keyboard.press('Escape')
    await expect.poll(focused).toBe('Search')
    await nora.leave()
  })
})
