import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hasCaddy, startCaddy } from '../../../server/test/processes/support/caddy.ts'
import { freePort } from '../../../server/test/processes/support/free-port.ts'
import { hasNginx, startNginx } from '../../../server/test/processes/support/nginx.ts'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { missing, openBrowser } from './support/chromium.ts'
import { Person } from './support/person.ts'

const proxies = [
  { name: 'nginx', start: startNginx, lacks: hasNginx() ? undefined : 'nginx is missing (Debian: nginx-light)' },
  { name: 'Caddy', start: startCaddy, lacks: hasCaddy() ? undefined : 'caddy is missing (Debian: caddy)' }
]
for (const { lacks } of proxies) {
  if (lacks && process.env.CI) throw new Error(`The page cannot be tried behind a proxy: ${lacks}`)
  if (lacks) console.log(`the page behind a proxy: skipped, ${lacks}`)
}

describe.skipIf(missing)('the page behind a proxy with the configuration that we ship', { timeout: 3 * 60_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  describe.each(proxies)('$name', ({ start, lacks }) => {
    test.skipIf(lacks).each(['', '/chat'])('two people talk at http://…%s/, after a reload too', async (path) => {
      const folder = mkdtempSync(join(tmpdir(), 'tertulia-proxy-'))
      const port = await freePort()
      const url = `http://127.0.0.1:${port}${path}`
      const args = ['--public-url', url, '--trust-proxy', '127.0.0.1']
      const server = await ServerProcess.start(join(folder, 'chat.db'), { args })
      const proxy = await start(folder, server.port, port)
      onTestFinished(async () => {
        await proxy.end()
        await server.end()
        rmSync(folder, { recursive: true, force: true })
      })
      expect((await fetch(`${url}/v1/limits`)).status).toBe(200)

      const luis = await Person.enter(browser, `${url}/`, 'luis')
      // Without the slash, with what others add to an address, and with a room.
      const marta = await Person.enter(browser, `${url}?utm_source=mail#room=general`, 'marta')
      expect(new URL(marta.page.url())).toMatchObject({
        pathname: `${path}/`,
        search: '?utm_source=mail',
        hash: '#room=general'
      })
      await luis.send('¿me lees?')
      await marta.reads('¿me lees?') // as it happens: a stream that the proxy holds back shows nothing
      await marta.send('sí')
      await luis.reads('sí')

      await luis.page.reload()
      await luis.is('live')
      await luis.reads('sí')
      const loaded = await luis.page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name))
      expect(loaded).not.toEqual([])
      expect(loaded.filter((address) => !address.startsWith(`${url}/`))).toEqual([])
      await luis.page.goto(`${url}/problems/stale`)
      await luis.page.getByRole('banner').getByRole('link', { name: 'tertulia.' }).click()
      await luis.is('live')
      expect(new URL(luis.page.url()).pathname).toBe(`${path}/`)
      await marta.send('otra vez')
      await luis.reads('otra vez')
      await luis.leave()
      await marta.leave()
    })
  })
})
