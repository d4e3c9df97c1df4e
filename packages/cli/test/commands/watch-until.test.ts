import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

let server: Awaited<ReturnType<typeof startServer>>
let ana: Home
let luis: Home
let folder: string
let files = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-watch-'))
  server = await startServer()
  ana = new Home({ CHAT_SERVER: server.url })
  luis = new Home({ CHAT_SERVER: server.url })
  await Promise.all([ana.join(server.url, 'ana'), luis.join(server.url, 'luis')])
})
afterAll(async () => {
  ana.remove()
  luis.remove()
  rmSync(folder, { recursive: true, force: true })
  await server.server.end()
  server.remove()
})

const freshFile = () => join(folder, `file-${++files}`)
const cursorIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).general
const textsOf = (stdout: string) =>
  stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[5])
const say = async ({ client }: Home, text: string) => (await client.messages.post('general', { text })).id
const now = async () => (await ana.client.messages.history('general', { limit: 1 })).cursor

function watch(home: Home, ...args: string[]) {
  const watching = home.start(['watch', ...args])
  onTestFinished(async () => {
    await watching.end('SIGKILL')
  })
  return watching
}

describe('--state', () => {
  test('with --once each run prints what came since the last one, and nothing twice', async () => {
    const state = freshFile()
    const missed = async () => {
      const { stdout, code } = await luis.chat(['watch', '--state', state, '--once'])
      expect(code).toBe(0)
      return textsOf(stdout)
    }
    expect(await missed()).toEqual([])
    for (const text of ['one', 'two']) await say(ana, text)
    expect(await missed()).toEqual(['one', 'two'])
    expect(await missed()).toEqual([])
    await say(ana, 'three')
    expect(await missed()).toEqual(['three'])
    expect(cursorIn(state)).toBe(await now())
  })

  test('--after is where the first run begins; later ones go on', async () => {
    const state = freshFile()
    const after = await now()
    await say(ana, 'since then')
    for (const expected of [['since then'], []]) {
      expect(textsOf((await luis.chat(['watch', '--state', state, '--after', after, '--once'])).stdout)).toEqual(expected)
    }
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129]
  ] as const)('%s ends it as such, and what was printed is saved', async (signal, code) => {
    const state = freshFile()
    const watching = watch(luis, '--state', state)
    await watching.until('stderr', 'watching general')
    const id = await say(ana, `before ${signal}`)
    await watching.until('stdout', `before ${signal}`)
    expect(await watching.end(signal)).toBe(signal)
    expect(cursorIn(state)).toMatch(new RegExp(`\\.${id}$`))
    const log = freshFile()
    const inShell = await luis.shell(
      `chat watch 2>${log} & until grep -q watching ${log}; do sleep 0.1; done; kill -s ${signal.slice(3)} $!; wait $!; echo $?`
    )
    expect(inShell.stdout).toBe(`${code}\n`)
  })

  test('a kill between two messages loses neither', async () => {
    const state = freshFile()
    const watching = watch(luis, '--state', state)
    await watching.until('stderr', 'watching general')
    await say(ana, 'first')
    await watching.until('stdout', 'first')
    await expect.poll(() => cursorIn(state)).toBe(await now())
    await watching.end('SIGKILL')
    await say(ana, 'second')
    expect(textsOf((await luis.chat(['watch', '--state', state, '--once'])).stdout)).toEqual(['second'])
  })

  test('a place that cannot be written is told before anything is printed', async () => {
    const missing = join(folder, 'no', 'such', 'folder')
    expect(await luis.chat(['watch', '--state', missing, '--after', '0'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(`chat: Cannot write ${missing}`)
    })
  })

  test('a cursor of another life says how to start over: 4', async () => {
    const state = freshFile()
    writeFileSync(state, '{"general":"aaaaaaaa.7"}')
    const { code, stderr } = await luis.chat(['watch', '--state', state])
    expect(code).toBe(4)
    expect(stderr).toContain('[410 cursor-expired]')
    expect(stderr).toContain(`delete ${state}`)
  })
})

