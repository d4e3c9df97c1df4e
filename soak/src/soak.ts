import { endKeptConnections } from '../../packages/server/test/processes/support/ask.ts'
import { randomFrom } from '../../packages/server/test/processes/support/random.ts'
import { Fault, hold } from './fault.ts'
import { type Scene, type Trouble, troubles } from './faults.ts'
import { Figures } from './figures.ts'
import type { SoakOptions } from './options.ts'
import { Oracle } from './oracle.ts'
import { Person } from './person.ts'
import { Place } from './place.ts'
import { ClientReader, FaceReader, FrozenReader, type Reader } from './readers.ts'
import { Server } from './server.ts'
import { command } from './start-server.ts'
import { World } from './world.ts'

const names = ['ana', 'luis', 'marta', 'sofía', 'jorge', 'elena', 'pablo', 'inés']
const sampleMs = 10_000
/** From this many minutes on, what the process holds in the middle of the run and at its end can be compared. */
const comparableMinutes = 20
/** Of the time, from its beginning: afterwards the process is the same to the end. */
const endingPart = 1 / 3
/** What a process may have open at the end, without a connection, more than at its start: the thread of the search index, and its files. */
const descriptorsMore = 16

/** How a run went. */
export interface Report {
  ledger: World['ledger']
  events: number
  unended: number
  rounds: number
  happened: Map<string, number>
  figures: Figures
  /** What was left out, and why. */
  missing: string[]
}

/** What a run is doing now, for whoever watches it. */
export interface Progress {
  step: string
  round: number
  world: World
  figures: Figures
}

/**
 * One run. What lies on the disk is left only if it fails.
 * @throws Fault when a promise is broken; `message` says at which step
 */
export async function soak(options: SoakOptions, tell: (progress: Progress) => void = () => {}): Promise<Report> {
  const run = new Run(options, tell)
  try {
    const report = await run.go()
    run.end(options.folder !== undefined)
    return report
  } catch (error) {
    run.end(true)
    throw new Fault(`${(error as Error).message}\n  seed ${options.seed}, ${run.where}, files in ${run.place.folder}`, {
      cause: error
    })
  }
}

class Run {
  readonly place: Place
  readonly #options: SoakOptions
  readonly #tell: (progress: Progress) => void
  readonly #world: World
  readonly #server: Server
  readonly #figures: Figures
  readonly #readers: Reader[] = []
  readonly #happened = new Map<string, number>()
  readonly #random: () => number
  readonly #beganMs = performance.now()
  #step = 'starting'
  #round = 0
  #fault: Error | undefined
  #descriptorsAtStart = 0
  #ticking: ReturnType<typeof setInterval> | undefined

  constructor(options: SoakOptions, tell: (progress: Progress) => void) {
    this.#options = options
    this.#tell = tell
    this.place = new Place(options.folder, options.faults === 'all')
    this.#world = new World(options)
    this.#server = new Server(this.place.db, this.#world)
    this.#figures = new Figures(this.#server)
    this.#random = randomFrom(options.seed)
  }

