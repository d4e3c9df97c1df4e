import type { Server } from './server.ts'

export interface Sample {
  /** Since the run began. */
  atMs: number
  rssMb: number
  heapMb: number
  descriptors: number
}

/** What the server's process holds, read every ten seconds. */
export class Figures {
  readonly samples: Sample[] = []
  readonly #server: Server
  readonly #beganMs = performance.now()

  constructor(server: Server) {
    this.#server = server
  }

  get newest(): Sample | undefined {
    return this.samples.at(-1)
  }

  /** One that is frozen or being started again has none. */
  async sample(): Promise<void> {
    const read = async (name: string) => (await this.#server.figure(name)) / 1024 / 1024
    const [rssMb, heapMb] = [await read('process_resident_memory_bytes'), await read('nodejs_heap_size_used_bytes')]
    this.samples.push({ atMs: performance.now() - this.#beganMs, rssMb, heapMb, descriptors: this.#server.descriptors() })
  }

  /** The middle one of a minute's. */
  aroundMinute(minute: number, what: 'rssMb' | 'heapMb' | 'descriptors'): number {
    const near = this.samples.filter(({ atMs }) => Math.abs(atMs / 60_000 - minute) <= 0.5)
    const sorted = near.map((sample) => sample[what]).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
}
