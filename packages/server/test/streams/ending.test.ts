import { expect, test } from 'vitest'
import { openServer } from './test-server.ts'

test('when the server stops, every stream is told when to come back, and ends', async () => {
  const { app, streams, follow } = await openServer()
  const clients = [await follow('general:now'), await follow('general:0', { format: 'ndjson', as: 'luis' })]
  await Promise.all(clients.map((client) => client.until('synced')))
  await app.close()
  await Promise.all(clients.map((client) => client.untilClosed()))
  for (const client of clients) {
    const goodbye = client.said.at(-1) as { type: string; retryMs: number }
    expect(goodbye.type).toBe('goodbye')
    expect(goodbye.retryMs).toBeGreaterThanOrEqual(1_000)
    expect(goodbye.retryMs).toBeLessThanOrEqual(5_000)
    expect(client.text.endsWith('\r\n0\r\n\r\n')).toBe(true)
  }
  expect(streams.count).toBe(0)
})

test('draining twice is draining once, and a stream that begins meanwhile is told goodbye', async () => {
  const { streams, follow } = await openServer()
  const first = await follow('general:now')
  await first.until('synced')
  await Promise.all([streams.drain(), streams.drain()])
  await first.until('goodbye')
  const late = await follow('general:now')
  await late.until('goodbye')
  expect(late.text.match(/goodbye/g)).toHaveLength(2) // the event line and its data
})

test('a reader that has stopped reading does not hold the stop up', async () => {
  const { app, store, ana, streams, follow } = await openServer({ streams: { drainMs: 50 } })
  const text = 'x'.repeat(4_000)
  for (let batch = 0; batch < 16; batch++) {
    const send = { kind: 'send', actor: ana.id, room: 'general', text, atMs: 0 } as const
    await store.commit(Array.from({ length: 200 }, () => send))
  }
  const client = await follow('general:0')
  client.socket.pause()
  await app.close()
  expect(streams.count).toBe(0)
})

test('a stream whose token no longer counts is told goodbye', async () => {
  let valid = true
  const { follow } = await openServer({
    streams: { heartbeatMs: 30, stillValid: async ({ user }) => valid || user.name === 'luis' }
  })
  const ana = await follow('general:now')
  const luis = await follow('general:now', { as: 'luis', format: 'ndjson' })
  await ana.until('synced')
  valid = false
  await ana.until('goodbye')
  await luis.until(/heartbeat.*heartbeat/s)
  expect(luis.text).not.toContain('goodbye')
})

test('a token that cannot be looked at just now counts', async () => {
  const { errors, follow } = await openServer({
    streams: {
      heartbeatMs: 30,
      stillValid: async () => {
        throw new Error('busy')
      }
    }
  })
  const client = await follow('general:now', { format: 'ndjson' })
  await client.until(/heartbeat.*heartbeat/s)
  expect(client.text).not.toContain('goodbye')
  expect(errors).not.toEqual([])
})

test('an old stream is told to come back', async () => {
  const { follow } = await openServer({ streams: { streamAgeMs: 60, heartbeatMs: 150 } })
  const client = await follow('general:now')
  await client.until('goodbye')
  expect(client.said.map(({ type }) => type)).toEqual(['ready', 'synced', 'goodbye'])
})

test('a member who is removed from a private room gets nothing after that, on any room of the stream', async () => {
  const { ana, createRoom, commit, send, follow } = await openServer()
  await createRoom('secret', 'private')
  const write = { actor: ana.id, room: 'secret', atMs: 0 }
  await commit({ kind: 'join', ...write, member: 'luis' })
  const luis = await follow('secret:now,general:now', { as: 'luis' })
  const witness = await follow('secret:now')
  await luis.until(/synced.*synced.*synced/s)
  await witness.until('synced')

  await Promise.all([
    send('secret', 'for luis'),
    commit({ kind: 'leave', ...write, member: 'luis' }),
    send('secret', 'not for luis')
  ])
  await send('general', 'too late')
  await luis.until('\r\n0\r\n\r\n')
  await witness.until('not for luis')
  expect(luis.text).toContain('for luis')
  expect(luis.text).not.toContain('not for luis')
  expect(luis.text).not.toContain('too late')
  expect(luis.said.at(-1)).toMatchObject({ type: 'member.left', member: { name: 'luis' } })
})

