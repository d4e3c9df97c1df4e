import { noRateLimits, type ProblemCode, problems } from '@tertulia/protocol'
import type { Bus } from '../buses/bus.ts'
import { erasesTexts } from '../stores/erasing.ts'
import { type DiskUse, isOnDisk } from '../stores/on-disk.ts'
import { isRemote } from '../stores/remote.ts'
import type { Store } from '../stores/store.ts'
import { hasFigures } from '../stores/store-figures.ts'
import { exposition, type Family, Histogram, type Sample } from './exposition.ts'
import { ProcessFigures } from './process-figures.ts'

/** What the streams of this node say of themselves. */
export interface StreamFigures {
  /** Open ones, by the form of their events. */
  open: Record<string, number>
  /** How many read older events from the store. */
  behind: number
  /** How many events the one that is furthest behind is not sent yet. */
  lagEvents: number
  /** How often one fell behind because its reader was slow. */
  demotions: number
  /** How many were cut because all of them together held too much. */
  cuts: number
  /** What has left for their readers. */
  bytesSent: number
}

/** What the program around the chat counts. */
export interface ProgramCounts {
  logLinesDropped: number
  /** For want of file descriptors. */
  connectionsRefused: number
  /** Files and connections that are open, and how many may be; undefined: the system does not tell. */
  descriptors?: { open: number; limit: number } | undefined
  /** When the certificate in force ends, in milliseconds since 1970; undefined without one. */
  certificateEndsAtMs?: number | undefined
}

export interface MetricsOptions {
  store: Store
  bus: Bus
  streams: () => StreamFigures
  /** What unread answers, unfinished bodies and waiting requests hold. */
  backlogBytes: () => number
  /** Of this package. */
  version: string
  program?: (() => ProgramCounts) | undefined
}

