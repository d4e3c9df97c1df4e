import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, register } from './support/ask.ts'
import { ServerProcess } from './support/server-process.ts'

const missing = spawnSync('strace', ['-V']).status === 0 ? undefined : 'the program `strace` is missing'
if (missing) console.log(`durability: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`durability cannot run: ${missing}`)

/** A system call as `strace -f` notes it; one that was interrupted by others counts where it returned. */
const returned = (line: string) => !line.includes('<unfinished')

test.skipIf(missing)(
  'the 201 of a lone send leaves after the fsync of its WAL has returned',
  { timeout: 5 * 60_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-durability-'))
    const trace = join(folder, 'trace')
    const calls = ['fsync', 'fdatasync', 'pwrite64', 'write', 'writev', 'sendto', 'sendmsg']
    const server = await ServerProcess.start(join(folder, 'chat.db'), {
      under: ['strace', '-D', '-f', '-y', '-s', '64', '-o', trace, '-e', `trace=${calls.join(',')}`]
    })
    const token = await register(server.url, 'ana')
    for (const text of ['one', 'two', 'three']) {
      expect(await ask('POST', `${server.url}/v1/rooms/general/messages`, { token, json: { text } })).toMatchObject({
        status: 201
      })
    }
    expect(await server.end('SIGTERM')).toBe(0)

    const lines = readFileSync(trace, 'utf8').split('\n')
    const answered = lines.flatMap((line, n) => (line.includes('HTTP/1.1 201') ? [n] : []))
    expect(answered).toHaveLength(4)
    for (const [n, end] of answered.entries()) {
      const own = lines.slice(n === 0 ? 0 : answered[n - 1], end)
      const written = own.findLastIndex((line) => /pwrite64\(\d+<[^>]*chat\.db-wal>/.test(line))
      const synced = own.findLastIndex(
        (line) => returned(line) && /fsync(\(\d+<[^>]*chat\.db-wal>\)| resumed>.*\)) += 0/.test(line)
      )
      expect(written, own.join('\n')).toBeGreaterThanOrEqual(0)
      expect(synced, own.join('\n')).toBeGreaterThan(written)
    }
    rmSync(folder, { recursive: true, force: true })
  }
)