test('who has left and come back reads on over their own leaving', async () => {
  const { ana, createRoom, commit, send, follow } = await openServer()
  await createRoom('secret', 'private')
  const write = { actor: ana.id, room: 'secret', atMs: 0 }
  await commit({ kind: 'join', ...write, member: 'luis' })
  await commit({ kind: 'leave', ...write, member: 'luis' })
  await commit({ kind: 'join', ...write, member: 'luis' })
  const luis = await follow('secret:0', { as: 'luis' })
  await luis.until('synced')
  await send('secret', 'welcome')
  await luis.until('welcome')
  expect(luis.seqs).toEqual([1, 2, 3, 4, 5, 6])
})

test('in a public room a member who left may stay and read', async () => {
  const { luis, commit, send, follow } = await openServer()
  const write = { actor: luis.id, room: 'general', atMs: 0 }
  await commit({ kind: 'join', ...write, member: 'luis' })
  const client = await follow('general:now', { as: 'luis' })
  await client.until('synced')
  await commit({ kind: 'leave', ...write, member: 'luis' })
  await send('general', 'still here?')
  await client.until('still here?')
})

test('who is no member of a room that becomes private gets nothing after that', async () => {
  const { ana, createRoom, commitAll, send, follow } = await openServer()
  await createRoom('ops')
  const luis = await follow('ops:now,general:now', { as: 'luis' })
  const member = await follow('ops:now')
  await Promise.all([luis.until(/synced.*synced.*synced/s), member.until('synced')])
  const write = { actor: ana.id, room: 'ops', atMs: 0 }
  await commitAll([
    { kind: 'send', ...write, text: 'for everybody' },
    { kind: 'change-room', ...write, changes: { visibility: 'private' } },
    { kind: 'send', ...write, text: 'for members' }
  ])
  await send('general', 'too late')
  await luis.until('\r\n0\r\n\r\n')
  await member.until('for members')
  expect(luis.text).toContain('for everybody')
  expect(luis.text).not.toMatch(/for members|too late/)
  expect(luis.said.at(-1)).toMatchObject({ type: 'room.updated', settings: { visibility: 'private' } })
})

test('so does one who was behind when it became private', async () => {
  const { store, ana, createRoom, commitAll, follow } = await openServer()
  await createRoom('ops')
  const write = { actor: ana.id, room: 'ops', atMs: 0 }
  const { events } = store
  let goOn = () => {}
  const hidden = new Promise<void>((resolve) => {
    goOn = resolve
  })
  store.events = async (...asked) => {
    await hidden
    return events.call(store, ...asked)
  }
  const luis = await follow('ops:0', { as: 'luis' })
  await luis.until('ready')
  await commitAll([
    { kind: 'change-room', ...write, changes: { visibility: 'private' } },
    { kind: 'send', ...write, text: 'for members' }
  ])
  goOn()
  await luis.until('\r\n0\r\n\r\n')
  expect(luis.said.at(-1)?.type).toBe('room.updated')
})

test('who leaves a room that has become private is cut, and who leaves one that has become public is not', async () => {
  const { ana, luis, createRoom, commit, send, follow } = await openServer()
  await createRoom('opening', 'private')
  await createRoom('closing')
  for (const room of ['opening', 'closing']) {
    const actor = room === 'opening' ? ana.id : luis.id
    await commit({ kind: 'join', actor, room, member: 'luis', atMs: 0 })
  }
  const stays = await follow('opening:now', { as: 'luis' })
  const ends = await follow('closing:now', { as: 'luis' })
  await Promise.all([stays.until('synced'), ends.until('synced')])
  for (const [room, visibility] of [
    ['opening', 'public'],
    ['closing', 'private']
  ] as const) {
    await commit({ kind: 'change-room', actor: ana.id, room, changes: { visibility }, atMs: 0 })
    await commit({ kind: 'leave', actor: luis.id, room, member: 'luis', atMs: 0 })
    await send(room, 'after luis left')
  }
  await stays.until('after luis left')
  await ends.until('\r\n0\r\n\r\n')
  expect(ends.said.at(-1)?.type).toBe('member.left')
})

