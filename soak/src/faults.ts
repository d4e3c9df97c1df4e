import { spawn, spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { hold } from './fault.ts'
import type { Place } from './place.ts'
import type { Server } from './server.ts'
import { command } from './start-server.ts'
import type { World } from './world.ts'

export interface Scene {
  world: World
  server: Server
  place: Place
  random: () => number
}

/** Something that goes wrong, or that somebody does, while others write. */
export interface Trouble {
  readonly name: string
  /** The server's process does not outlive it. */
  readonly ends: boolean
  /** Why it cannot be here; undefined: it can. */
  missing(scene: Scene): string | undefined
  happen(scene: Scene): Promise<void>
}

const always = () => undefined

const killing: Trouble = {
  name: 'kill -9',
  ends: true,
  missing: always,
  async happen({ world, server, random }) {
    await world.pause(random() * 60)
    await world.until(() => world.ledger.unanswered > 0, 'nobody wrote')
    await server.kill()
    await server.start()
  }
}

const stopping: Trouble = {
  name: 'SIGTERM',
  ends: true,
  missing: always,
  async happen({ server }) {
    await server.stop()
    await server.start()
  }
}

const freezing: Trouble = {
  name: 'SIGSTOP',
  ends: false,
  missing: always,
  async happen({ world, server, random }) {
    server.signal('SIGSTOP')
    await world.pause(500 + random() * 4_500)
    server.signal('SIGCONT')
  }
}

const fillingDisk: Trouble = {
  name: 'full disk',
  ends: false,
  missing: ({ place }) => place.unfillable,
  async happen({ world, place, random }) {
    const refused = () => world.ledger.refused.get('storage-full') ?? 0
    const before = refused()
    try {
      // Again and again: what is erased makes room.
      await world.until(async () => {
        place.fill()
        await world.pause(200)
        return refused() >= before + 3
      }, 'no write was refused on a full disk')
      await world.pause(random() * 3_000)
    } finally {
      place.empty()
    }
    await world.untilWritten(20)
  }
}

/** The next fsync of the WAL fails: no more is written until a restart. */
const failingDisk: Trouble = {
  name: 'I/O error',
  ends: true,
  missing: () => (spawnSync('strace', ['-V']).status === 0 ? undefined : 'the program `strace` is missing'),
  async happen({ world, server, place }) {
    const { pid } = server.process
    const inject = ['-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO']
    const strace = spawn('strace', ['-f', '-p', `${pid}`, '-P', `${place.db}-wal`, ...inject, '-o', '/dev/null'], {
      stdio: 'ignore'
    })
    const ended = new Promise((resolve) => strace.once('close', resolve))
    try {
      await world.until(
        async () => (await server.figure('tertulia_store_writes_off').catch(() => 0)) === 1,
        'an I/O error did not switch the writes off'
      )
      const { status } = await fetch(`${server.process.url}/health/ready`)
      hold(status === 503, () => `the disk has failed, but /health/ready is ${status}`)
    } finally {
      strace.kill('SIGINT')
      await ended
    }
    await server.kill()
    await server.start()
  }
}

const backingUp: Trouble = {
  name: 'backup beside',
  ends: false,
  missing: always,
  async happen({ place }) {
    const file = place.file('copy.db')
    rmSync(file, { force: true })
    for (const [db, ...words] of [
      [place.db, 'backup', file],
      [file, 'check']
    ] as const) {
      const { code, said } = await command(db, ...words)
      hold(code === 0, () => `${words.join(' ')}: exit ${code}: ${said}`)
    }
    rmSync(file)
  }
}

const checking: Trouble = {
  name: 'check beside',
  ends: false,
  missing: always,
  async happen({ place }) {
    const { code, said } = await command(place.db, 'check')
    hold(code === 0, () => `check: exit ${code}: ${said}`)
  }
}

export const troubles: Record<'none' | 'kill' | 'all', readonly Trouble[]> = {
  none: [],
  kill: [killing],
  all: [killing, stopping, freezing, fillingDisk, failingDisk, backingUp, checking]
}
