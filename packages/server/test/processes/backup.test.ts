import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { DatabaseSync } from '../../src/stores/sqlite/driver.ts'
import { ask } from './support/ask.ts'
import { DatabaseFolder } from './support/database-folder.ts'
import { relay } from './support/relay.ts'
import { runCommand, serverProgram } from './support/run-command.ts'
import { ServerProcess } from './support/server-process.ts'

const limits = { timeout: 180_000 }

test(
  'a backup under load has all that was acknowledged before it began, and begins a new life where it is restored',
  limits,
  async () => {
    const folder = await DatabaseFolder.make()
    await folder.send(200)
    const before = await folder.texts()
    let isOver = false
    const sending = (async () => {
      while (!isOver) await folder.send(16)
    })()
    const file = join(folder.path, 'copy.db')
    const ran = await runCommand(['backup', file, '--db', folder.db])
    isOver = true
    await sending
    expect(ran).toMatchObject({ code: 0, out: `${file}\n`, err: expect.stringMatching(/^\d+ messages in 1 room of 1 user, /) })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const after = await folder.texts()

    const { headers } = await ask('GET', `${folder.url}/v1/rooms/general`, { token: folder.token })
    const { cursor } = (await ask('GET', `${folder.url}/v1/rooms/general/events?after=now`, { token: folder.token })).body
    await folder.stop()
    const restored = await runCommand(['restore', file, '--replace', '--db', folder.db])
    expect(restored).toMatchObject({ code: 0, out: `${folder.db}\n` })
    await folder.start()
    const texts = await folder.texts()
    expect(texts).toEqual(expect.arrayContaining(before))
    expect(after).toEqual(expect.arrayContaining(texts))

    // Who read on after the backup is told, on every face, and cannot change what has changed under them.
    for (const accept of ['application/json', 'text/event-stream', 'application/x-ndjson']) {
      const url = `${folder.url}/v1/rooms/general/events?after=${cursor}`
      const { status, body } = await ask('GET', url, { token: folder.token, headers: { accept } })
      expect([status, body.code]).toEqual([410, 'cursor-expired'])
    }
    const change = { token: folder.token, json: { title: 'x' }, headers: { 'if-match': String(headers.etag) } }
    expect((await ask('PATCH', `${folder.url}/v1/rooms/general`, change)).status).not.toBe(200)
    expect(await runCommand(['check', '--db', folder.db])).toMatchObject({ code: 0 })
  }
)

test('nothing of a deleted or an edited text is in a backup', limits, async () => {
  const folder = await DatabaseFolder.make()
  const post = async (text: string) => {
    const json = { text }
    const { body } = await ask('POST', `${folder.url}/v1/rooms/general/messages`, { token: folder.token, json })
    return body.id as number
  }
  const one = (id: number) => `${folder.url}/v1/rooms/general/messages/${id}`
  const [deleted, edited] = [await post(`gone${'q'.repeat(3_000)}`), await post('former words')]
  await post('words that stay')
  await ask('DELETE', one(deleted), { token: folder.token })
  expect((await ask('PUT', one(edited), { token: folder.token, json: { text: 'other words' } })).status).toBe(200)
  const file = join(folder.path, 'copy.db')
  await runCommand(['backup', file, '--db', folder.db])
  const bytes = readFileSync(file)
  expect([bytes.includes('words that stay'), bytes.includes('other words')]).toEqual([true, true])
  expect([bytes.includes('goneqqqq'), bytes.includes('qqqqqqqq'), bytes.includes('former words')]).toEqual([false, false, false])
})

