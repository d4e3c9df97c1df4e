import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, register } from './support/ask.ts'
import { ServerProcess } from './support/server-process.ts'

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
const [, lines = ''] = /^```bash tested\n(.*?)^```$/ms.exec(readme) ?? []

describe('the lines of the README for curl', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-readme-'))
  let server: ServerProcess
  let printed: string

  beforeAll(async () => {
    server = await ServerProcess.start(join(folder, 'chat.db'))
    const script = lines.replace('http://127.0.0.1:1543', server.url)
    printed = (await promisify(execFile)('bash', ['-e', '-c', script])).stdout.replaceAll('\r', '')
  })

  afterAll(async () => {
    await server?.end()
    rmSync(folder, { recursive: true })
  })

  test('say where the server is in one place', () => {
    expect(lines.match(/127\.0\.0\.1:1543/g)).toEqual(['127.0.0.1:1543'])
  })

  test('print what the text beside them promises, in this order', () => {
    const promised = [
      /HTTP\/1.1 201 Created$/m,
      /"text":"hi"/,
      /HTTP\/1.1 201 Created$/m,
      /"text":"build 118 passed"/,
      /HTTP\/1.1 201 Created$/m,
      /^idempotency-replayed: true$/im,
      /^event: ready$/m,
      /^id: \w+\.1$/m,
      /^event: synced$/m,
      /"messages":\[\{[^\]]*"text":"hi"/,
      /HTTP\/1.1 200 OK$/m,
      /"text":"hello"/,
      /HTTP\/1.1 204 No Content$/m,
      /HTTP\/1.1 410 Gone$/m,
      /"code":"message-deleted"/,
      /"events":\[\{"seq":1,.*"more":true/,
      /HTTP\/1.1 201 Created$/m,
      /"name":"den".*"visibility":"private"/,
      /^\{"type":"ready".*$/m,
      /^\{"seq":1,"type":"room.created","room":"den"/m,
      /^\{"type":"synced"/m
    ]
    let rest = printed
    for (const part of promised) {
      const found = part.exec(rest)
      expect(found, `${part} in:\n${rest}`).not.toBeNull()
      rest = rest.slice((found?.index ?? 0) + (found?.[0].length ?? 0))
    }
  })

  test('leave behind what they said', async () => {
    const token = await register(server.url, 'luis')
    const { body } = await ask('GET', `${server.url}/v1/rooms/general/messages`, { token })
    expect(body.messages.map((message: { text: string | null }) => message.text)).toEqual(['hi', 'build 118 passed', null])
  })
})
