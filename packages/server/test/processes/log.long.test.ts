import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { length } from '../support/test-length.ts'
import { ask } from './support/ask.ts'
import { SilentServer, serverProgram, temporaryFolder } from './support/silent-server.ts'

/** More than a pipe and the server itself hold. */
const enough = 300

/** Resolves when lines have been dropped. */
async function untilDropped(server: SilentServer): Promise<number> {
  for (;;) {
    await server.write(enough)
    const dropped = await server.dropped()
    if (dropped > 0) return dropped
  }
}

/** It still does what it is for, and ends in order. */
async function isWell(server: SilentServer): Promise<void> {
  expect((await ask('POST', `${server.url}/v1/users`, { json: { name: 'ana' } })).status).toBe(201)
  expect(await server.stop()).toBe(0)
}

const noticed = (text: string): number[] => [...text.matchAll(/"(\d+) lines? w\w+ dropped"/g)].map(([, count]) => Number(count))

/** Where a server writes, and what reads it in the end. */
interface Way {
  stdout: 'pipe' | number
  read: (server: SilentServer) => Readable
  close: (server: SilentServer) => void
}

/** What Node calls a pipe between two processes is a socket, as that of systemd's journal is; what a shell makes is a pipe. */
const ways: Record<string, () => Way> = {
  socket: () => ({
    stdout: 'pipe',
    read: ({ child }) => child.stdout as Readable,
    close: ({ child }) => void child.stdout?.destroy()
  }),
  pipe: () => {
    const path = join(temporaryFolder(), 'pipe')
    expect(spawnSync('mkfifo', [path]).status).toBe(0)
    const end = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    return {
      stdout: openSync(path, 'w'),
      read: () => {
        const cat = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] })
        onTestFinished(() => void cat.kill())
        return cat.stdout
      },
      close: () => closeSync(end)
    }
  }
}

/** A server whose lines nobody takes yet. */
async function unread(way: Way): Promise<SilentServer> {
  const server = await SilentServer.start(['ignore', way.stdout, 'pipe'])
  if (way.stdout !== 'pipe') closeSync(way.stdout)
  return server
}

describe.each(Object.entries(ways).slice(0, length({ short: 1, long: 2 })))('a %s', (_name, open) => {
  test('that nobody reads: lines are dropped, requests answered, and SIGTERM ends it with 0', async () => {
    const server = await unread(open())
    await untilDropped(server)
    await isWell(server)
  })

  test('that is read again: a line says how many were dropped, and none of the others is missing or torn', async () => {
    const way = open()
    const server = await unread(way)
    await untilDropped(server)
    let text = ''
    const output = way.read(server).setEncoding('utf8')
    output.on('data', (part) => {
      text += part
    })
    while (noticed(text).length === 0) await once(output, 'data')
    await server.write(3)
    const dropped = await server.dropped()
    while (!text.includes('/metrics')) await once(output, 'data')
    expect(await server.stop()).toBe(0)
    while (!text.includes('"stopped"')) await once(output, 'data')

    const lines = text.trimEnd().split('\n')
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level')
    expect(noticed(text).reduce((sum, count) => sum + count)).toBe(dropped)
    const requests = lines.filter((line) => line.includes('"msg":"request"'))
    const numbers = requests.map((line) => Number.parseInt(JSON.parse(line).request.split('-')[1], 36))
    expect(requests.length + dropped).toBe((numbers.at(-1) as number) - (numbers[0] as number) + 1)
  })

  test('whose reader has ended', async () => {
    const way = open()
    const server = await unread(way)
    way.close(server)
    server.child.stderr?.destroy()
    await untilDropped(server)
    await isWell(server)
  })
})

test('a device that is full', async () => {
  const full = openSync('/dev/full', 'w')
  const server = await SilentServer.start(['ignore', full, full])
  await untilDropped(server)
  await isWell(server)
})

const notMounting = process.getuid?.() === 0 ? undefined : 'only root can mount a tmpfs'
if (notMounting) console.log(`log on a full disk: skipped, ${notMounting}`)

test.skipIf(notMounting)('a disk that is full, and has room again', async () => {
  const disk = join(temporaryFolder(), 'disk')
  mkdirSync(disk)
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status).toBe(0)
  onTestFinished(() => void spawnSync('umount', ['--lazy', disk]))
  const [log, ballast] = [join(disk, 'log'), join(disk, 'ballast')]
  writeFileSync(ballast, Buffer.alloc(48 * 1024))
  const server = await SilentServer.start(['ignore', openSync(log, 'a'), 'pipe'])
  await untilDropped(server)
  rmSync(ballast)
  await server.write(10)
  const dropped = await server.dropped()
  expect(await server.stop()).toBe(0)
  const text = readFileSync(log, 'utf8')
  expect(noticed(text).reduce((sum, count) => sum + count)).toBe(dropped)
  expect(text.trimEnd().split('\n').at(-1)).toContain('"stopped"')
})

test.each(length({ short: [['--help']], long: [['--help'], ['--version']] }))(
  '%s into a full device is exit 1 with one line, and into a pipe without a reader nothing but over',
  (flag) => {
    const run = (to: string) =>
      spawnSync('sh', ['-c', `"$@" ${to}`, 'sh', process.execPath, serverProgram, flag], { encoding: 'utf8' })
    const full = run('>/dev/full')
    expect([full.status, full.stderr]).toEqual([1, 'chat-server: The output cannot be written: the disk is full.\n'])
    expect(run('>/dev/full 2>/dev/full').status).toBe(1)
    const gone = run('| true')
    expect([gone.status, gone.stdout, gone.stderr]).toEqual([0, '', ''])
  }
)

test('an error that cannot be told has its exit code all the same', () => {
  for (const to of ['2>/dev/full', '2>&-']) {
    const { status } = spawnSync('sh', ['-c', `"$@" ${to}`, 'sh', process.execPath, serverProgram, 'strat'])
    expect([to, status]).toEqual([to, 2])
  }
})
