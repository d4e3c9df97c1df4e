import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../../server/test/processes/support/free-port.ts'
import { hasNginx, startNginx } from '../../../server/test/processes/support/nginx.ts'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { Home } from '../support/chat.ts'

const missing = hasNginx() ? undefined : 'nginx is missing (Debian: nginx-light)'
if (missing) console.log(`under a path: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`under a path cannot be tried: ${missing}`)

test.skipIf(missing)('behind a proxy that takes a path away, chat and curl stay in the chat', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-path-'))
  const home = new Home()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/chat`
  const server = await ServerProcess.start(join(folder, 'chat.db'), { args: ['--public-url', url] })
  const nginx = await startNginx(folder, server.port, port)
  onTestFinished(async () => {
    await nginx.end()
    await server.end()
    home.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  expect((await home.chatAlone(['join', url, '--as', 'ana'])).code).toBe(0)
  for (const address of [`${url}/#room=general`, `${url}/v1/rooms/general`])
    expect((await home.chatAlone(['join', address])).stderr).toContain(`Joined general at ${url} as ana.`)
  expect(await home.chatAlone(['send', 'hi'])).toMatchObject({ code: 0, stdout: '3\n' })
  // The room spells itself otherwise: 308.
  expect(await home.chatAlone(['send', 'hi again', '--room', 'GENERAL'])).toMatchObject({ code: 0, stdout: '4\n' })
  expect((await home.chatAlone(['history', '--room', 'General'])).stdout).toMatch(/hi\n.*hi again\n/)

  const curl = (...words: string[]) => spawnSync('curl', ['-s', ...words], { encoding: 'utf8' }).stdout
  expect(curl(`${url}/`)).toContain(`chat join ${url} --as ana`)
  const registered = JSON.parse(curl(`${url}/v1/users`, '-H', 'Content-Type: application/json', '-d', '{"name":"luis"}'))
  const as = ['-H', `Authorization: Bearer ${registered.token}`]
  const page = curl('-i', ...as, `${url}/v1/rooms/general/messages?limit=1`)
  const [, older = ''] = /^link: <([^>]+)>; rel="prev"\r$/im.exec(page) ?? []
  expect(JSON.parse(curl(...as, new URL(older, url).href)).messages).toMatchObject([{ id: 3, text: 'hi' }])
  expect(JSON.parse(curl('-L', ...as, `${url}/v1/rooms/General`))).toMatchObject({ name: 'general' })
  const { type } = JSON.parse(curl(`${url}/nothing`))
  expect(curl(new URL(type, url).href)).toContain('\n  /chat/docs/status/404\n')
})
