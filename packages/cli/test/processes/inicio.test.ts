import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { ConnectionError } from '@tertulia/client'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { exitCodeOfStatus } from '../../src/failing/exit-codes.ts'
import { failureOf } from '../../src/failing/failure.ts'
import { Home, startWith } from '../support/chat.ts'

const document = readFileSync(new URL('../../../../docs/es/inicio.md', import.meta.url), 'utf8')
const [script = '', statuses = ''] = Array.from(document.matchAll(/^```bash tested\n(.*?)^```$/gms), ([, lines]) => lines)

/** The rows of the table that begins with this column, each as its cells. */
function table(column: string): string[][] {
  const [, rows = ''] = new RegExp(String.raw`^\| ${column} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)`, 'm').exec(document) ?? []
  return rows
    .trim()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1)
    )
}

describe('docs/es/inicio.md', () => {
  let url: string
  let luis: Home

  beforeAll(async () => {
    const chat = await startWith(['luis'])
    url = chat.server.url
    ;[luis] = chat.homes
    return chat.end
  })

  async function printed(lines: string): Promise<string[]> {
    const home = new Home()
    onTestFinished(() => home.remove())
    const real = lines.replace('http://127.0.0.1:1543', url)
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', real], { env: home.env })
    return stdout.trimEnd().split('\n')
  }

  test('the lines for a script do what stands beside them', async () => {
    const rows = await printed(script)
    const [first = '', second = ''] = rows
    expect([first, second]).toEqual([expect.stringMatching(/^\d+$/), expect.stringMatching(/^\d+$/)])
    const said = rows.slice(2)
    expect(said.filter((row) => row.includes('Hola a todos')).length).toBeGreaterThan(1)
    expect(said).toContain(`${first}\tana\tmessage.created\tHola a todos`)
    expect(said.filter((row) => row.includes('reunión es a las once')).length).toBeGreaterThan(2)
    expect(said.join('\n')).not.toMatch(/a las diez|no iba aquí/)
  })

  test('the lines for curl print the codes that stand beside them, and each is in the table', async () => {
    const promised = Array.from(statuses.matchAll(/^codigo .* # (\d{3})$/gm), ([, code]) => code)
    expect(promised.length).toBeGreaterThan(10)
    expect(await printed(statuses)).toEqual(promised)
    const explained = table('Código').map(([code = '']) => code.slice(0, 3))
    expect(explained).toEqual(expect.arrayContaining(promised))
  })

  test('the table says how chat ends', () => {
    for (const [code = '', , , exit = ''] of table('Código')) {
      const status = Number(code.slice(0, 3))
      if (status >= 400) expect(exit, code).toBe(String(exitCodeOfStatus(status)))
    }
  })

  test('what it says of errors is what is said', async () => {
    const address = 'http://203.0.113.9:1543'
    const nobody = new Home({ CHAT_SERVER: url })
    onTestFinished(() => nobody.remove())
    const { port } = new URL(url)
    const outcomes = await Promise.all([
      nobody.chat(['send', 'hola']),
      nobody.chat(['join', '--as', 'Luis']),
      luis.chat(['whoami', '--as', 'marta']),
      nobody.shell(`chat-server start --port ${port}`)
    ])
    const faults = [
      new ConnectionError('refused', address),
      new ConnectionError('connect-timeout', address, { seconds: 5 }),
      new ConnectionError('unreachable', address, { words: 'no route to host' }),
      new ConnectionError('dns', 'http://nobody.invalid'),
      new ConnectionError('tls', address, { tls: 'plain-http' })
    ]
    const told = [
      ...outcomes.map(({ stderr }) => stderr.replace(`Port ${port}`, 'Port 1543')),
      ...faults.map((fault) => failureOf(fault).text)
    ]
    for (const [quoted = ''] of table('Dice')) {
      const pattern = quoted
        .slice(1, -1)
        .split('…')
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        .join('.+')
      expect(
        told.some((text) => new RegExp(pattern).test(text)),
        `${quoted} in:\n${told.join('\n')}`
      ).toBe(true)
    }
  })
})
