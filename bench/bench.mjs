#!/usr/bin/env node
// Measures Tertulia beside a bare route of the same framework, or beside Nchan where it is installed.
// bench.mjs [SCENARIO…] [--repeat N]
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ask, cpuSeconds, markedText, percentile, residentKib, Streams } from './load.mjs'
import { servers } from './servers.mjs'

const { values, positionals } = parseArgs({ options: { repeat: { type: 'string', default: '3' } }, allowPositionals: true })

/** Each says with whom Tertulia is compared, and measures one running server: the first figure is the one that is compared. */
const scenarios = {
  sends: {
    title: 'Durable sends, 64 connections, 20,000 texts of 100 characters',
    peers: ['bare'],
    async measure(server) {
      const cpu = cpuSeconds(server.pid)
      const request = (n, atMs) => server.send(markedText(n, atMs))
      const { tookMs, failed, seconds } = await ask(server.port, { connections: 64, count: 20_000, request })
      return {
        'acks/s': tookMs.length / seconds,
        'acks/CPU s': tookMs.length / (cpuSeconds(server.pid) - cpu),
        'p50 ms': percentile(tookMs, 0.5),
        'p99 ms': percentile(tookMs, 0.99),
        failed
      }
    }
  },
  flood: {
    title: 'One room, 1,000 streams, 16 senders flat out, 1,000 texts',
    peers: ['nchan'],
    async measure(server) {
      const streams = new Streams({ timed: false })
      await streams.open(server.port, server.follow, 1_000)
      const cpu = cpuSeconds(server.pid)
      const begun = performance.now()
      const request = (n, atMs) => server.send(markedText(n, atMs))
      await ask(server.port, { connections: 16, count: 1_000, request })
      await streams.until(1_000_000)
      const seconds = (performance.now() - begun) / 1000
      streams.close()
      return {
        'deliveries/s': streams.received / seconds,
        'deliveries/CPU s': streams.received / (cpuSeconds(server.pid) - cpu),
        lost: 1_000_000 - streams.received
      }
    }
  },
  paced: {
    title: 'One room, 5,000 streams, 8 texts a second for 5 s',
    peers: ['nchan'],
    async measure(server) {
      const streams = new Streams({ timed: true })
      await streams.open(server.port, server.follow, 5_000)
      const request = (n, atMs) => server.send(markedText(n, atMs))
      const { tookMs } = await ask(server.port, { connections: 1, count: 40, perSecond: 8, request })
      await streams.until(40 * 5_000)
      streams.close()
      return {
        'p50 ms': percentile(streams.latenciesMs, 0.5),
        'p99 ms': percentile(streams.latenciesMs, 0.99),
        'ack p50 ms': percentile(tookMs, 0.5),
        'ack p99 ms': percentile(tookMs, 0.99),
        lost: 40 * 5_000 - streams.received,
        faults: streams.faults
      }
    }
  },
  idle: {
    title: 'Memory of 5,000 silent streams',
    peers: ['bare', 'nchan'],
    async measure(server) {
      const before = residentKib(server.pid)
      const streams = new Streams({ timed: false })
      await streams.open(server.port, server.follow, 5_000)
      await pause(2_000)
      const after = residentKib(server.pid)
      streams.close()
      return { 'KiB a stream': (after - before) / 5_000 }
    }
  },
  history: {
    title: 'The newest page (50 messages), 32 connections, 20,000 times',
    peers: ['bare'],
    async measure(server) {
      if (server.send) {
        const request = (n, atMs) => server.send(markedText(n, atMs))
        await ask(server.port, { connections: 16, count: 1_000, request })
      }
      const cpu = cpuSeconds(server.pid)
      const { tookMs, seconds } = await ask(server.port, { connections: 32, count: 20_000, request: () => server.newest })
      return {
        'pages/s': tookMs.length / seconds,
        'pages/CPU s': tookMs.length / (cpuSeconds(server.pid) - cpu),
        'p50 ms': percentile(tookMs, 0.5),
        'p99 ms': percentile(tookMs, 0.99)
      }
    }
  }
}

/** Medians of some runs, in which the servers take turns, so that a noisy minute hits all of them. */
async function compare({ title, peers, measure }) {
  console.log(`\n${title}`)
  const runs = new Map(['tertulia', ...peers].map((name) => [name, []]))
  for (let n = 0; n < Number(values.repeat); n++) {
    for (const [name, results] of runs) {
      let server
      try {
        server = await servers[name]()
        await pause(300)
        results.push(await measure(server))
      } catch (error) {
        console.log(`${name}: left out, ${error.message}`)
        runs.delete(name)
      }
      await server?.end()
    }
  }
  const rows = new Map()
  for (const [name, results] of runs) {
    const figures = Object.keys(results[0]).map((figure) => [
      figure,
      percentile(
        results.map((result) => result[figure]),
        0.5
      )
    ])
    rows.set(name, Object.fromEntries(figures))
  }
  const own = rows.get('tertulia')
  if (!own) return
  for (const [name, row] of rows) {
    for (const [figure, value] of Object.entries(row)) row[figure] = Number(value.toPrecision(4))
    const [first] = Object.keys(row)
    row['tertulia / this'] = name === 'tertulia' ? '' : Number((own[first] / row[first]).toFixed(2))
  }
  console.table(Object.fromEntries(rows))
}

const wanted = positionals.length > 0 ? positionals : Object.keys(scenarios)
const unknown = wanted.find((name) => !(name in scenarios))
if (unknown !== undefined) {
  console.error(`There is no scenario “${unknown}”. There are: ${Object.keys(scenarios).join(', ')}`)
  process.exitCode = 2
} else {
  for (const name of wanted) await compare(scenarios[name])
}
