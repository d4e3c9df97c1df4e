import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hostileTexts } from '../../../cli/test/support/hostile-texts.ts'
import { ask, register } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { fromElsewhere, missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

/** What makes a careless page run somebody's script. */
const scripts = [
  '<script>owned()</script>',
  '<img src=x onerror=owned()>',
  '<svg/onload=owned()>',
  '"><script src=//example.org/x.js></script>',
  "'-owned()-'",
  '</textarea><script>owned()</script>',
  'javascript:owned()',
  'https://example.org/"onmouseover="owned()',
  "https://example.org/'><img src=x onerror=owned()>",
  'jAvAsCrIpT://%0aowned()',
  'data:text/html,<script>owned()</script>',
  '<a href="javascript:owned()">click</a>',
  '<iframe srcdoc="<script>parent.owned()</script>">',
  '{{constructor.constructor("owned()")()}}',
  '#{owned()}',
  '<style>*{display:none}</style>',
  '<base href=//example.org/>',
  '<meta http-equiv=refresh content="0;url=//example.org">',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=owned()>',
  '&lt;script&gt;owned()&lt;/script&gt;',
  '<form action=//example.org><button>x</button></form>',
  '<template shadowrootmode=open><script>owned()</script></template>'
]

describe.skipIf(missing)('texts and titles that want to do harm', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  test('run no script, load nothing from elsewhere, and stand where and as they were written', async () => {
    const folder = await DatabaseFolder.make()
    const rooms = `${folder.url}/v1/rooms`
    const inCode = scripts.flatMap((text) => [`\`${text}\``, `\`\`\`\n${text}\n\`\`\``])
    const texts = [
      ...hostileTexts,
      ...scripts,
      ...inCode,
      `\`\`\`\n${'x'.repeat(3_000)}\n\`\`\``,
      `\`${'x'.repeat(3_000)}\``
    ].filter((text) => text.isWellFormed() && !text.includes('\0') && /[\p{L}\p{N}\p{P}\p{S}]/u.test(text))
    const others: string[] = []
    const luis = await Person.at(browser, fromElsewhere(folder.url), 'luis')
    luis.page.on('request', (request) => {
      if (!request.url().startsWith(fromElsewhere(folder.url))) others.push(request.url())
    })
    const ran: string[] = []
    await luis.page.exposeFunction('owned', () => ran.push('a script'))
    luis.page.on('dialog', (dialog) => {
      ran.push('a dialog')
      void dialog.dismiss()
    })
    await luis.page.getByLabel('Your name').fill('luis')
    await luis.page.keyboard.press('Enter')
    await luis.is('live')

    let sent = 0
    for (const text of texts) {
      const { status } = await ask('POST', `${rooms}/general/messages`, { token: folder.token, json: { text } })
      if (status === 201) sent++
    }
    expect(sent).toBeGreaterThan(40)
    const named: string[] = []
    for (const [n, title] of texts.entries()) {
      const room = { name: `sala-${n}`, title: title.slice(0, 100) }
      if ((await ask('POST', rooms, { token: folder.token, json: room })).status === 201) named.push(room.name)
    }
    expect(named.length).toBeGreaterThan(40)
    const arab = await register(folder.url, 'محمد')
    await ask('POST', `${rooms}/general/messages`, { token: arab, json: { text: 'مرحبا by: ana, 09:14' } })
    await ask('POST', `${rooms}/general/messages`, { token: folder.token, json: { text: 'el último' } })
    await luis.reads('el último')
    expect(await luis.log.locator('article[data-id]').count()).toBe(sent + 2)

    // Nothing of the texts has become a part of the page, and only http is followed.
    expect(await luis.log.locator('script, img, svg, iframe, style, base, meta, form, math, template').count()).toBe(0)
    const links = await luis.log.locator('a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).protocol))
    expect(new Set(links)).toEqual(new Set(['https:']))
    expect(await luis.log.locator('a:not([rel~=noopener])').count()).toBe(0)
    // What hides or turns text around is shown as what it is.
    expect(await luis.log.textContent()).toContain('\\u{202e}gnp.exe')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them is to be there
    expect(await luis.log.textContent()).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]/)
    // No text widens the page, or lies over another.
    const wide = await luis.page.evaluate(() =>
      Array.from(document.querySelectorAll('html, main, .scroller'), (part) => part.scrollWidth - part.clientWidth)
    )
    expect(wide).toEqual([0, 0, 0])
    const boxes = await luis.log
      .locator('article')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom] as const))
    for (const [n, [top]] of boxes.entries()) if (n > 0) expect(top).toBeGreaterThanOrEqual(boxes[n - 1]?.[1] as number)

    for (const name of [named[0], named[15], named.at(-1)]) {
      await luis.page.goto(`${fromElsewhere(folder.url)}/#room=${name}`)
      await expect.poll(() => luis.page.getByRole('heading', { level: 1 }).textContent()).toBe(name)
      await luis.page.getByRole('heading', { level: 1 }).getByRole('button').click()
      const settings = luis.page.getByRole('dialog', { name: name as string })
      await settings.getByText('Public: everybody').waitFor()
      expect(await settings.evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0)
      await luis.page.keyboard.press('Escape')
      await settings.waitFor({ state: 'detached' })
    }
    expect(ran).toEqual([])
    expect(others).toEqual([])
    await luis.leave()
  })
})