test('a stopped database is copied into a folder, under the time, and a killed one with what is in its WAL', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(5)
  await folder.stop()
  mkdirSync(join(folder.path, 'copies'))
  const { [`${folder.db}-shm`]: _, ...before } = folder.bytes()
  const stopped = await runCommand(['backup', join(folder.path, 'copies'), '--db', folder.db, '--json'])
  const report = JSON.parse(stopped.out)
  expect(report).toMatchObject({ did: 'backup', db: folder.db, rooms: 1, users: 1, messages: 5 })
  expect(report.file).toMatch(/\/copies\/chat-\d{8}-\d{6}\.db$/)
  expect([stopped.err, report.bytes]).toEqual(['', statSync(report.file).size])
  rmSync(report.file)
  expect(folder.bytes()).toMatchObject(before)

  await folder.start()
  await folder.send(5)
  await folder.kill()
  expect(folder.walBytes()).toBeGreaterThan(0)
  const killed = await runCommand(['backup', join(folder.path, 'copy.db'), '--db', folder.db, '--json'])
  expect(JSON.parse(killed.out)).toMatchObject({ messages: 10 })
})

test('plain copies of a stopped or a killed database are restored too', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(3)
  await folder.kill()
  folder.copy('killed.db')
  const elsewhere = join(folder.path, 'elsewhere', 'deep', 'chat.db')
  const ran = await runCommand(['restore', join(folder.path, 'killed.db'), '--db', elsewhere, '--json'])
  expect(JSON.parse(ran.out)).toMatchObject({ did: 'restore', db: elsewhere, keptAs: null, messages: 3 })
  const server = await ServerProcess.start(elsewhere)
  onTestFinished(async () => void (await server.end('SIGKILL')))
  expect((await ask('GET', `${server.url}/v1/users/me`, { token: folder.token })).body.name).toBe('ana')
  expect(await runCommand(['restore', elsewhere, '--db', folder.db, '--replace'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('A chat-server is running with')
  })
})

test('a restore over a database keeps it, with its WAL, and it can be put back', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(2)
  const copy = join(folder.path, 'copy.db')
  await runCommand(['backup', copy, '--db', folder.db])
  await folder.send(2)
  await folder.kill()
  const before = folder.bytes()
  const refused = await runCommand(['restore', copy, '--db', folder.db])
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringContaining('add --replace') })
  expect(folder.bytes()).toEqual(before)
  const { keptAs } = JSON.parse((await runCommand(['restore', copy, '--db', folder.db, '--replace', '--json'])).out)
  expect([existsSync(keptAs), existsSync(`${keptAs}-wal`), folder.walBytes()]).toEqual([true, true, 0])
  const back = JSON.parse((await runCommand(['restore', keptAs, '--db', folder.db, '--replace', '--json'])).out)
  expect(back).toMatchObject({ messages: 4 })
  expect(back.keptAs).not.toBe(keptAs)
})

test('what cannot be done is refused in one line that says what to do, and changes nothing', limits, async () => {
  const folder = await DatabaseFolder.make()
  const at = (name: string) => join(folder.path, name)
  writeFileSync(at('letter.db'), 'a letter, not a database'.repeat(100))
  const db = ['--db', folder.db]
  const cases: [words: string[], code: number, said: RegExp][] = [
    [['backup', folder.db, ...db], 1, /chat\.db is there already/],
    [['restore', at('letter.db'), '--replace', ...db], 1, /A chat-server is running with .*chat\.db\. Stop it first/],
    [['check', '--db', at('letter.db')], 78, /letter\.db is not a database/]
  ]
  const names = () => readdirSync(folder.path).filter((name) => !name.startsWith('chat.db.search'))
  const before = names()
  for (const [words, code, said] of cases) {
    const ran = await runCommand(words)
    expect([words, ran.code, ran.out, ran.err]).toEqual([words, code, '', expect.stringMatching(said)])
    expect(ran.err).toMatch(/^chat-server: [^\n]+\n$/)
    expect([words, names()]).toEqual([words, before])
  }
})

test('a check of a running database says what it looked through, and exits 1 where something is wrong', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(3)
  const good = await runCommand(['check', '--db', folder.db])
  expect(good).toMatchObject({ code: 0, err: expect.stringContaining('is in order: 3 messages in 1 room of 1 user') })
  expect(good.out).toMatch(/^pages +ok .*\n(.* ok .*\n){5}$/)
  await folder.stop()
  const db = new DatabaseSync(folder.db)
  db.exec("DELETE FROM event WHERE log = 1 AND type = 'member.joined'")
  db.close()
  const bad = await runCommand(['check', '--db', folder.db])
  expect(bad).toMatchObject({ code: 1, out: expect.stringContaining('fault in numbers: the log of room general has a gap') })
  expect(bad.err).toContain('chat-server restore BACKUP --replace --db')
  const { ok, faults } = JSON.parse((await runCommand(['check', '--db', folder.db, '--json'])).out)
  expect([ok, faults.length]).toEqual([false, 1])
})

