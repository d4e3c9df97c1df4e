import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, register } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('names after an @', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const list = (page: Page) => page.getByRole('listbox', { name: 'People' })
  const offered = (page: Page) => list(page).getByRole('option').allTextContents()
  /** The name that Enter takes, as whoever does not see the list is told. */
  const active = (page: Page) =>
    page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant')
      return id == null ? undefined : document.getElementById(id)?.textContent
    })
  const join = (folder: DatabaseFolder, token: string) => ask('PUT', `${folder.url}/v1/rooms/general/members/me`, { token })
  /** Ana, marcos and marta are in the room; marta is here, with luis. */
  async function openRoom(options = {}) {
    const folder = await DatabaseFolder.make()
    await join(folder, folder.token)
    await join(folder, await register(folder.url, 'marcos'))
    const marta = await Person.enter(browser, fromElsewhere(folder.url), 'marta')
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis', options)
    await luis.page.waitForFunction(() => document.body.textContent?.includes('marta') || innerWidth < 900)
    return { folder, luis, marta, page: luis.page, keyboard: luis.page.keyboard }
  }

  test('the keys choose one and take it, whoever is here first; what is typed to its end is sent', async () => {
    const { luis, marta, page, keyboard } = await openRoom()
    await luis.composer.focus()
    await keyboard.type('hola @')
    await expect.poll(() => offered(page)).toEqual(['marta', 'ana', 'marcos'])
    await keyboard.type('m')
    await expect.poll(() => offered(page)).toEqual(['marta', 'marcos'])
    expect(await active(page)).toBe('marta')
    await keyboard.press('ArrowDown')
    await expect.poll(() => active(page)).toBe('marcos')
    await keyboard.press('ArrowDown')
    await expect.poll(() => active(page)).toBe('marta')
    await keyboard.press('Enter')
    await expect.poll(() => luis.composer.inputValue()).toBe('hola @marta ')
    expect(await list(page).count()).toBe(0)
    // It can be undone as what was typed.
    await keyboard.press('Control+z')
    await expect.poll(() => luis.composer.inputValue()).toBe('hola @m')
    await keyboard.press('End')
    await expect.poll(() => active(page)).toBe('marta')
    await keyboard.press('Tab')
    await expect.poll(() => luis.composer.inputValue()).toBe('hola @marta ')

    await keyboard.type('y @marcos')
    await expect.poll(() => list(page).count()).toBe(0)
    await keyboard.press('Enter')
    await marta.reads('hola @marta y @marcos')
    expect(await list(page).count()).toBe(0)
    await luis.leave()
    await marta.leave()
  })

  test('Escape closes it until another name is begun, and a key that composes letters takes nothing', async () => {
    const { luis, marta, page, keyboard } = await openRoom()
    await luis.composer.focus()
    await keyboard.type('@m')
    await expect.poll(() => active(page)).toBe('marta')
    const pressed = await luis.composer.evaluate((box) =>
      ['Enter', 'Tab', 'ArrowDown', 'Escape'].map((key) =>
        box.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true }))
      )
    )
    expect(pressed).toEqual([true, true, true, true])
    expect(await luis.composer.inputValue()).toBe('@m')
    await keyboard.press('Escape')
    await expect.poll(() => list(page).count()).toBe(0)
    await keyboard.type('a')
    expect(await list(page).count()).toBe(0)
    await keyboard.type(' @an')
    await expect.poll(() => active(page)).toBe('ana')
    // The caret elsewhere: there is nothing to complete.
    await keyboard.press('Home')
    await expect.poll(() => list(page).count()).toBe(0)
    await luis.leave()
    await marta.leave()
  })

  test('in the box of an edit, where Escape closes first the list and then the edit', async () => {
    const { luis, marta, page, keyboard } = await openRoom()
    await luis.send('hola')
    await luis.reads('hola')
    await luis.composer.press('ArrowUp')
    const edit = page.getByRole('textbox', { name: 'Edit message' })
    await edit.waitFor()
    await keyboard.type(' @a')
    await expect.poll(() => active(page)).toBe('ana')
    await keyboard.press('Escape')
    await expect.poll(() => list(page).count()).toBe(0)
    expect(await edit.inputValue()).toBe('hola @a')
    await keyboard.type(' @a')
    await keyboard.press('Enter')
    await expect.poll(() => edit.inputValue()).toBe('hola @a @ana ')
    await keyboard.press('Escape')
    await expect.poll(() => edit.count()).toBe(0)
    await luis.leave()
    await marta.leave()
  })

  test('on a phone a tap takes one, the box keeps the focus, and the list is on the screen', async () => {
    const { luis, marta, page } = await openRoom({ viewport: { width: 390, height: 470 }, hasTouch: true, isMobile: true })
    await luis.composer.tap()
    await luis.composer.pressSequentially('@')
    await list(page).waitFor()
    const box = await list(page).boundingBox()
    expect(box?.y).toBeGreaterThanOrEqual(0)
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual((await luis.composer.boundingBox())?.y ?? 0)
    await page.getByRole('option', { name: 'marcos' }).tap()
    await expect.poll(() => luis.composer.inputValue()).toBe('@marcos ')
    expect(await luis.composer.evaluate((field) => field === document.activeElement)).toBe(true)
    await luis.leave()
    await marta.leave()
  })

  test('in a room with more people than are listed the others are found too', async () => {
    const folder = await DatabaseFolder.make()
    for (let n = 0; n < 205; n++) await join(folder, await register(folder.url, `a${n}`))
    await join(folder, await register(folder.url, 'zoe'))
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await luis.composer.focus()
    await luis.page.keyboard.type('@zo')
    await expect.poll(() => offered(luis.page)).toEqual(['zoe'])
    await luis.leave()
  })
})
