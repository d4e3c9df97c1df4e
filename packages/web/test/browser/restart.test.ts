import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { openProxy } from './support/proxy.ts'

describe.skipIf(missing)('a server that goes away', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('killed while one writes, and started again: all that was sent is there once and in order, the draft is as it was', async () => {
    const folder = await DatabaseFolder.make()
    const { url } = folder
    const { port } = folder.server as ServerProcess
    const luis = await Person.enter(browser, fromElsewhere(url), 'luis')
    const marta = await Person.enter(browser, fromElsewhere(url), 'marta')
    await luis.send('antes')
    await marta.reads('antes')
    const people = luis.page.getByRole('complementary', { name: 'People' })
    await people.getByRole('heading', { name: 'Here now' }).waitFor()

    await folder.kill()
    await luis.is(/^(reconnecting|offline)/)
    // Nobody knows who is still there.
    await expect.poll(() => people.locator('.here').count()).toBe(0)
    expect(await people.getByRole('heading', { name: 'Here now' }).count()).toBe(0)
    expect(await people.locator('.away').count()).toBeGreaterThan(1)
    for (const text of ['uno', 'dos', 'tres']) await luis.send(text)
    await expect
      .poll(() => luis.log.getByRole('article').filter({ hasText: 'tres' }).textContent())
      .toContain('waits for a connection')
    await luis.composer.fill('a medias, aún sin env')

    folder.server = await ServerProcess.start(folder.db, { port })
    await luis.is('live')
    await marta.is('live')
    await people.getByRole('heading', { name: 'Here now' }).waitFor()
    for (const text of ['uno', 'dos', 'tres']) await marta.reads(text)
    for (const person of [luis, marta]) await expect.poll(() => person.texts()).toEqual(['antes', 'uno', 'dos', 'tres'])
    const { body } = await ask('GET', `${url}/v1/rooms/general/messages`, { token: folder.token })
    expect(body.messages.map(({ text }: { text: string }) => text)).toEqual(['antes', 'uno', 'dos', 'tres'])
    expect(await luis.composer.inputValue()).toBe('a medias, aún sin env')
    await luis.page.reload()
    await luis.is('live')
    expect(await luis.composer.inputValue()).toBe('a medias, aún sin env')
    await luis.leave()
    await marta.leave()
  })

  test('what was sent while nobody answered leaves although its tab was closed meanwhile', async () => {
    const folder = await DatabaseFolder.make()
    const { port } = folder.server as ServerProcess
    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    const other = await luis.context.newPage()
    await other.goto(fromElsewhere(folder.url))
    await other.getByRole('status', { name: 'Connection' }).filter({ hasText: 'live' }).waitFor()
    await folder.kill()
    await luis.is(/^(reconnecting|offline)/)
    await luis.send('desde una pestaña cerrada')
    await other.getByRole('article').filter({ hasText: 'desde una pestaña cerrada' }).waitFor()
    await luis.page.close()
    folder.server = await ServerProcess.start(folder.db, { port })
    await other.locator('article[data-id]').filter({ hasText: 'desde una pestaña cerrada' }).waitFor()
    await luis.leave()
  })

  test('what something in between answered once is not believed for ever', async () => {
    const folder = await DatabaseFolder.make()
    let isGone = true
    let asked = 0
    const url = await openProxy(folder, ({ url }, answer) => {
      if (!url?.startsWith('/v1/events')) return false
      asked++
      if (isGone) answer.writeHead(410).end()
      return isGone
    })
    const luis = await Person.at(browser, fromElsewhere(url), 'luis')
    await luis.page.getByLabel('Your name').fill('luis')
    await luis.page.keyboard.press('Enter')
    await luis.is(/^reconnecting/)
    await expect.poll(() => asked).toBeGreaterThan(1)
    isGone = false
    await luis.page.reload()
    await luis.is('live')
    await luis.leave()
  })
})
