import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, startWith } from '../support/chat.ts'
import { Tmux, tmuxMissing } from '../support/tmux.ts'

let url: string
let ana: Home

beforeAll(async () => {
  const { server, homes, end } = await startWith(['ana', 'luis'])
  url = server.url
  ana = homes[0]
  await ana.client.rooms.create({ name: 'ops' })
  return end
})

/** Somebody to whom this server is not the usual one. */
async function guest(): Promise<Home> {
  const made = new Home()
  onTestFinished(() => made.remove())
  await made.join(url, `guest${Math.random().toString(36).slice(2, 8)}`)
  return made
}

/** The lines to be typed next, of what a command has said. */
const lines = (stderr: string) => stderr.split('\n').flatMap((line) => /: (chat .*)$/.exec(line)?.[1] ?? [])

test.each([
  [['history', '7'], 2],
  [['who', '7'], 1],
  [['read', '7'], 1],
  [['watch', '7'], 1],
  [['edit', '7', ' '], 1],
  [['invite'], 1],
  [['invite', 'revoke', 'x'], 1],
  [['rooms', 'unban', 'ops', 'luis'], 1],
  [['rooms', 'role', 'general', 'luis', 'banned'], 1],
  [['tokens', 'revoke', 'nightly'], 1],
  [['tokens', 'create', '--name', 'x', '--bot', 'deploys', '--room', 'plans'], 0],
  [['leave', 'general', '--for-ever'], 1]
])('the lines that %j tells to type go to the same place', async (args, count) => {
  const { stderr, code } = await ana.chat([...args, '--as', 'ana', '--server', url])
  expect(code).not.toBe(0)
  expect(lines(stderr), stderr).toHaveLength(count)
  for (const line of lines(stderr)) {
    expect(line).toMatch(new RegExp(` --server ${url} --as ana$`))
  }
})

test('who is not signed in any more is told the line that signs in there', async () => {
  const home = await guest()
  await home.client.sessions.end()
  const name = /guest\w+/.exec(JSON.stringify(await home.chat(['whoami', '--server', url, '--as', 'x'])))?.[0] ?? ''
  const { stderr } = await home.chat(['whoami', '--server', url, '--as', name])
  expect(stderr).toMatch(new RegExp(`\\[401 unauthorized\\]\\nTo sign in again: chat login --server ${url} --as ${name}\\n$`))
})

describe.skipIf(tmuxMissing())('on a narrow terminal', () => {
  const tmux = new Tmux()

  test.each([
    [
      'chat sned "a text that is as long as a line of this terminal"',
      'chat send "a text that is as long as a line of this terminal"'
    ],
    ['chat whoami --as somebody', 'chat login --as somebody'],
    ['chat join --as Luis', 'chat login URL --as Luis'],
    ['chat tokens revoke nightly', 'chat tokens']
  ])('%s: the line to type stays whole, and nothing stands behind it', async (typed, line) => {
    const terminal = await tmux.open(typed, ana.env, { columns: 62 })
    const rows = await terminal.until('[exit')
    const wanted = line.replace('URL', url)
    expect(rows.some((row) => row === wanted || row.endsWith(`: ${wanted}`))).toBe(true)
  })
})
