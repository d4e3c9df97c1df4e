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

  const bottom = (box: { y: number; height: number } | null) => Math.round((box?.y ?? 0) + (box?.height ?? 0))

  test('390 px: rooms slide in, a tap shows what can be done, what is touched is large, and the keys hide no message', async () => {
    const folder = await DatabaseFolder.make()
    await furnish(folder.url, folder.token)
    const viewport = { width: 390, height: 844 }
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', { viewport, hasTouch: true, isMobile: true })
    expect(await luis.page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
    expect(await luis.composer.evaluate((field) => Number.parseFloat(getComputedStyle(field).fontSize))).toBeGreaterThanOrEqual(
      16
    )
    expect(await luis.composer.evaluate((field) => field === document.activeElement)).toBe(false)

    await luis.composer.tap()
    await luis.send('desde el teléfono')
    await luis.reads('desde el teléfono')
    await luis.said('desde el teléfono').tap()
    await luis.said('desde el teléfono').getByRole('button', { name: 'Edit' }).waitFor()
    await luis.page.getByRole('button', { name: 'Rooms and account' }).tap()
    await luis.page.getByRole('link', { name: 'general' }).waitFor()
    const small = await luis.page
      .locator('dialog a, dialog button, header button, form button, article button')
      .evaluateAll((all) =>
        all
          .map((one) => [one.getAttribute('aria-label') ?? one.textContent, one.getBoundingClientRect()] as const)
          .filter(([, { width, height }]) => width > 0 && Math.min(width, height) < 44)
          .map(([name]) => name)
      )
    expect(small).toEqual([])
    await luis.page.getByRole('link', { name: 'ops' }).tap()
    await expect.poll(() => luis.page.getByRole('heading', { level: 1 }).textContent()).toBe('ops')
    await luis.page.goBack()
    await expect.poll(() => luis.page.getByRole('heading', { level: 1 }).textContent()).toBe('general')
    await luis.reads('desde el teléfono')

    // Of one's account, which is longer than the screen, the way out of it stays in sight, and the last button can be reached.
    await luis.page.getByRole('button', { name: 'Rooms and account' }).tap()
    await luis.page.getByRole('button', { name: /Your account/ }).tap()
    await luis.page.getByRole('button', { name: 'Make a code' }).tap()
    await luis.page.getByRole('button', { name: 'Copy link' }).waitFor()
    const signOut = luis.page.getByRole('button', { name: 'Sign out' })
    await signOut.scrollIntoViewIfNeeded()
    await expect.poll(async () => bottom(await signOut.boundingBox())).toBeLessThanOrEqual(844)
    expect((await luis.page.getByRole('button', { name: 'Close' }).boundingBox())?.y).toBeGreaterThanOrEqual(0)
    await luis.page.getByRole('button', { name: 'Close' }).tap()

    // The keys of the phone take the lower part of the screen.
    await luis.page.setViewportSize({ width: 390, height: 470 })
    expect(bottom(await luis.composer.boundingBox())).toBeLessThanOrEqual(470)
    const [last, field] = [await luis.said('desde el teléfono').boundingBox(), await luis.composer.boundingBox()]
    expect(bottom(last)).toBeLessThanOrEqual(field?.y ?? 0)
    await luis.leave()
  })

  test('the keyboard alone is enough: to enter, write, edit, delete, change room, search and leave a panel', async () => {
    const folder = await DatabaseFolder.make()
    await furnish(folder.url, folder.token)
    const luis = await Person.at(browser, fromElsewhere(folder.url), 'luis')
    const { keyboard } = luis.page
    const focused = () =>
      luis.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent)
    /** Press Tab until the focus is there. */
    const tabTo = async (name: string) => {
      for (let n = 0; n < 40 && (await focused()) !== name; n++) await keyboard.press('Tab')
      expect(await focused()).toBe(name)
    }
    await keyboard.type('luis')
    await keyboard.press('Enter')
    await luis.is('live')
    await expect.poll(focused).toBe('Message to general')
    await keyboard.type('con las teclas')
    await keyboard.press('Enter')
    await luis.reads('con las teclas')
    await keyboard.press('ArrowUp')
    await expect.poll(focused).toBe('Edit message')
    await keyboard.type(', sin ratón')
    await keyboard.press('Enter')
    await luis.reads('con las teclas, sin ratón')
    await expect.poll(focused).toBe('Message to general')

    // Back into the log, to the last message, and from there to what can be done with it.
    await tabTo('Skip to the messages')
    await keyboard.press('Enter')
    await expect.poll(focused).toBe('Messages')
    await keyboard.press('ArrowUp')
    await expect.poll(focused).toMatch(/^luis, /)
    await tabTo('Delete')
    await keyboard.press('Enter')
    await expect.poll(() => luis.page.getByRole('group', { name: 'Delete this message?' }).count()).toBe(1)
    await tabTo('Delete')
    await keyboard.press('Enter')
    await expect.poll(() => luis.said('con las teclas').count()).toBe(0)

    await keyboard.press('Control+k')
    await luis.page.getByRole('dialog').waitFor()
    await keyboard.type('op')
    await keyboard.press('Enter')
    await expect.poll(() => luis.page.getByRole('heading', { level: 1 }).textContent()).toBe('ops')
    await expect.poll(focused).toBe('Message to ops')
    await tabTo('Search')
    await keyboard.press('Enter')
    await expect.poll(focused).toBe('Search messages')
    await keyboard.press('Escape')
    await expect.poll(focused).toBe('Search')

    // The next panel may be asked for before the browser has told that the last one closed.
    await keyboard.press('Enter')
    await expect.poll(focused).toBe('Search messages')
    await Promise.all([keyboard.press('Escape'), keyboard.press('Control+k')])
    await expect.poll(focused).toBe('Go to a room')
    expect(await luis.page.getByRole('dialog', { name: 'Change room' }).count()).toBe(1)
    await luis.leave()
  })
})
