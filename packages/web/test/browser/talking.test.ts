import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { openProxy } from './support/proxy.ts'

describe.skipIf(missing)('two people with a browser each', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('a first visit takes a name, and one is in the room, ready to write', async () => {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    const luis = await Person.at(browser, url, 'luis')
    expect(await luis.page.evaluate(() => isSecureContext)).toBe(false)
    const name = luis.page.getByLabel('Your name')
    expect(await name.evaluate((field) => field === document.activeElement)).toBe(true)
    await name.fill('ana') // she was here before
    await luis.page.keyboard.press('Enter')
    await expect.poll(() => luis.page.getByRole('alert').textContent()).toContain('ana')
    await name.fill('luis')
    await luis.page.keyboard.press('Enter')
    await luis.is('live')
    expect(await luis.page.getByRole('heading', { level: 1 }).textContent()).toBe('general')
    expect(await luis.composer.evaluate((field) => field === document.activeElement)).toBe(true)
    await luis.page.reload()
    await luis.is('live')
    await luis.leave()
  })

  test('each reads at once what the other says, edits and deletes', async () => {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    const [luis, marta] = [await Person.enter(browser, url, 'luis'), await Person.enter(browser, url, 'marta')]
    await luis.send('¿me lees? 👩‍👩‍👧')
    await marta.reads('¿me lees? 👩‍👩‍👧')
    await luis.reads('¿me lees? 👩‍👩‍👧')
    await marta.send('yo sí')
    await luis.reads('yo sí')

    // Up edits the last message of one's own.
    await marta.composer.press('ArrowUp')
    const edit = marta.page.getByRole('textbox', { name: 'Edit message' })
    expect(await edit.inputValue()).toBe('yo sí')
    await edit.fill('yo también')
    await edit.press('Enter')
    await luis.reads('yo también')
    await expect.poll(() => luis.said('yo también').textContent()).toContain('edited')
    expect(await luis.said('yo sí').count()).toBe(0)

    // To delete asks once, in place.
    const own = luis.said('¿me lees?')
    await own.hover()
    const [strip, time] = [
      await own.getByRole('group', { name: 'Actions' }).boundingBox(),
      await own.locator('time').boundingBox()
    ]
    expect((strip?.x ?? 0) + (strip?.width ?? 0)).toBeLessThanOrEqual(time?.x ?? 0)
    await own.getByRole('button', { name: 'Delete' }).click()
    await own.getByRole('button', { name: 'Keep' }).click()
    await own.getByRole('button', { name: 'Delete' }).click()
    await own.getByRole('group', { name: 'Delete this message?' }).getByRole('button', { name: 'Delete' }).click()
    await marta.reads('message deleted')
    expect(await marta.said('¿me lees?').count()).toBe(0)
    // What another wrote offers neither.
    const other = luis.said('yo también')
    await other.hover()
    const offered = other.getByRole('group', { name: 'Actions' }).getByRole('button')
    expect(await offered.allTextContents()).toEqual(['Copy', 'Copy as curl'])
    await luis.leave()
    await marta.leave()
  })

  test('an edit of what was changed meanwhile shows both texts, and keeps the one that was written', async () => {
    const folder = await DatabaseFolder.make()
    const url = fromElsewhere(folder.url)
    const luis = await Person.enter(browser, url, 'luis')
    const token = await luis.token()
    await luis.send('el primero')
    await luis.reads('el primero')
    await luis.composer.press('ArrowUp')
    const edit = luis.page.getByRole('textbox', { name: 'Edit message' })
    await edit.fill('el mío')
    const messages = `${folder.url}/v1/rooms/general/messages`
    const { body } = await ask('GET', messages, { token })
    const { id } = body.messages.at(-1)
    expect((await ask('PUT', `${messages}/${id}`, { token, json: { text: 'el de otro aparato' } })).status).toBe(200)
    await edit.press('Enter')
    await expect.poll(() => luis.page.getByRole('alert').textContent()).toContain('el de otro aparato')
    expect(await edit.inputValue()).toBe('el mío')
    await edit.press('Enter')
    await luis.reads('el mío')
    expect((await ask('GET', `${messages}/${id}`, { token })).body.text).toBe('el mío')
    await luis.leave()
  })

  test('what is pasted, dropped or too long does no harm, in the composer and in an edit', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const edit = luis.page.getByRole('textbox', { name: 'Edit message' })
    const put = (box: Locator, text: string) =>
      box.evaluate((field, value) => {
        ;(field as HTMLTextAreaElement).value = value
        field.dispatchEvent(new Event('input', { bubbles: true }))
      }, text)
    await put(luis.composer, 'half \ud83d and \0 nothing')
    await luis.composer.press('Enter')
    await luis.reads('half \ufffd and  nothing')
    await luis.composer.press('ArrowUp')
    await put(edit, 'another \udc00 half\0')
    await edit.press('Enter')
    await luis.reads('another \ufffd half')

    await luis.composer.press('ArrowUp')
    await put(edit, 'x'.repeat(4_001))
    await luis.page.getByRole('alert').filter({ hasText: '1 character too many' }).waitFor()
    expect(await luis.page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await edit.press('Escape')

    // The browser would open a file in place of the page.
    const opened = await luis.page.evaluate(() => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['x'], 'x.txt'))
      const over = [document.body, document.getElementById('messages'), document.getElementById('composer')]
      return over.flatMap((part) =>
        ['dragover', 'drop'].filter((type) =>
          part?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
        )
      )
    })
    expect(opened).toEqual([])

    // A link to a room can be as long as its writer likes.
    await luis.page.goto(`${fromElsewhere(folder.url)}/#room=${'x'.repeat(2_000)}`)
    await luis.page.getByRole('alert').filter({ hasText: 'There is no room' }).waitFor()
    expect(await luis.page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280)
    await luis.leave()
  })

  test('while the last message is on its way, the one before it is not edited instead', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await luis.send('la primera')
    await luis.reads('la primera')
    await folder.kill()
    await luis.send('la segunda')
    await luis.log.getByText('la segunda').waitFor()
    await luis.composer.press('ArrowUp')
    await luis.composer.press('x')
    expect(await luis.composer.inputValue()).toBe('x')
    expect(await luis.page.getByRole('textbox', { name: 'Edit message' }).count()).toBe(0)
    await luis.leave()
  })

  test('that a message was refused is read aloud, below what is open as well', async () => {
    const folder = await DatabaseFolder.make()
    const room = `${folder.url}/v1/rooms/ops`
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    let archived = () => {}
    const isArchived = new Promise<void>((resolve) => {
      archived = resolve
    })
    const url = await openProxy(folder, async ({ method, url }) => {
      if (method === 'POST' && url === '/v1/rooms/ops/messages') await isArchived
      return false
    })
    const luis = await Person.enter(browser, fromElsewhere(`${url}/#room=ops`), 'luis')
    await luis.send('¿sigue abierta?')
    await luis.log.getByText('¿sigue abierta?').waitFor()
    await luis.page.getByRole('button', { name: 'Search', exact: true }).click()
    expect((await ask('PATCH', room, { token: folder.token, json: { archived: true } })).status).toBe(200)
    archived()
    const why = /^Not sent: /
    const aloud = luis.page.getByRole('dialog').locator('[role=status]')
    await aloud.getByText(why).waitFor({ state: 'attached' })
    await luis.page.keyboard.press('Escape')
    await luis.page.getByRole('alert').getByText(why).waitFor()
    await luis.leave()
  })

  test('whoever is asked whether to leave a room is not asked it of the next one', async () => {
    const folder = await DatabaseFolder.make()
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    await luis.page.getByRole('button', { name: 'Leave the room' }).click()
    await luis.page.getByText('Leave general?').waitFor()
    await luis.page.goto(`${fromElsewhere(folder.url)}/#room=ops`)
    await luis.page.getByRole('button', { name: 'Join' }).click()
    await expect.poll(() => luis.page.getByRole('button', { name: 'Leave the room' }).count()).toBe(1)
    expect(await luis.page.getByText('Leave ops?').count()).toBe(0)
    await luis.leave()
  })

  test('whoever joins a room with the keyboard can write in it at once', async () => {
    const folder = await DatabaseFolder.make()
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await luis.page.goto(`${fromElsewhere(folder.url)}/#room=ops`)
    await luis.page.getByRole('button', { name: 'Join' }).press('Enter')
    await luis.page.locator('#composer:focus').waitFor()
    await luis.page.getByRole('button', { name: 'Join' }).waitFor({ state: 'detached' })
    await luis.page.locator('#composer:focus').waitFor()
    await luis.leave()
  })
})