/** From 0.5 ms, an fsync of a good disk, to a second. */
const commitSeconds = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** Everything that `/metrics` shows. Labels name routes, methods and the like: never a user, a room or what was said. */
export class Metrics {
  readonly #options: MetricsOptions
  /** Answers by `method route`, then by the first digit of their status. */
  readonly #answers = new Map<string, number[]>()
  readonly #refusals = new Map<string, number>(Object.keys(noRateLimits).map((limit) => [limit, 0]))
  /** By code: those that are the server's own trouble from the start, so that the first one is an increase. */
  readonly #problems = new Map<string, number>(
    Object.entries(problems).flatMap(([code, { status }]) => (status >= 500 ? [[code, 0]] : []))
  )
  /** By which bound. */
  readonly #overfull = { each: 0, address: 0, all: 0 }
  #cuts = 0
  readonly #commitSeconds = new Histogram(commitSeconds)
  readonly #commitCommands = new Histogram(batchSizes)
  readonly #process = new ProcessFigures()

  constructor(options: MetricsOptions) {
    this.#options = options
    if (!hasFigures(options.store)) return
    options.store.onCommit((commands, ms) => {
      this.#commitCommands.observe(commands)
      this.#commitSeconds.observe(ms / 1_000)
    })
  }

  /** @param route  its pattern, never what was asked for */
  answered(method: string, route: string, status: number): void {
    const key = `${method} ${route}`
    let classes = this.#answers.get(key)
    if (!classes) {
      classes = [0, 0, 0, 0, 0, 0]
      this.#answers.set(key, classes)
    }
    const first = Math.trunc(status / 100)
    classes[first] = (classes[first] ?? 0) + 1
  }

  refused(limit: string): void {
    this.#refusals.set(limit, (this.#refusals.get(limit) ?? 0) + 1)
  }

  /** A request was answered with this problem. */
  told(code: ProblemCode): void {
    this.#problems.set(code, (this.#problems.get(code) ?? 0) + 1)
  }

  /** A request was refused because the backlog, of one user, of one address or of all, held too much. */
  overfull(bound: 'each' | 'address' | 'all'): void {
    this.#overfull[bound]++
  }

  /** A connection was cut because its reader took nothing. */
  cut(): void {
    this.#cuts++
  }

  text(): string {
    const { store, bus, streams, backlogBytes, version, program } = this.#options
    const { open, behind, lagEvents, demotions, cuts, bytesSent } = streams()
    const families: Family[] = [
      {
        name: 'tertulia_http_requests_total',
        type: 'counter',
        help: 'Requests answered, by route and class of status',
        samples: this.#answerSamples()
      },
      {
        name: 'tertulia_problems_total',
        type: 'counter',
        help: 'Requests answered with a problem, by its code',
        samples: labelled('code', Object.fromEntries(this.#problems))
      },
      {
        name: 'tertulia_rate_limited_total',
        type: 'counter',
        help: 'Requests refused with 429, by limit',
        samples: labelled('limit', Object.fromEntries(this.#refusals))
      },
      {
        name: 'tertulia_commit_duration_seconds',
        type: 'histogram',
        help: 'Time from handing a batch of writes to the store until it was on disk',
        samples: this.#commitSeconds.samples()
      },
      {
        name: 'tertulia_commit_commands',
        type: 'histogram',
        help: 'Writes that shared one commit',
        samples: this.#commitCommands.samples()
      },
      {
        name: 'tertulia_streams',
        type: 'gauge',
        help: 'Open streams by the form of their events; page: requests that wait for events',
        samples: labelled('format', open)
      },
      single('gauge', 'tertulia_streams_behind', 'Open streams that catch up with older events from the store', behind),
      single(
        'gauge',
        'tertulia_stream_lag_events',
        'Events that have not been sent yet to the stream that is furthest behind',
        lagEvents
      ),
      single(
        'counter',
        'tertulia_stream_demotions_total',
        'Times that a stream fell behind its room because its reader was slow',
        demotions
      ),
      single(
        'counter',
        'tertulia_stream_cuts_total',
        'Streams cut because all slow readers together had too much waiting for them',
        cuts
      ),
      single('counter', 'tertulia_stream_bytes_total', 'Bytes that have left for the readers of streams', bytesSent),
      single(
        'gauge',
        'tertulia_backlog_bytes',
        'Bytes of large answers not read yet, of large bodies not sent whole, and of requests that wait for earlier ones',
        backlogBytes()
      ),
      {
        name: 'tertulia_backlog_refused_total',
        type: 'counter',
        help: 'Requests refused because that is too much',
        samples: labelled('bound', this.#overfull)
      },
      single('counter', 'tertulia_stalled_connections_total', 'Connections cut because the client read nothing', this.#cuts),
      single(
        'gauge',
        'tertulia_store_writes_off',
        '1: the server takes no writes until a restart, because the disk failed',
        store.writesOff === undefined ? 0 : 1
      ),
      single(
        'gauge',
        'tertulia_erasure_overdue_seconds',
        'By how much the erasure of deleted texts is overdue',
        erasesTexts(store) ? store.erasureOverdueMs / 1_000 : 0
      ),
      single('gauge', 'tertulia_bus_degraded', '1: messages from other nodes arrive late', bus.state === 'degraded' ? 1 : 0),
      ...(isRemote(store)
        ? [single('gauge', 'tertulia_store_away', '1: PostgreSQL does not answer this server', store.isAway ? 1 : 0)]
        : []),
      ...(isOnDisk(store) ? diskFamilies(store.diskUse()) : []),
      ...(program ? programFamilies(program()) : []),
      {
        name: 'tertulia_build_info',
        type: 'gauge',
        help: 'Always 1: the version of the server, and of Node',
        samples: [{ labels: { version, node: process.version }, value: 1 }]
      },
      ...this.#process.families()
    ]
    return exposition(families)
  }

  close(): void {
    this.#process.close()
  }

  #answerSamples(): Sample[] {
    return [...this.#answers].flatMap(([key, classes]) => {
      const [method = '', route = ''] = key.split(' ')
      return classes.flatMap((value, first) => (value === 0 ? [] : [{ labels: { method, route, status: `${first}xx` }, value }]))
    })
  }
}

const diskFamilies = ({ files, free }: DiskUse): Family[] => [
  {
    name: 'tertulia_store_size_bytes',
    type: 'gauge',
    help: 'Size of the database, of its write-ahead log and of the search index',
    samples: labelled('file', files)
  },
  ...(free === undefined ? [] : [single('gauge', 'tertulia_disk_free_bytes', 'Space left on the disk of the database', free)])
]

const programFamilies = ({ logLinesDropped, connectionsRefused, descriptors, certificateEndsAtMs }: ProgramCounts): Family[] => [
  single('counter', 'tertulia_log_lines_dropped_total', 'Log lines lost because their output was blocked', logLinesDropped),
  single(
    'counter',
    'tertulia_connections_refused_total',
    'Connections refused because the process may not have more files open',
    connectionsRefused
  ),
  ...(descriptors === undefined
    ? []
    : [
        single('gauge', 'process_open_fds', 'Files and connections that the process has open', descriptors.open),
        single('gauge', 'process_max_fds', 'Files and connections that the process may have open', descriptors.limit)
      ]),
  ...(certificateEndsAtMs === undefined
    ? []
    : [
        single(
          'gauge',
          'tertulia_certificate_expiry_timestamp_seconds',
          'When the certificate in force ends',
          certificateEndsAtMs / 1000
        )
      ])
]

const labelled = (label: string, values: Record<string, number>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }))

const single = (type: Family['type'], name: string, help: string, value: number): Family => ({
  type,
  name,
  help,
  samples: [{ value }]
})
