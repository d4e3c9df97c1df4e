import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/failing/exit-codes.ts'
import { type Home, startWith } from '../support/chat.ts'

const document = readFileSync(new URL('../../../../docs/scripts.md', import.meta.url), 'utf8')
const script = Array.from(document.matchAll(/^```bash tested\n(.*?)^```$/gms), ([, lines]) => lines).join('')

describe('docs/scripts.md', () => {
  let url: string
  let ana: Home
  let end: () => Promise<void>

  beforeAll(async () => {
    const started = await startWith(['ana'])
    url = started.server.url
    ;[ana] = started.homes
    end = started.end
  })
  afterAll(() => end())

  /** Ana answers what she is asked, and says one thing more. */
  async function answer(): Promise<void> {
    await expect
      .poll(async () => (await ana.client.rooms.list()).rooms.map(({ name }) => name), { timeout: 50_000 })
      .toContain('builds')
    for await (const item of ana.client.follow('builds', { after: '0' })) {
      if (item.type !== 'message.created' || !item.message.text?.startsWith('deploy 118?')) continue
      for (const text of ['Yes, go ahead.', 'ping']) await ana.client.messages.post('builds', { text })
      return
    }
  }

  test('its lines do what stands beside them', async () => {
    const lines = script.replaceAll('http://127.0.0.1:1543', url)
    const running = promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', lines], { env: ana.env, cwd: ana.folder })
    const [{ stdout, stderr }] = await Promise.all([running, answer()])
    const id = expect.stringMatching(/^\d+$/)
    const rows = stdout.trimEnd().split('\n')
    expect(rows).toEqual([
      'builds',
      'deploys',
      expect.stringContaining('deploys'),
      ...[id, id, id, id],
      'compiling',
      'it exited with 3',
      'yes',
      'deploying',
      id,
      'deployed 118',
      id
    ])
    expect(rows[5]).toBe(rows[6])
    expect(stderr).toMatch(/^(?:watching builds from \S+\n){2}$/)
    const said = (await ana.client.messages.history('builds')).messages.map(({ author, text }) => `${author.name}: ${text}`)
    expect(said.map((text) => text.replace(/\d+ (?:ms|s)$/, 'TIME'))).toEqual([
      'deploys: nightly build 118',
      expect.stringMatching(/^deploys: 99\d\d\d\n[\d\n]*\n100000$/),
      'deploys: build 118 passed',
      `deploys: sh -c "echo compiling; sleep 0.1": started on ${hostname()}`,
      'deploys: sh -c "echo compiling; sleep 0.1": done in TIME',
      `deploys: a test that fails: started on ${hostname()}`,
      'deploys: a test that fails: failed (exit 3) after TIME',
      'deploys: deploy 118?\n@ana: answer yes or no.',
      'ana: Yes, go ahead.',
      'ana: ping',
      'deploys: deployed 118',
      'deploys: pong, ana'
    ])
  })

  test('it tells every exit code', () => {
    for (const code of [...Object.values(exitCodes), '10, 11 …', '130, 143']) expect(document).toContain(`\n| ${code} | `)
  })
})
