import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { Home, program, Running, startServer } from '../support/chat.ts'

const host = hostname()
let server: Awaited<ReturnType<typeof startServer>>
let ci: Home
let folder: string
let rooms = 0

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chat-run-'))
  server = await startServer()
  ci = new Home({ CHAT_SERVER: server.url })
  await ci.join(server.url, 'ci')
})
afterAll(async () => {
  ci.remove()
  rmSync(folder, { recursive: true, force: true })
  await server.server.end()
  server.remove()
})

async function freshRoom() {
  const { name } = await ci.client.rooms.create({ name: `builds-${++rooms}` })
  return {
    name,
    /** What has been said in it, without how long something took. */
    said: async () => (await ci.client.messages.history(name)).messages.map(({ text }) => text?.replace(/\d+ (?:ms|s)$/, 'TIME'))
  }
}

function start(args: string[], env: Record<string, string> = {}): Running {
  const running = ci.start(args, env)
  onTestFinished(async () => {
    await running.end('SIGKILL')
  })
  return running
}

async function outcomeOf(running: Running) {
  const code = await running.ended()
  return { code, stdout: running.stdout, stderr: running.stderr }
}

test('two messages tell how it went; what the command reads and writes passes through', async () => {
  const { name, said } = await freshRoom()
  const bytes = String.raw`printf '\377\0a'`
  const outcome = await ci.chatAlone(['run', '--room', name, '--', 'sh', '-c', `cat; ${bytes}; echo talk >&2`], {
    input: 'input\n'
  })
  expect(outcome).toEqual({ code: 0, stdout: 'input\n\ufffd\0a', stderr: 'talk\n' })
  const title = `sh -c "cat; printf '\\377\\0a'; echo talk >&2"`.replace(
    /^sh -c "(.*)"$/s,
    (_, line) => `sh -c '${line.replaceAll("'", `'\\''`)}'`
  )
  expect(await said()).toEqual([`${title}: started on ${host}`, `${title}: done in TIME`])
})

test.each([
  [['false'], 1, 'false: failed (exit 1) after TIME'],
  [['sh', '-c', 'exit 42'], 42, 'sh -c "exit 42": failed (exit 42) after TIME'],
  [['sh', '-c', 'kill -TERM $$'], 143, "sh -c 'kill -TERM $$': ended by SIGTERM after TIME"],
  [['sh', '-c', 'kill -KILL $$'], 137, "sh -c 'kill -KILL $$': ended by SIGKILL after TIME"],
  [['env', '--', 'true', '--json', '--help'], 0, 'env -- true --json --help: done in TIME']
])('%j ends with %i', async (words, code, last) => {
  const { name, said } = await freshRoom()
  expect(await outcomeOf(start(['run', '--room', name, '--', ...words]))).toEqual({ code, stdout: '', stderr: '' })
  expect((await said()).slice(1)).toEqual([last])
})

test('no such command is 127, one that cannot be run 126, and the room hears of it once', async () => {
  const { name, said } = await freshRoom()
  const file = join(folder, 'plain.txt')
  writeFileSync(file, 'echo hi\n', { mode: 0o644 })
  for (const [word, code, stderr, json] of [
    ['no-such-command', 127, 'chat: There is no command “no-such-command”. Check its name and your PATH.\n', 'command-not-found'],
    [file, 126, `chat: “${file}” cannot be run (permission denied). Is it a program, and may you run it?\n`, 'command-not-run']
  ] as const) {
    expect(await outcomeOf(start(['run', '--room', name, '--', word]))).toEqual({ code, stdout: '', stderr })
    const told = await outcomeOf(start(['run', '--json', '--room', name, '--name', 'x', '--', word]))
    expect({ ...told, stderr: JSON.parse(told.stderr).code }).toEqual({ code, stdout: '', stderr: json })
  }
  expect(await said()).toEqual([
    `no-such-command: could not be started on ${host} (not found)`,
    `x: could not be started on ${host} (not found)`,
    `${file}: could not be started on ${host} (permission denied)`,
    `x: could not be started on ${host} (permission denied)`
  ])
  // A file of commands without a first line that says who reads it, as a shell would run it.
  chmodSync(file, 0o755)
  expect(await outcomeOf(start(['run', '--room', name, '--', file]))).toEqual({ code: 0, stdout: 'hi\n', stderr: '' })
})

test('--name stands for a command line that is not for everybody', async () => {
  const { name, said } = await freshRoom()
  await outcomeOf(start(['run', '--room', name, '--name', 'nightly backup', '--', 'true', '--password', 'secret']))
  expect(await said()).toEqual([`nightly backup: started on ${host}`, 'nightly backup: done in TIME'])
})

test('a reader that goes away ends the command as it would without us', async () => {
  const { name, said } = await freshRoom()
  const endOf = async (reader: string) =>
    (await ci.shell(`{ { chat run --room ${name} -- yes 2>/dev/null; echo $? >&3; } ${reader}; } 3>&1`)).stdout
  expect(await endOf('| head -n 1 >/dev/null')).toBe('141\n')
  expect(await endOf('>/dev/full')).toBe('1\n')
  expect((await said()).filter((text) => !text?.includes('started'))).toEqual([
    'yes: ended by SIGPIPE after TIME',
    'yes: failed (exit 1) after TIME'
  ])
})

test('a pipe that is read slowly gets everything, and so does a command that reads slowly', async () => {
  const { name } = await freshRoom()
  const much = 'head -c 3000000 /dev/zero'
  const { stdout, stderr } = await ci.shell(
    `chat run --room ${name} -- ${much} | { sleep 1; wc -c; }; ${much} | chat run --room ${name} -- sh -c 'sleep 1; wc -c'`
  )
  expect({ stdout, stderr }).toEqual({ stdout: '3000000\n3000000\n', stderr: '' })
})

test('the command has the environment that we have', async () => {
  const { name } = await freshRoom()
  const { stdout } = await ci.shell(
    `env | grep -v ^_= | sort; echo ---; chat run --room ${name} -- sh -c 'env | grep -v ^_= | sort'`
  )
  const [own, childs] = stdout.split('---\n')
  expect(childs).toBe(own)
})

describe('signals', () => {
  /** A command that says which it gets, and goes on until it is told to end. */
  const tells = 'for s in INT TERM HUP QUIT; do trap "echo got $s" $s; done; echo ready; read line; exit 5'

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s goes to the command, which decides', async (signal) => {
    const { name, said } = await freshRoom()
    // No terminal: it leads a group of its own, as a job of a script does.
    const child = spawn(process.execPath, [program, 'run', '--room', name, '--name', 'job', '--', 'bash', '-c', tells], {
      detached: true,
      env: ci.env
    })
    const running = new Running(child)
    onTestFinished(() => void child.kill('SIGKILL'))
    await running.until('stdout', 'ready\n')
    child.kill(signal)
    await running.until('stdout', `got ${signal.slice(3)}\n`)
    child.stdin.end('\n')
    expect(await outcomeOf(running)).toEqual({ code: 5, stdout: `ready\ngot ${signal.slice(3)}\n`, stderr: '' })
    expect((await said()).slice(1)).toEqual(['job: failed (exit 5) after TIME'])
  })

  test('one that ends the command ends with 128 and its number', async () => {
    const { name, said } = await freshRoom()
    const running = start(['run', '--room', name, '--', 'sh', '-c', 'echo ready; exec sleep 600'])
    await running.until('stdout', 'ready')
    running.child.kill('SIGTERM')
    expect(await outcomeOf(running)).toEqual({ code: 143, stdout: 'ready\n', stderr: '' })
    expect((await said()).at(-1)).toBe('sh -c "echo ready; exec sleep 600": ended by SIGTERM after TIME')
  })
})

describe('a chat that does not work', () => {
  /** Answers as the test says. */
  async function serverThat(handle: (request: IncomingMessage, response: ServerResponse, count: number) => void) {
    let count = 0
    const http = createServer((request, response) => handle(request, response, ++count))
    await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready))
    onTestFinished(() => {
      http.closeAllConnections()
      http.close()
    })
    return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, http }
  }
  const job = ['--', 'sh', '-c', 'echo done; exit 3']

  test('is told, and nothing else changes', async () => {
    const env = { CHAT_TOKEN: 'x' }
    const advice = 'Is it running? Start one with: chat-server start --port 9'
    const go = join(folder, 'said')
    const waits = ['--', 'sh', '-c', `until [ -e ${go} ]; do sleep 0.1; done; echo done; exit 3`]
    const running = start(['run', '--server', 'http://127.0.0.1:9', ...waits], env)
    await running.until('stderr', '\n')
    writeFileSync(go, '')
    expect(await outcomeOf(running)).toEqual({
      code: 3,
      stdout: 'done\n',
      stderr:
        `chat: The start was not posted; the command runs on. No server answers at http://127.0.0.1:9 (connection refused). ${advice}\n` +
        'chat: The outcome was not posted either.\n'
    })
    expect(await outcomeOf(start(['run', '--server', 'here', ...job], env))).toEqual({
      code: 3,
      stdout: 'done\n',
      stderr: 'chat: Nothing is posted. “here” is not the address of a server. An address looks like http://127.0.0.1:1543\n'
    })
    const stranger = new Home({ CHAT_SERVER: server.url })
    onTestFinished(() => stranger.remove())
    expect(await stranger.chatAlone(['run', ...job])).toEqual({
      code: 3,
      stdout: 'done\n',
      stderr: `chat: Nothing is posted. You have no name on ${server.url} yet. Choose one: chat join ${server.url} --as NAME\n`
    })
    expect(await outcomeOf(start(['run', '--room', 'nowhere', ...job]))).toEqual({
      code: 3,
      stdout: 'done\n',
      stderr: expect.stringMatching(
        /^chat: The start was not posted.*\. There .*\[404 room-not-found\]\nchat: The outcome was not posted either\.\n$/
      )
    })
  })

  test('with --json each failure is one line of problem JSON', async () => {
    const { stderr, code } = await outcomeOf(start(['run', '--json', '--room', 'nowhere', ...job]))
    expect(code).toBe(3)
    expect(
      stderr
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).code)
    ).toEqual(['room-not-found', 'not-posted'])
  })

  test('a server that is silent holds nobody up for longer than --timeout, and Ctrl-C not even so long', async () => {
    const { url } = await serverThat(() => {})
    const env = { CHAT_TOKEN: 'x' }
    const outcome = await outcomeOf(start(['run', '--server', url, '--timeout', '1s', ...job], env))
    // How much time is left for the outcome is for this computer to decide.
    expect(outcome).toEqual({
      code: 3,
      stdout: 'done\n',
      stderr: expect.stringMatching(
        /^chat: The start may or may not have been posted.*\. No answer in 1 s\. .*\nchat: The outcome (?:was not|may or may not have been) posted\..*\n$/
      )
    })
    const running = start(['run', '--server', url, '--timeout', '1h', '--', 'sh', '-c', 'echo $$'], env)
    await running.until('stdout', /\d+\n/)
    await expect.poll(() => existsSync(`/proc/${running.stdout.trim()}`)).toBe(false)
    // One that comes at once is taken for what has ended the command.
    const again = setInterval(() => running.child.kill('SIGINT'), 2_000)
    expect(await running.ended()).toBe(0)
    clearInterval(again)
    expect(running.stderr).toBe('chat: The start may or may not have been posted.\nchat: The outcome was not posted.\n')
  })

  test('the outcome is tried again with the same key, also while the server is away for a moment', async () => {
    const posted: [key: string, text: string][] = []
    const { url, http } = await serverThat((request, response, count) => {
      let body = ''
      request.on('data', (piece) => {
        body += piece
      })
      request.on('end', () => {
        posted.push([String(request.headers['idempotency-key']), JSON.parse(body).text.replace(/\d+ \w+$/, 'TIME')])
        if (count === 1 || count === 4) response.end(JSON.stringify({ id: count, room: 'general', author: { name: 'ci' } }))
        else if (count === 2) response.socket?.destroy()
        else response.writeHead(503, { 'retry-after': '0', 'content-type': 'text/html' }).end('<h1>Service unavailable</h1>')
      })
    })
    const go = join(folder, 'go')
    const running = start(
      [
        'run',
        '--server',
        url,
        '--timeout',
        '2m',
        '--name',
        'job',
        '--',
        'sh',
        '-c',
        `echo up; until [ -e ${go} ]; do sleep 0.1; done`
      ],
      {
        CHAT_TOKEN: 'x'
      }
    )
    await running.until('stdout', 'up')
    await expect.poll(() => posted.length).toBe(1)
    const { port } = http.address() as AddressInfo
    http.closeAllConnections()
    await new Promise((closed) => http.close(closed))
    writeFileSync(go, '')
    // It cannot be seen from here that it was refused, only that it goes on.
    setTimeout(() => http.listen(port, '127.0.0.1'), 1_000)
    expect(await outcomeOf(running)).toEqual({ code: 0, stdout: 'up\n', stderr: '' })
    expect(posted.map(([, text]) => text)).toEqual([`job: started on ${host}`, ...Array(3).fill('job: done in TIME')])
    expect(new Set(posted.map(([key]) => key)).size).toBe(2)
  })
})

test.each([
  [['run'], /^chat: Put the command after --, for example: chat run -- make test\n$/],
  [['run', '--'], /^chat: Put the command after --, /],
  [['run', 'make', 'test'], /^chat: Too many arguments: “make”, “test”\. For example: chat run -- make test\n$/],
  [['run', '--frob', '--', 'true'], /^chat: Unknown option: --frob\. For example: chat run -- make test\n$/],
  [['run', '--timeout', 'soon', '--', 'touch', 'never'], /^chat: “soon” is not a duration/],
  [['run', '--name', ' ', '--', 'touch', 'never'], /^chat: --name is empty\./]
])('%j is wrong usage, and nothing is run', async (args, message) => {
  expect(await ci.chat(args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) })
  expect(existsSync('never')).toBe(false)
})

test('a word that is not UTF-8 is not passed on as another one: nothing is run', async () => {
  const { code, stdout, stderr } = await ci.shell(String.raw`chat run -- echo "$(printf 'a\377')"`)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^chat: “a\ufffd” .*UTF-8\. A command cannot be given such a word by run; it was not started\.\n$/)
})
