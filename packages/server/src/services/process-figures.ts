import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Family } from './exposition.ts'

/** What every Node process can say of itself, under the names that dashboards for Node know. */
export class ProcessFigures {
  readonly #delay = monitorEventLoopDelay({ resolution: 20 })

  constructor() {
    this.#delay.enable()
  }

  /** The delays are those since it was asked the last time. */
  families(): Family[] {
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    const startedAt = Math.round((Date.now() / 1_000 - process.uptime()) * 1_000) / 1_000
    const families: Family[] = [
      one('counter', 'process_cpu_seconds_total', 'CPU time, user and system', (user + system) / 1e6),
      one('gauge', 'process_start_time_seconds', 'When the process began, in seconds since 1970', startedAt),
      one('gauge', 'process_resident_memory_bytes', 'Memory that the process holds', rss),
      one('gauge', 'nodejs_heap_size_used_bytes', 'JavaScript heap in use', heapUsed),
      one('gauge', 'nodejs_heap_size_total_bytes', 'JavaScript heap', heapTotal),
      one('gauge', 'nodejs_external_memory_bytes', 'Memory of buffers and the like, outside the heap', external),
      ...(['mean', 'p50', 'p99', 'max'] as const).map((which) => this.#lag(which))
    ]
    this.#delay.reset()
    return families
  }

  close(): void {
    this.#delay.disable()
  }

  #lag(which: 'mean' | 'p50' | 'p99' | 'max'): Family {
    const { mean, max, count } = this.#delay
    const ns = which === 'mean' ? mean : which === 'max' ? max : this.#delay.percentile(which === 'p50' ? 50 : 99)
    const name = `nodejs_eventloop_lag_${which}_seconds`
    return one('gauge', name, `How late timers were since the last reading, ${which}`, count === 0 ? 0 : ns / 1e9)
  }
}

const one = (type: Family['type'], name: string, help: string, value: number): Family => ({
  type,
  name,
  help,
  samples: [{ value }]
})
