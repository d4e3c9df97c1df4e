import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, test } from 'vitest'
import { Home, program } from '../../../cli/test/support/chat.ts'
import { Tmux } from '../../../cli/test/support/tmux.ts'
import { ask } from '../../../server/test/processes/support/ask.ts'
import { DatabaseFolder } from '../../../server/test/processes/support/database-folder.ts'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { fromElsewhere, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'
import { furnish, screens } from './support/screens.ts'

/** Takes the pictures in docs/pictures, of a chat on the usual port: it must be free. Nothing is checked: who takes them looks at them. */

const folder = fileURLToPath(new URL('../../../../docs/pictures/', import.meta.url))
const file = (name: string) => `${folder}${name}.png`

let browser: Browser
beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  browser = await openBrowser()
})
afterAll(() => browser?.close())

async function chat(): Promise<DatabaseFolder> {
  const made = await DatabaseFolder.make()
  await made.stop()
  made.server = await ServerProcess.start(made.db, { port: 1543 })
  return made
}

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 720 } }
const phone: BrowserContextOptions = { viewport: { width: 390, height: 720 }, hasTouch: true, isMobile: true }

test.each([
  ['desktop', { ...desktop, colorScheme: 'light' }],
  ['phone', { ...phone, colorScheme: 'dark' }]
] as const)('the page: %s', { timeout: 5 * 60_000 }, async (name, look) => {
  const { url, token, server } = await chat()
  const marta = await furnish(url, token)
  const options = { ...look, deviceScaleFactor: 1.5 }
  const visitor = await Person.at(browser, fromElsewhere(url), 'visitor', options)
  await visitor.page.screenshot({ path: file(`${name}-welcome`) })
  await visitor.leave()
  const luis = await Person.enter(browser, fromElsewhere(url), 'luis', options)
  await ask('POST', `${url}/v1/rooms/general/messages`, { token: marta, json: { text: '@luis ¿vienes? Empezamos a las cinco' } })
  await luis.reads('¿vienes?')
  await luis.send('sí, ya casi estoy')
  await luis.reads('ya casi estoy')
  for (const [screen, show] of Object.entries(screens)) {
    await show(luis)
    await luis.page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300))) // what slides in is in
    await luis.page.screenshot({ path: file(screen === 'room' ? name : `${name}-${screen.replaceAll(' ', '-')}`) })
  }
  await luis.leave()
  await server?.end()
})

test('the terminal', { timeout: 5 * 60_000 }, async () => {
  const { url, token, server } = await chat()
  const marta = await furnish(url, token)
  const home = new Home()
  const tmux = new Tmux()
  const terminal = await tmux.open(`clear; '${process.execPath}' '${program}' join ${url} --as luis`, home.env, {
    columns: 80,
    rows: 20
  })
  await terminal.until('-- up to date')
  await terminal.type('sí, te leo perfec')
  await ask('POST', `${url}/v1/rooms/general/messages`, { token: marta, json: { text: '@luis ¿vienes? Empezamos a las cinco' } })
  await terminal.until('Empezamos')
  const page = await browser.newPage({ viewport: { width: 800, height: 460 }, deviceScaleFactor: 1.5 })
  await draw(page, await terminal.coloured())
  await page.locator('pre').screenshot({ path: file('terminal') })
  await terminal.close()
  await server?.end()
  home.remove()
})

// biome-ignore lint/suspicious/noControlCharactersInRegex: what sets colours begins with one
const sgr = /\x1b\[([\d;]*)m/

/** Show what a terminal shows: its texts in bold, dim and colours. */
function draw(page: Page, screen: string): Promise<void> {
  let style = ''
  const spans = screen
    .trimEnd()
    .split(sgr)
    .map((part, n) => {
      if (n % 2 === 0) return `<span style="${style}">${part.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</span>`
      style = styleOf(part, style)
      return ''
    })
  const look =
    'margin:0;padding:20px 24px;width:max-content;background:#f8f9f7;color:#17201c;font:15px/1.45 "DejaVu Sans Mono",monospace'
  return page.setContent(`<body style="margin:0"><pre style='${look}'>${spans.join('')}</pre>`)
}

/** Of what the command line draws: bold, dim, and a colour of the 256 for a name, each of them out of the cube of six shades. */
function styleOf(codes: string, before: string): string {
  const colour = /^38;5;(\d+)$/.exec(codes)
  if (colour) {
    const at = Number(colour[1]) - 16
    const [red, green, blue] = [Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map((shade) =>
      shade === 0 ? 0 : 55 + 40 * shade
    )
    return `${before}color:rgb(${red} ${green} ${blue});`
  }
  const styles: Record<string, string> = { '1': 'font-weight:700;', '2': 'opacity:.6;', '39': 'color:inherit;' }
  return codes.split(';').reduce((style, code) => (Number(code) === 0 ? '' : style + (styles[code] ?? '')), before)
}
