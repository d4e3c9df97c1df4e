import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('help', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('a question mark, where nothing is written, tells what the keys do and leads to the documents', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const help = luis.page.getByRole('dialog', { name: 'Help' })
    await luis.composer.press('?')
    expect(await luis.composer.inputValue()).toBe('?')
    expect(await help.count()).toBe(0)
    await luis.log.press('?')
    await help.getByText('changes room').waitFor()
    await luis.page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    await luis.page.getByRole('button', { name: 'Help' }).click()
    await help.getByRole('link', { name: 'Documentation of this server' }).click()
    await luis.page.getByRole('heading', { name: 'Contract', level: 1 }).waitFor()
    expect(luis.page.url()).toBe(`${fromElsewhere(folder.url)}/docs`)
    await luis.leave()
  })
})
