import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Lan, noLan } from '../../../cli/test/processes/support/lan.ts'
import { Certificates } from '../../../client/test/support/certificates.ts'
import { length } from '../support/test-length.ts'
import { ServerProcess } from './support/server-process.ts'

const missing = noLan()
if (missing) console.log(`vanished: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`vanished cannot run: ${missing}`)

const goneWithinMs = 30_000

/** In one where people talk, what is under way to the machine keeps the kernel from asking whether it is there. */
const rooms = [
  ['silent', 'http'],
  ['silent', 'https'],
  ['busy', 'http'],
  ['busy', 'https']
] as const

describe.skipIf(missing).each(rooms.slice(0, length({ short: 1, long: 4 })))(
  'a machine that vanishes from a %s room, over %s',
  { timeout: 5 * 60_000 },
  (room, scheme) => {
    const url = `${scheme}://10.79.0.1:1543`
    let folder: string
    let lan: Lan
    let hosts: { server: string[]; reader: string[] }
    let server: ServerProcess

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'tertulia-vanished-'))
      lan = new Lan()
      hosts = { server: lan.host('server', '10.79.0.1'), reader: lan.host('reader', '10.79.0.2') }
      const args = ['--host', '0.0.0.0', ...(scheme === 'https' ? certificateFlags(folder) : [])]
      server = await ServerProcess.start(join(folder, 'chat.db'), { port: 1543, args, under: hosts.server })
    })
    afterAll(async () => {
      await server?.end('SIGKILL')
      lan.remove()
      rmSync(folder, { recursive: true, force: true })
    })

    const curl = async (...args: string[]) => {
      const [program = '', ...rest] = [...hosts.server, 'curl', '-sSkf', ...args]
      return (await promisify(execFile)(program, rest)).stdout
    }
    const register = async (name: string) => {
      const json = JSON.stringify({ name })
      return JSON.parse(await curl('-H', 'content-type: application/json', '-d', json, `${url}/v1/users`)).token as string
    }

    test('is gone within 30 s, wherever it was in the rhythm of the heartbeats', async () => {
      const [ana, luis] = [await register('ana'), await register('luis')]
      const bearer = (token: string) => ['-H', `authorization: Bearer ${token}`]
      await curl(...bearer(ana), '-X', 'PUT', `${url}/v1/rooms/general/members/me`)
      const connected = async () =>
        JSON.parse(await curl(...bearer(luis), `${url}/v1/rooms/general/members`)).members[0].connected as boolean

      // Streams that begin one after the other have their heartbeats in different seconds: fifteen of them have every phase. Three wait for a page.
      const mediaTypes = ['text/event-stream', 'application/x-ndjson', 'application/json']
      const streams = length({ short: 4, long: 15 })
      const readers = Array.from({ length: streams + 3 }, (_, n) => {
        const headers = ['-H', `accept: ${mediaTypes[n < streams ? n % 2 : 2]}`, '-H', 'prefer: wait=60', ...bearer(ana)]
        const [program = '', ...args] = [...hosts.reader, 'curl', '-sSkN', ...headers, `${url}/v1/rooms/general/events`]
        return spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] })
      })
      await Promise.all(readers.slice(0, streams).map((reader) => once(reader.stdout, 'data')))
      expect(await connected()).toBe(true)

      await promisify(execFile)('ip', [...hosts.reader.slice(1), 'ip', 'link', 'set', 'eth0', 'down'])
      const cutAt = performance.now()
      const isGone = async () => {
        if (room === 'busy') await curl(...bearer(luis), '-d', 'text=hi', `${url}/v1/rooms/general/messages`)
        expect(await connected()).toBe(false)
      }
      await vi.waitFor(isGone, { timeout: 2 * goneWithinMs, interval: 500 })
      expect(performance.now() - cutAt).toBeLessThan(goneWithinMs)
      for (const reader of readers) reader.kill('SIGKILL')
    })
  }
)

/** A certificate for that address, which nobody checks. */
function certificateFlags(folder: string): string[] {
  const certificates = new Certificates()
  const { cert, key } = certificates.make({ names: 'IP:10.79.0.1' })
  certificates.remove()
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key, { mode: 0o600 })
  return ['--tls-cert', certFile, '--tls-key', keyFile]
}
