import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { noRateLimits } from '@tertulia/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Bus } from '../../src/buses/bus.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { Histogram } from '../../src/services/exposition.ts'
import { openApp } from '../support/open-app.ts'
import { type Read, readExposition } from '../support/prometheus.ts'

const messages = '/v1/rooms/general/messages'

const scrape = async ({ app }: Pick<Awaited<ReturnType<typeof openApp>>, 'app'>): Promise<Map<string, Read>> => {
  const reply = await app.inject('/metrics')
  expect(reply.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  return readExposition(reply.body)
}
const figure = (families: Map<string, Read>, name: string, labels = '') => families.get(name)?.samples.get(`${name}${labels}`)

test('requests are counted by the pattern of their path, their method and the class of their status', async () => {
  const opened = await openApp()
  const { app, ana } = opened
  await ana.post(messages, { text: 'hi' })
  await ana.post(messages, { text: '' })
  await ana.get('/v1/rooms/absent/messages')
  await ana.get('/v1/rooms/general')
  await app.inject('/nothing/of/the/kind')
  const families = await scrape(opened)
  expect(families.get('tertulia_http_requests_total')?.samples).toEqual(
    new Map([
      ['tertulia_http_requests_total{method="POST",route="/v1/users",status="2xx"}', 2],
      ['tertulia_http_requests_total{method="POST",route="/v1/rooms/:room/messages",status="2xx"}', 1],
      ['tertulia_http_requests_total{method="POST",route="/v1/rooms/:room/messages",status="4xx"}', 1],
      ['tertulia_http_requests_total{method="GET",route="/v1/rooms/:room/messages",status="4xx"}', 1],
      ['tertulia_http_requests_total{method="GET",route="/v1/rooms/:room",status="2xx"}', 1],
      ['tertulia_http_requests_total{method="GET",route="none",status="4xx"}', 1]
    ])
  )
})

test('problems are counted by their code, also those of bytes that are no request', async () => {
  const opened = await openApp()
  const { app, ana } = opened
  const count = async (code: string) => figure(await scrape(opened), 'tertulia_problems_total', `{code="${code}"}`)
  // The first time that the server itself is in trouble is an increase.
  expect([await count('storage-full'), await count('storage-failed'), await count('internal')]).toEqual([0, 0, 0])
  await ana.post(messages, { text: '' })
  await ana.get('/v1/rooms/absent/messages')
  await ana.get('/v1/rooms/absent')
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const client = connect(Number(port), '127.0.0.1').resume()
  client.end('GET / HTTP/1.1\r\nno field\r\n\r\n')
  await once(client, 'close')
  await app.inject('/v1/rooms/%ff')
  expect([await count('invalid-body'), await count('room-not-found')]).toEqual([1, 2])
  expect([await count('bad-request'), await count('invalid-path')]).toEqual([1, 1])
})

test('the size of the store and the space that is left are shown, and which version this is', async () => {
  const opened = await openApp()
  const families = await scrape(opened)
  const size = (file: string) => figure(families, 'tertulia_store_size_bytes', `{file="${file}"}`)
  expect(size('database')).toBeGreaterThan(4_096)
  expect(size('wal')).toBeGreaterThanOrEqual(0)
  expect(size('index')).toBeGreaterThanOrEqual(0)
  expect(figure(families, 'tertulia_disk_free_bytes')).toBeGreaterThan(0)
  const [info] = families.get('tertulia_build_info')?.samples ?? []
  expect(info).toEqual([expect.stringMatching(/^tertulia_build_info{version="\d+\.\d+\.\d+\S*",node="v\d+\.\d+\.\d+\S*"}$/), 1])
})

test('commits are counted, with how many writes shared them', async () => {
  const opened = await openApp()
  const before = await scrape(opened)
  await Promise.all(Array.from({ length: 20 }, () => opened.ana.post(messages, { text: 'hi' })))
  const after = await scrape(opened)
  const grown = (name: string) => sampleOf(after, name) - sampleOf(before, name)
  expect(grown('tertulia_commit_commands_sum')).toBe(20)
  expect(grown('tertulia_commit_commands_count')).toBeGreaterThan(0)
  expect(grown('tertulia_commit_duration_seconds_count')).toBe(grown('tertulia_commit_commands_count'))
  expect(grown('tertulia_commit_duration_seconds_sum')).toBeGreaterThan(0)
})

test('streams are counted by format while they are open, and their bytes stay counted', async () => {
  const opened = await openApp()
  const { app, ana } = opened
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const stream = get(`${url}/v1/rooms/general/events`, {
    agent: false,
    headers: { ...ana.headers, accept: 'application/x-ndjson' }
  })
  const [reply] = (await once(stream, 'response')) as [IncomingMessage]
  await once(reply, 'data')
  const open = await scrape(opened)
  expect(figure(open, 'tertulia_streams', '{format="ndjson"}')).toBe(1)
  expect(figure(open, 'tertulia_streams', '{format="sse"}')).toBe(0)
  const bytes = await vi.waitFor(async () => {
    const sent = figure(await scrape(opened), 'tertulia_stream_bytes_total')
    expect(sent).toBeGreaterThan(0)
    return sent
  }, 20_000)
  reply.destroy()
  await vi.waitFor(async () => {
    const closed = await scrape(opened)
    expect(figure(closed, 'tertulia_streams', '{format="ndjson"}')).toBe(0)
    expect(figure(closed, 'tertulia_stream_bytes_total')).toBeGreaterThanOrEqual(bytes as number)
  }, 20_000)
})

test('no counter ever falls, also when readers are cut who have not read', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const opened = await openApp()
  const { app, ana } = opened
  const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }))
  const head = `/v1/rooms/general/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ana.headers.authorization}\r\n`
  const frozen = ['text/event-stream', 'application/x-ndjson', 'application/x-ndjson'].map((format) => {
    const client = connect(Number(port), '127.0.0.1').pause()
    onTestFinished(() => void client.destroy())
    client.on('error', () => {})
    client.write(`GET ${head}Accept: ${format}\r\n\r\n`)
    return client
  })
  const scrapes = [await scrape(opened)]
  const next = async (reached: (families: Map<string, Read>) => boolean) => {
    await vi.waitFor(
      async () => {
        scrapes.push(await scrape(opened))
        expect(reached(scrapes.at(-1) as Map<string, Read>)).toBe(true)
      },
      { timeout: 20_000, interval: 100 }
    )
  }
  const open = (families: Map<string, Read>) =>
    (figure(families, 'tertulia_streams', '{format="sse"}') ?? 0) +
    (figure(families, 'tertulia_streams', '{format="ndjson"}') ?? 0)
  const bytes = (families: Map<string, Read> | undefined) => families && figure(families, 'tertulia_stream_bytes_total')

  await next((now) => open(now) === 3)
  // As much leaves as the kernel takes, and rounds are queued behind it.
  for (let batch = 0; batch < 30; batch++) {
    await Promise.all(Array.from({ length: 100 }, () => ana.post(messages, { text: 'x'.repeat(4_000) })))
  }
  await next((now) => open(now) === 3 && bytes(now) !== 0 && bytes(now) === bytes(scrapes.at(-2)))
  const last = scrapes.at(-1) as Map<string, Read>
  expect(figure(last, 'tertulia_streams_behind')).toBe(3)
  expect(figure(last, 'tertulia_stream_lag_events')).toBeGreaterThan(0)
  frozen[0]?.destroy()
  await next((now) => open(now) === 2)
  vi.advanceTimersByTime(70_000)
  await next((now) => open(now) === 0)
  expect(figure(scrapes.at(-1) as Map<string, Read>, 'tertulia_stalled_connections_total')).toBe(2)
  expect(figure(scrapes.at(-1) as Map<string, Read>, 'tertulia_streams_behind')).toBe(0)
  expect(figure(scrapes.at(-1) as Map<string, Read>, 'tertulia_stream_lag_events')).toBe(0)

  for (const [n, families] of scrapes.entries()) {
    for (const [name, { type, samples }] of n === 0 ? [] : (scrapes[n - 1] as Map<string, Read>)) {
      if (type === 'gauge') continue
      for (const [sample, value] of samples) {
        expect(families.get(name)?.samples.get(sample), `${sample}, scrape ${n}`).toBeGreaterThanOrEqual(value)
      }
    }
  }
}, 60_000)