const hasPython = spawnSync('python3', ['--version']).status === 0
if (!hasPython) console.log('backup: on a terminal skipped, the program `python3` is missing')

test.skipIf(!hasPython)(
  'a terminal shows how far it has come, and then a line of its own for what came of it',
  limits,
  async () => {
    const folder = await DatabaseFolder.make()
    const copy = join(folder.path, 'copy.db')
    const db = ['--db', folder.db]
    const onTerminal = (...words: string[]) => runCommand([...words, ...db], ['python3', '-c', relay])
    const backup = await onTerminal('backup', copy)
    expect(backup.out).toMatch(/^\rBacking up: copying, \d+ %.*\rBacking up: reading the copy.*\r +\r/)
    expect(backup.out).toContain(`\r${copy}\r\n0 messages in 1 room of 1 user`)
    expect((await onTerminal('check')).out).toMatch(/^\rChecking: pages, 0 %.*Checking: search index, \d+ %.*\r +\rpages +ok/s)
    await folder.stop()
    const restored = await onTerminal('restore', copy, '--replace')
    expect(restored.out).toMatch(/^\rRestoring: copying, \d+ %.*\rRestoring: reading the copy.*\r +\r\/.*chat\.db\r\n/)
  }
)

test('a backup that is stopped leaves nothing, or is done', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(500)
  const parts = () => readdirSync(folder.path).filter((name) => name.endsWith('.part'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const copy = join(folder.path, `${signal}.db`)
    const child = spawn(process.execPath, [serverProgram, 'backup', copy, '--db', folder.db], { stdio: 'ignore' })
    const ended = once(child, 'exit')
    await expect.poll(() => parts().length + Number(existsSync(copy)), { interval: 1 }).toBe(1)
    child.kill(signal)
    const [code, by] = await ended
    expect([parts(), by ?? code]).toEqual([[], existsSync(copy) ? expect.anything() : signal])
  }
})

const mountable = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
if (!mountable) console.log('backup: small and read-only disks skipped, this user may not mount a file system of its own')

test.skipIf(!mountable)('on a disk that is too small or cannot be written, nothing is left of a copy', limits, async () => {
  const folder = await DatabaseFolder.make()
  await folder.send(20)
  await folder.stop()
  const disk = mkdtempSync(join(tmpdir(), 'tertulia-disk-'))
  onTestFinished(() => rmSync(disk, { recursive: true, force: true }))
  const on = (mount: string, words: string[]) => {
    const script = `mount -t tmpfs -o size=100k none "$0" && cp "$1" "$0/" 2>/dev/null; ${mount}
      shift; timeout -s KILL 60 "$@"; code=$?; find "$0" -mindepth 1 -name '*copy*'; exit $code`
    const command = ['-rm', 'bash', '-c', script, disk, '/dev/null', process.execPath, serverProgram, ...words]
    const { status, stdout, stderr } = spawnSync('unshare', command, { encoding: 'utf8' })
    return [status, stdout, stderr.replaceAll(disk, '')]
  }
  const copy = join(disk, 'copy.db')
  const [full, readOnly] = [
    'chat-server: There is no room on the disk for /copy.db. Make some, or name a file on another disk.\n',
    'chat-server: /copy.db is on a disk that cannot be written (read-only). Name a file on another one.\n'
  ]
  expect(on(':', ['backup', copy, '--db', folder.db])).toEqual([1, '', full])
  expect(on(':', ['restore', folder.db, '--db', copy])).toEqual([1, '', full])
  expect(on('mount -o remount,ro "$0"', ['backup', copy, '--db', folder.db])).toEqual([1, '', readOnly])
})
