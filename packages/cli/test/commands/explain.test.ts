import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home

beforeAll(async () => {
  server = await startServer()
  ana = new Home()
})
afterAll(async () => {
  ana.remove()
  await server.server.end()
  server.remove()
})

/** The token that the home of ana keeps. */
function token(): string {
  const files = readdirSync(ana.folder, { recursive: true, encoding: 'utf8' })
  const file = files.find((path) => path.endsWith('ana.json')) ?? ''
  return JSON.parse(readFileSync(join(ana.folder, file), 'utf8')).token
}

test('every command explains its exchanges on stderr, and the token stands nowhere', async () => {
  const joined = await ana.chat(['join', server.url, '--as', 'ana', '--explain'])
  const sent = await ana.chat(['send', 'hi', '--explain'])
  expect(sent.stdout).toMatch(/^\d+\n$/)
  const id = sent.stdout.trim()
  const outcomes = [joined, sent]
  for (const args of [['whoami'], ['who'], ['rooms'], ['history'], ['edit', id, 'hello'], ['watch', '--after', '0', '--once']]) {
    outcomes.push(await ana.chat([...args, '--explain']))
  }
  outcomes.push(await ana.chat(['delete', id, '--explain', '--json']))
  for (const { stdout, stderr, code } of outcomes) {
    expect(code).toBe(0)
    expect(stderr).toMatch(/^> (?:GET|POST|PUT|DELETE) \/v1\/\S+ HTTP\/1\.1$/m)
    expect(stderr).toMatch(/^< HTTP\/1\.1 20\d /m)
    expect(stderr).toMatch(/^# Same with curl: curl -i/m)
    expect(stdout + stderr).not.toContain(token())
  }
})

test('an edit of a version that is none any more shows both texts', async () => {
  const { id } = JSON.parse((await ana.chat(['send', 'one', '--json'])).stdout)
  const stale = (await ana.chat(['send', 'x', '--explain'])).stderr.match(/ETag: (\S+)/)?.[1] ?? ''
  await ana.chat(['edit', String(id), 'two'])
  const { code, stderr } = await ana.chat(['edit', String(id), 'three', '--if-match', stale, '--explain'])
  expect(code).toBe(5)
  expect(stderr).toContain('#   412: ')
  expect(stderr).toMatch(/\[412 stale\]\nIt is now: {2}two\nYou wrote: {2}three\n$/)
  const [, tag = ''] = /^chat: .* To overwrite it, repeat with --if-match '(.+)'\. \[412/m.exec(stderr) ?? []
  expect((await ana.chat(['edit', String(id), 'three', '--if-match', tag])).code).toBe(0)
})

test('after -- it is a text', async () => {
  const { stdout, stderr } = await ana.chat(['send', '--json', '--', '--explain'])
  expect({ text: JSON.parse(stdout).text, stderr }).toEqual({ text: '--explain', stderr: '' })
})

test('neither a password nor a code is shown', async () => {
  const secret = 'correct horse battery'
  const outcomes = [
    await ana.chat(['password', '--stdin', '--explain'], { input: secret }),
    await ana.chat(['password', '--stdin', '--explain'], { input: `${secret}\nstaple battery\n` }),
    await ana.chat(['login', server.url, '--as', 'ana', '--password-stdin', '--explain'], { input: 'staple battery' }),
    await ana.chat(['login', server.url, '--code', 'K7QF29XMHB4T0RZC8W6VDN3GYE', '--explain'])
  ]
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 3])
  for (const { stderr } of outcomes) {
    expect(stderr).toContain('****')
    expect(stderr).not.toMatch(/correct|staple battery|K7QF/)
  }
})
