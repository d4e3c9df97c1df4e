import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('signing in and out', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  /** What the focus is on: a field by its label, a button by its words. */
  const focused = ({ page }: Person) =>
    page.evaluate(() => {
      const { activeElement } = document
      const label = activeElement instanceof HTMLInputElement ? activeElement.labels?.[0]?.firstChild : undefined
      return (label ?? activeElement)?.textContent
    })

  test('whose session has ended elsewhere types the password, and nothing else', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const { body: link } = await ask('POST', `${folder.url}/v1/links`, { token: await luis.token() })
    const { body: other } = await ask('POST', `${folder.url}/v1/sessions`, { json: { code: link.code } })
    const password = 'la de siempre'
    await ask('PUT', `${folder.url}/v1/users/me/password`, { token: other.token, json: { password } })
    await luis.page.getByText('This session has ended').waitFor()
    expect(await luis.page.getByLabel('Your name').inputValue()).toBe('luis')
    await expect.poll(() => focused(luis)).toBe('Password')
    await luis.page.keyboard.type(password)
    await luis.page.keyboard.press('Enter')
    await luis.is('live')
    await luis.leave()
  })

  test('a code is typed in any spelling; one that is mistyped is said to be wrong, whatever it was for', async () => {
    const folder = await DatabaseFolder.make()
    const { body: link } = await ask('POST', `${folder.url}/v1/links`, { token: folder.token })
    const ana = await Person.at(browser, fromElsewhere(folder.url), 'ana')
    const redeem = async (code: string) => {
      await ana.page.getByLabel('Code').fill(code)
      await ana.page.keyboard.press('Enter')
    }
    await ana.page.getByRole('button', { name: 'I have a code' }).click()
    await redeem(link.code.replace(/.$/, link.code.endsWith('7') ? '8' : '7'))
    await expect.poll(() => ana.page.getByRole('alert').textContent()).toMatch(/^This code is wrong, or has been used/)
    await ana.page.getByRole('button', { name: 'Español' }).click()
    await expect.poll(() => ana.page.getByRole('alert').textContent()).toMatch(/^Ese código está mal, o ya se usó/)
    await ana.page.getByRole('button', { name: 'English' }).click()
    await redeem(` ${link.code.toLowerCase().replace(/(.{4})/g, '$1 ')}`)
    await ana.is('live')
    await ana.leave()
  })

  test('the focus goes to what is to be filled in or answered, and back', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.at(browser, fromElsewhere(folder.url), 'luis')
    const press = (name: string) => luis.page.getByRole('button', { name }).click()
    await press('I have a code')
    await expect.poll(() => focused(luis)).toBe('Code')
    await press('I have a password')
    await expect.poll(() => focused(luis)).toBe('Your name')
    await press('I am new here')
    await expect.poll(() => focused(luis)).toBe('Your name')
    await luis.page.keyboard.type('luis')
    await luis.page.keyboard.press('Enter')
    await luis.is('live')

    await press('Your account')
    await press('Set a password')
    await expect.poll(() => focused(luis)).toBe('New password')
    await luis.page.getByText('At least 8 characters.').waitFor()
    await luis.page.keyboard.type('la de siempre')
    await luis.page.keyboard.press('Enter')
    await luis.page.getByText('Password saved.').waitFor()
    await expect.poll(() => focused(luis)).toBe('Change the password')
    await luis.page.keyboard.press('Enter')
    await expect.poll(() => focused(luis)).toBe('Current password')
    await press('Cancel')
    await expect.poll(() => focused(luis)).toBe('Change the password')

    await press('Sign out')
    await luis.page.getByRole('group', { name: 'Sign luis out on this device?' }).waitFor()
    await expect.poll(() => focused(luis)).toBe('Sign out')
    await luis.page.keyboard.press('Escape')
    await expect.poll(() => focused(luis)).toBe('Sign out')
    expect(await luis.page.getByRole('dialog').count()).toBe(1)
    await luis.page.keyboard.press('Enter')
    await luis.page.getByRole('group', { name: 'Sign luis out on this device?' }).waitFor()
    await luis.page.keyboard.press('Enter')
    await expect.poll(() => focused(luis)).toBe('Your name')
    await luis.leave()
  })

  test('a refusal is told in the language of the page, and again when that changes', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.at(browser, fromElsewhere(folder.url), 'luis', { locale: 'es-ES' })
    await luis.page.getByLabel('Tu nombre').fill('ana') // she was here before
    await luis.page.keyboard.press('Enter')
    await expect.poll(() => luis.page.getByRole('alert').textContent()).toBe('Ese nombre ya está tomado. Elige otro.')
    await luis.page.getByRole('button', { name: 'English' }).click()
    await expect.poll(() => luis.page.getByRole('alert').textContent()).toContain('“ana” is taken')
    await luis.leave()
  })
})