describe('--count, --match, --timeout', () => {
  test('so many messages, of those that match; an edit counts, a deletion does not', async () => {
    const after = await now()
    const id = await say(ana, 'deploying 7')
    await say(luis, 'hurry')
    const gone = await say(ana, 'deployed 6')
    await ana.client.messages.delete('general', gone)
    await ana.client.messages.edit('general', id, { text: 'deployed 7' })
    await say(ana, 'deployed 8')
    const matching = await luis.chat(['watch', '--after', after, '--match', '^deployed', '--count', '2'])
    expect(matching).toMatchObject({ code: 0 })
    // A message is shown as it is now, wherever it is met.
    expect(textsOf(matching.stdout)).toEqual(['deployed 7', 'deployed 7'])
    const four = await luis.chat(['watch', '--after', after, '--count', '4'])
    expect(textsOf(four.stdout)).toEqual(['deployed 7', 'hurry', '', '', 'deployed 7', 'deployed 8'])
  })

  test('it waits for the message', async () => {
    const watching = watch(luis, '--match', 'ready', '--count', '1', '--timeout', '1m')
    await watching.until('stderr', 'watching general')
    await say(ana, 'not yet')
    await say(ana, 'ready')
    expect(await watching.ended()).toBe(0)
    expect(textsOf(watching.stdout)).toEqual(['ready'])
  })

  test('a time that is over is 8 when too few came, else 0', async () => {
    const started = ['watch', '--after', await now()]
    const until = (...flags: string[]) => luis.chat([...started, '--timeout', '2s', ...flags])
    expect(await Promise.all([until('--match', 'never'), until()])).toMatchObject([
      { code: 8, stdout: '', stderr: expect.stringMatching(/^watching .*\nchat: No message arrived in 2 s\.\n$/) },
      { code: 0 }
    ])
    await say(ana, 'only one')
    expect(await Promise.all([until('--count', '2', '--json'), until('--match', 'one')])).toMatchObject([
      { code: 8 },
      { code: 0 }
    ])
  })

  test('a server that never answers is 8 as well, whatever was wanted', async () => {
    const silent = createServer()
    await new Promise<void>((ready) => silent.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void silent.close())
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const { code, stderr } = await luis.chat(['watch', '--timeout', '300ms', '--server', url], { env: { CHAT_TOKEN: 'x' } })
    expect({ code, stderr }).toEqual({ code: 8, stderr: `chat: ${url} did not answer in 300 ms.\n` })
  })

  test('one’s own messages are left out where that is asked', async () => {
    const after = await now()
    await say(ana, 'of ana')
    await say(luis, 'of luis')
    const { stdout } = await luis.chat(['watch', '--after', after, '--once', '--exclude-self', '--exclude-bots'])
    expect(textsOf(stdout)).toEqual(['of ana'])
  })
})

describe('--exec', () => {
  test('runs once for each new message of others, which never becomes a part of a shell line', async () => {
    const after = await now()
    const text = `$(touch ${join(folder, 'owned')}) '"; exit 3; \`id\``
    await say(luis, 'my own')
    const id = await say(ana, text)
    await ana.client.messages.edit('general', id, { text: `${text}!` })
    await say(ana, 'bye')
    const command = 'cat; echo "$CHAT_ROOM $CHAT_ID $CHAT_AUTHOR $CHAT_AUTHOR_KIND $CHAT_TEXT"'
    const { stdout, code } = await luis.chat(['watch', '--after', after, '--once', '--exec', command])
    const lines = stdout.split('\n')
    expect(code).toBe(0)
    expect(lines).toHaveLength(5)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'message.created', message: { id, text: `${text}!` } })
    expect(lines[1]).toBe(`general ${id} ana person ${text}!`)
    expect(lines[3]).toMatch(/^general \d+ ana person bye$/)
    expect(existsSync(join(folder, 'owned'))).toBe(false)
  })

  test('chat send in it answers in the same room, and is not met again', async () => {
    await ana.client.rooms.create({ name: 'bots' })
    const watching = watch(luis, 'bots', '--exec', 'chat send "you said: $CHAT_TEXT"')
    await watching.until('stderr', 'watching bots')
    await ana.client.messages.post('bots', { text: 'hi' })
    const { stdout } = await ana.chat([
      'watch',
      'bots',
      '--after',
      '0',
      '--match',
      '^you said',
      '--count',
      '1',
      '--timeout',
      '30s'
    ])
    expect(stdout.split('\t').slice(2)).toEqual(['bots', 'luis', 'message.created', 'you said: hi\n'])
  })

  test('with --state a message whose command fails is met again', async () => {
    const [state, log] = [freshFile(), freshFile()]
    const after = await now()
    for (const text of ['a', 'b', 'c']) await say(ana, text)
    const run = (failing: string) =>
      luis.chat([
        'watch',
        '--state',
        state,
        '--after',
        after,
        '--once',
        '--exec',
        `echo "$CHAT_TEXT" >>${log}; test "$CHAT_TEXT" != ${failing}`
      ])
    expect(await run('b')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`The next run with ${state} starts with this message.`)
    })
    expect(await run('none')).toMatchObject({ code: 0 })
    expect(readFileSync(log, 'utf8')).toBe('a\nb\nb\nc\n')
  })

  test('without it the failure is told, and the next message comes', async () => {
    const after = await now()
    const id = await say(ana, 'a')
    await say(ana, 'b')
    const args = ['watch', '--after', after, '--once', '--exec', 'echo "$CHAT_TEXT"; test "$CHAT_TEXT" != a']
    const { stdout, stderr, code } = await luis.chat(args)
    expect({ stdout, code }).toEqual({ stdout: 'a\nb\n', code: 0 })
    expect(stderr).toContain(`chat: The command of --exec exited with 1 for message ${id} in general.`)
  })

  test('a signal waits for the command that runs, and what it did is saved', async () => {
    const state = freshFile()
    const watching = watch(luis, '--state', state, '--exec', 'echo begun; sleep 1; echo done')
    await watching.until('stderr', 'watching general')
    const id = await say(ana, 'slowly')
    await watching.until('stdout', 'begun')
    watching.child.kill('SIGTERM')
    expect(await watching.ended()).toBe('SIGTERM')
    expect(watching.stdout).toBe('begun\ndone\n')
    expect(cursorIn(state)).toMatch(new RegExp(`\\.${id}$`))
  })
})