  get where(): string {
    const minutes = ((performance.now() - this.#beganMs) / 60_000).toFixed(1)
    return `round ${this.#round}, ${this.#step}, minute ${minutes}`
  }

  async go(): Promise<Report> {
    await this.#begin()
    let sampledMs = performance.now()
    this.#ticking = setInterval(() => {
      this.#tell({ step: this.#step, round: this.#round, world: this.#world, figures: this.#figures })
      if (performance.now() - sampledMs < sampleMs) return
      sampledMs = performance.now()
      void this.#figures.sample().catch(() => {})
    }, 1_000)
    const living = this.#world.people.map((person) => person.live().catch((error: Error) => this.#fail(error)))
    await this.#troubles()
    this.#step = 'letting people finish'
    this.#world.stop()
    await Promise.all(living)
    this.#holdAll()
    this.#step = 'the oracle'
    const oracle = new Oracle(this.#world)
    await oracle.judge(this.#readers)
    await this.#holdFigures()
    this.#step = 'the last check'
    await this.#server.stop()
    const { code, said } = await command(this.place.db, 'check')
    hold(code === 0, () => `check: exit ${code}: ${said}`)
    this.#holdAll()
    return {
      ledger: this.#world.ledger,
      events: oracle.events,
      unended: this.#world.unended,
      rounds: this.#round,
      happened: this.#happened,
      figures: this.#figures,
      missing: this.#missing()
    }
  }

  end(keeps: boolean): void {
    clearInterval(this.#ticking)
    this.#world.stop()
    for (const reader of this.#readers) reader.end()
    void this.#server.kill().catch(() => {})
    this.place.end(keeps)
  }

  async #begin(): Promise<void> {
    const world = this.#world
    await this.#server.start()
    this.#descriptorsAtStart = this.#server.descriptors()
    for (const name of names) {
      const person = new Person(world, name)
      await person.register()
      world.people.push(person)
    }
    const admin = await command(this.place.db, 'user', 'admin', world.owner.name)
    hold(admin.code === 0, () => `user admin: exit ${admin.code}: ${admin.said}`)
    await world.enter('general')
    for (const visibility of ['public', 'private'] as const) await world.owner.createRoom(visibility)
    const [general] = world.rooms
    hold(general !== undefined, () => 'there is no room')
    for (const face of ['sse', 'ndjson', 'json'] as const) this.#readers.push(new FaceReader(world, world.owner, general, face))
    this.#readers.push(new FrozenReader(world, world.owner, general))
    for (const [n, person] of world.people.entries()) this.#readers.push(new ClientReader(world, person, n))
  }

  /** One after the other, until the rounds or the minutes are over. */
  async #troubles(): Promise<void> {
    const { minutes = Number.POSITIVE_INFINITY, rounds = Number.POSITIVE_INFINITY, faults } = this.#options
    const isTimed = rounds === Number.POSITIVE_INFINITY
    const scene: Scene = { world: this.#world, server: this.#server, place: this.place, random: this.#random }
    const possible = troubles[faults].filter((one) => one.missing(scene) === undefined)
    const spent = () => (performance.now() - this.#beganMs) / 60_000 / minutes
    while (spent() < 1 && this.#round < rounds && !this.#fault) {
      this.#step = 'people write'
      this.#holdAll()
      const now = possible.filter(({ ends }) => !ends || !isTimed || spent() < endingPart)
      const trouble = now[Math.floor(this.#random() * now.length)]
      if (trouble && (!isTimed || this.#random() < 0.1)) await this.#one(trouble, scene)
      else await this.#world.pause(1_000)
    }
    if (this.#fault) throw this.#fault
  }

  async #one(trouble: Trouble, scene: Scene): Promise<void> {
    await this.#world.untilWritten(30)
    this.#round++
    this.#step = trouble.name
    await trouble.happen(scene)
    this.#happened.set(trouble.name, (this.#happened.get(trouble.name) ?? 0) + 1)
  }

  #fail(error: Error): void {
    this.#fault ??= error
  }

  #holdAll(): void {
    const seen = this.#readers.find(({ fault }) => fault)?.fault
    const wrong = this.#fault ?? seen ?? this.#server.fault
    if (wrong) throw wrong
    const error = this.#server.errors.find((line) => !/disk|storage/.test(line))
    hold(error === undefined, () => `the server's log says: ${error}`)
  }

  #missing(): string[] {
    const scene: Scene = { world: this.#world, server: this.#server, place: this.place, random: this.#random }
    return troubles[this.#options.faults].flatMap((one) => {
      const why = one.missing(scene)
      return why === undefined ? [] : [`${one.name}: ${why}`]
    })
  }

  /** Nothing is left of what came and went: no descriptor, and after a while no memory. */
  async #holdFigures(): Promise<void> {
    this.#step = 'what the server holds'
    const most = this.#descriptorsAtStart + descriptorsMore
    endKeptConnections()
    if (!Number.isNaN(most)) {
      const isLess = () => this.#server.descriptors() <= most
      await this.#world.until(isLess, `the server has more files open than the ${most} that it may have`)
    }
    const { minutes, faults } = this.#options
    if (minutes === undefined || minutes < comparableMinutes || (faults === 'all' && this.#options.rounds !== undefined)) return
    const middle = this.#figures.aroundMinute(minutes / 2, 'rssMb')
    const end = this.#figures.aroundMinute(minutes - 0.5, 'rssMb')
    hold(end <= middle * 1.1, () => `the server holds ${end.toFixed(1)} MB, and in the middle of the run ${middle.toFixed(1)}`)
  }
}
