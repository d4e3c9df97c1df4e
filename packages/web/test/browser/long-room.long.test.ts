import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { length } from '../../../server/test/support/test-length.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

const count = length({ short: 2_000, long: 50_000 })

describe.skipIf(missing)('a room with a long past', { timeout: 10 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test(`of ${count} messages: it opens with the newest, and what is read above moves nothing that is in sight`, async () => {
    const folder = await DatabaseFolder.make()
    const messages = `${folder.url}/v1/rooms/general/messages`
    let next = 1
    const send = async () => {
      while (next <= count)
        await ask('POST', messages, {
          token: folder.token,
          json: { text: `mensaje ${next++}.${' con más texto'.repeat(next % 9)}` }
        })
    }
    await Promise.all(Array.from({ length: 32 }, send))

    const luis = await Person.enter(browser, fromElsewhere(folder.url), 'luis')
    await expect.poll(() => luis.log.locator('article').count()).toBeGreaterThan(0)
    // From a click on its name to its first messages.
    await ask('POST', `${folder.url}/v1/rooms`, { token: folder.token, json: { name: 'ops' } })
    await luis.page.goto(`${fromElsewhere(folder.url)}/#room=ops`)
    await expect.poll(() => luis.page.getByRole('heading', { level: 1 }).textContent()).toBe('ops')
    const openedMs = await luis.page.evaluate(async () => {
      const begun = performance.now()
      location.hash = '#room=general'
      while (!document.querySelector('article')) await new Promise(requestAnimationFrame)
      return performance.now() - begun
    })
    console.log(`long-room: ${count} messages open in ${Math.round(openedMs)} ms`)
    expect(await luis.log.locator('article').count()).toBeLessThanOrEqual(600)

    // A thousand messages back, one screen after another. What is in the middle of the screen stays where the wheel put it.
    const jumps = await luis.page.evaluate(async () => {
      const scroller = document.getElementById('messages') as HTMLElement
      const frame = () => new Promise(requestAnimationFrame)
      let worst = 0
      for (let n = 0; n < 120; n++) {
        const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest('article')
        const before = middle?.getBoundingClientRect().top ?? 0
        const top = scroller.scrollTop
        scroller.scrollBy(0, -300)
        await frame()
        await frame()
        const moved = top - scroller.scrollTop
        if (middle?.isConnected) worst = Math.max(worst, Math.abs(middle.getBoundingClientRect().top - before - moved))
      }
      return { worst, rows: document.querySelectorAll('article').length }
    })
    console.log(`long-room: worst jump ${jumps.worst} px, ${jumps.rows} rows`)
    expect(jumps.worst).toBeLessThanOrEqual(1)
    expect(jumps.rows).toBeGreaterThan(300)
    await luis.page.getByRole('button', { name: 'Jump to the newest' }).click()
    await luis.reads(`mensaje ${count}.`)
    await luis.leave()
  })
})