test('what should wake somebody up has a figure', async () => {
  let off: string | undefined
  const bus = Object.assign<Bus, { state: Bus['state'] }>(new LocalBus(), { state: 'up' })
  const opened = await openApp({ bus, limits: { ...noRateLimits, send: { burst: 1, perSecond: 0.001 } } })
  Object.defineProperty(opened.store, 'writesOff', { get: () => off })
  const names = ['tertulia_store_writes_off', 'tertulia_erasure_overdue_seconds', 'tertulia_bus_degraded']
  const well = await scrape(opened)
  expect(names.map((name) => figure(well, name))).toEqual([0, 0, 0])
  off = 'the disk fails'
  Object.assign(bus, { state: 'degraded' })
  Object.defineProperty(opened.store, 'erasureOverdueMs', { value: 2_500 })
  await opened.ana.post(messages, { text: 'hi' })
  await opened.ana.post(messages, { text: 'hi' })
  const ill = await scrape(opened)
  expect(names.map((name) => figure(ill, name))).toEqual([1, 2.5, 1])
  expect(figure(ill, 'tertulia_rate_limited_total', '{limit="send"}')).toBe(1)
})

test('a store in another process has a figure for whether it is there, others have none', async () => {
  const opened = await openApp()
  const away = async () => (await scrape(opened)).get('tertulia_store_away')?.samples.get('tertulia_store_away')
  expect(await away()).toBeUndefined()
  Object.defineProperty(opened.store, 'isAway', { value: false, writable: true })
  expect(await away()).toBe(0)
  Object.assign(opened.store, { isAway: true })
  expect(await away()).toBe(1)
})

