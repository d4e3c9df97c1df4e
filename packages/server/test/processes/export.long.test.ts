import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { length } from '../support/test-length.ts'
import { ServerProcess } from './support/server-process.ts'

/** At full length 350 MB of lines, many times what the server may hold. */
const messages = length({ short: 2_000, long: 300_000 })
const text = 'x'.repeat(1_000)
/** Whatever V8 has not collected yet; what is exported is not in it. */
const growthBytesMax = 100 * 1024 * 1024

const token = 'tt_export'

test.skipIf(!existsSync('/proc/self/status'))(
  `an export of ${messages} messages is whole, and its server holds little of it at a time`,
  { timeout: 30 * 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-export-'))
    const file = join(folder, 'chat.db')
    const store = await openSqliteStore({ file })
    const tokenDigest = createHash('sha256').update(token).digest()
    const [made] = await store.commit([{ kind: 'register', name: 'ana', userKind: 'person', tokenDigest, atMs: 0 }])
    if (made.refused) throw new Error(made.refused.code)
    const send = { kind: 'send', actor: made.user.id, room: 'general', text, atMs: 0 } as const
    for (let sent = 0; sent < messages; sent += 500) await store.commit(Array.from({ length: 500 }, () => send))
    await store.close()
    const server = await ServerProcess.start(file)
    onTestFinished(async () => {
      await server.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    })

    const peakBytes = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1]) * 1024
    const before = peakBytes()
    expect(await exported(server)).toEqual({ room: 1, member: 1, message: messages, end: 1 })
    expect(peakBytes() - before).toBeLessThan(growthBytesMax)
  }
)

async function exported({ url }: ServerProcess): Promise<Record<string, number>> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    get(`${url}/v1/rooms/general/export`, { headers: { authorization: `Bearer ${token}` } }, resolve).on('error', reject)
  )
  const seen: Record<string, number> = {}
  let rest = ''
  for await (const chunk of answer.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const type = /^\{"type":"(\w+)"/.exec(line)?.[1] ?? ''
      seen[type] = (seen[type] ?? 0) + 1
    }
  }
  return seen
}