test('when the store cannot tell who may read on, the reader has to come back and ask', async () => {
  const { store, ana, errors, commit, createRoom, follow } = await openServer()
  await createRoom('ops')
  const luis = await follow('ops:now', { as: 'luis' })
  await luis.until('synced')
  store.room = async () => {
    throw new Error('disk on fire')
  }
  await commit({ kind: 'change-room', actor: ana.id, room: 'ops', changes: { visibility: 'private' }, atMs: 0 })
  await luis.until('\r\n0\r\n\r\n')
  expect(errors.map(String)).toEqual(['Error: disk on fire'])
})

test('a stream ends when the store cannot be read, and the failure is reported', async () => {
  const { store, errors, follow } = await openServer()
  const { events } = store
  store.events = async () => {
    throw new Error('disk on fire')
  }
  const client = await follow('general:0')
  await client.until('\r\n0\r\n\r\n')
  store.events = events
  expect(client.said.map(({ type }) => type)).toEqual(['ready'])
  expect(errors.map(String)).toEqual(['Error: disk on fire'])
})

test('a stream whose next event is no longer kept is told so, and ends', async () => {
  const { store, send, follow } = await openServer()
  for (let count = 0; count < 10; count++) await send('general', `${count}`)
  const { events } = store
  store.events = async (log, after, upTo, page) => events.call(store, log, Math.max(after, 6), upTo, page)
  const client = await follow('general:3')
  await client.until('\r\n0\r\n\r\n')
  const head = (await store.extents([1])).get(1)?.head
  expect(client.said).toEqual([
    { type: 'ready', room: 'general', cursor: `${store.epoch}.3` },
    { type: 'reset', room: 'general', cursor: `${store.epoch}.${head}` }
  ])
})

test('so it is told when events were let go that no hint had announced', async () => {
  const { store, ana, follow } = await openServer({ feeds: { sweepMs: 10 } })
  const client = await follow('general:now')
  await client.until('synced')
  const { events, extents } = store
  const firstKept = async (log: number) => (await extents.call(store, [log])).get(log)?.head as number
  store.extents = async ([log = 0]) => new Map([[log, { firstSeq: await firstKept(log), head: await firstKept(log) }]])
  store.events = async (log, after, ...more) => events.call(store, log, Math.max(after, (await firstKept(log)) - 1), ...more)
  const send = { kind: 'send', actor: ana.id, room: 'general', text: 'not announced', atMs: 0 } as const
  await store.commit([send, send, send])
  await client.until('\r\n0\r\n\r\n')
  expect(client.said.map(({ type }) => type)).toEqual(['ready', 'synced', 'reset'])
  expect(client.said.at(-1)?.cursor).toBe(`${store.epoch}.${await firstKept(1)}`)
})

test('whoever is behind when a room lets go of what comes next is told so, and nobody who has it', async () => {
  const { store, ana, commit, send, follow } = await openServer({ feeds: { sweepMs: 10 } })
  await commit({ kind: 'create-room', actor: ana.id, name: 'ops', title: '', visibility: 'public', atMs: 0 })
  await commit({ kind: 'change-room', actor: ana.id, room: 'ops', changes: { retainDays: 1 }, atMs: 0 })
  const [live, idle] = [await follow('ops:now'), await follow('ops:now')]
  for (const client of [live, idle]) await client.until('synced')
  await store.commit([{ kind: 'sweep', after: 0, atMs: 1e9 }])
  const behind = await follow('ops:0')
  await behind.until('\r\n0\r\n\r\n')
  expect(behind.said).toMatchObject([{ type: 'ready' }, { type: 'reset', room: 'ops', cursor: `${store.epoch}.3` }])
  const { id } = await send('ops', 'new')
  for (const client of [live, idle]) {
    await client.until('"new"')
    expect(client.said.map(({ type }) => type)).toEqual(['ready', 'synced', 'message.created'])
  }
  expect(id).toBe(4)
})

test('after a failure to open a log the next reader finds it', async () => {
  const { store, errors, follow } = await openServer()
  const { extents } = store
  store.extents = async () => {
    throw new Error('disk on fire')
  }
  const first = await follow('general:0')
  await first.until('\r\n0\r\n\r\n')
  expect(errors.map(String)).toContain('Error: disk on fire')
  store.extents = extents
  const second = await follow('general:now')
  await second.until('synced')
})
