import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readQr } from '../../../cli/test/support/read-qr.ts'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

describe.skipIf(missing)('somebody and their browsers', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  const account = (person: Person) => person.page.getByRole('button', { name: /Your account/ })

  test('the code that one shows, scanned by another, signs that in as well, once', async () => {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    const luis = await Person.enter(browser, url, 'luis', { colorScheme: 'dark', deviceScaleFactor: 2 })
    await account(luis).click()
    await luis.page.getByRole('button', { name: 'Make a code' }).click()
    const code = luis.page.getByRole('img', { name: 'Link a device' })
    await expect.poll(() => code.locator('path').getAttribute('d')).not.toBe('')
    const png = (await code.screenshot()).toString('base64')
    const blank = await luis.context.newPage()
    const { width, height, bytes } = await blank.evaluate(async (text) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${text}`)).blob())
      const { width, height } = picture
      const canvas = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D
      canvas.drawImage(picture, 0, 0)
      return { width, height, bytes: [...canvas.getImageData(0, 0, width, height).data] }
    }, png)
    // Its corners are round.
    const edge = bytes[(2 * width + width / 2) * 4]
    const link = readQr({ width, height, data: Uint8ClampedArray.from(bytes) }, edge)
    const groups = (await luis.page.locator('.code').textContent()) as string
    expect(groups).toMatch(/^([0-9A-Z]{4}-){6}[0-9A-Z]{2}$/)
    expect(link).toBe(`${url}/#link=${groups.replaceAll('-', '')}`)

    const phone = await Person.at(browser, link, 'luis')
    await phone.is('live')
    expect(await account(phone).count()).toBe(1)
    await luis.page.getByRole('dialog').getByText('Another device has signed in.').waitFor()
    expect(await code.count()).toBe(0)
    expect(await luis.page.getByText(groups).count()).toBe(0)
    await phone.send('desde el otro')
    await luis.reads('desde el otro')
    const late = await Person.at(browser, link, 'luis')
    await late.page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    expect(await late.pill.count()).toBe(0)
    for (const person of [luis, phone, late]) await person.leave()
  })

  test('a code that nobody uses is shown for as long as it works', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await account(luis).click()
    await luis.page.clock.install()
    await luis.page.getByRole('button', { name: 'Make a code' }).click()
    const code = luis.page.locator('.code')
    await code.waitFor()
    await luis.page.clock.fastForward('05:00')
    expect(await code.count()).toBe(1)
    await luis.page.clock.fastForward('05:00')
    await luis.page.getByText('The code has expired.').waitFor()
    expect(await code.count()).toBe(0)
    await luis.leave()
  })

  test('what was begun stays in its room, after a reload too, and goes with who signs out', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    await luis.composer.fill('a medias en general')
    const show = async (room: string) => {
      await luis.page.goto(`${fromElsewhere(folder.url)}/#room=${room}`)
      await luis.page.getByRole('textbox', { name: `Message to ${room}` }).waitFor()
    }
    await show('ops')
    expect(await luis.composer.inputValue()).toBe('')
    await luis.composer.fill('a medias en ops')
    await show('general')
    expect(await luis.composer.inputValue()).toBe('a medias en general')
    await luis.page.reload()
    await luis.is('live')
    expect(await luis.composer.inputValue()).toBe('a medias en general')
    await show('ops')
    expect(await luis.composer.inputValue()).toBe('a medias en ops')

    await account(luis).click()
    await luis.page.getByRole('button', { name: 'Sign out' }).click()
    await luis.page.getByText(/^Sign out\? Without a password/).waitFor()
    await luis.page.getByRole('button', { name: 'Sign out' }).click()
    await luis.page.getByLabel('Your name').waitFor()
    expect(await luis.page.evaluate(() => JSON.stringify(localStorage))).not.toMatch(/a medias|tt_/)
    await luis.leave()
  })
})