test('nothing of what people are called or say is in it', async () => {
  const opened = await openApp()
  await opened.ana.post('/v1/rooms', { name: 'strategy' })
  await opened.ana.post('/v1/rooms/strategy/messages', { text: 'a secret' })
  await opened.app.inject('/v1/users/marta')
  const { body } = await opened.app.inject('/metrics')
  for (const word of ['ana', 'strategy', 'secret', 'marta']) expect(body).not.toMatch(new RegExp(`\\b${word}\\b`))
  const families = await scrape(opened)
  for (const name of ['process_resident_memory_bytes', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) {
    expect(figure(families, name), name).toBeGreaterThanOrEqual(0)
  }
})

test('every metric is in docs/operations.md, and what is said and alarmed about is there', () => {
  const read = (file: string) => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8')
  const sources = ['metrics', 'process-figures'].map((name) => read(`src/services/${name}.ts`)).join('')
  const there = new Set([...sources.matchAll(/'((?:tertulia|process)_[a-z_]+)'/g)].map(([, name]) => name as string))
  const base = (name: string) => name.replace(/_(bucket|sum|count)$/, '')
  const namedIn = (text: string) =>
    new Set([...text.matchAll(/\b(?:tertulia|process)_[a-z_]+[a-z]\b/g)].map(([name]) => base(name)))
  const guide = namedIn(read('../../docs/operations.md'))
  expect([...there].filter((name) => name.startsWith('tertulia_') && !guide.has(name))).toEqual([])
  expect([...guide, ...namedIn(read('../../deploy/alerts.yml'))].filter((name) => !there.has(name))).toEqual([])
})

test('a histogram counts a value in every bucket that it is not above', () => {
  const histogram = new Histogram([1, 2])
  for (const value of [0, 1, 1.5, 2, 3]) histogram.observe(value)
  expect(histogram.samples().map(({ value }) => value)).toEqual([2, 4, 5, 7.5, 5])
})

const sampleOf = (families: Map<string, Read>, sample: string): number =>
  families.get(sample.replace(/_(sum|count)$/, ''))?.samples.get(sample) ?? Number.NaN
