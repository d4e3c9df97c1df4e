import { Balancer } from './balancer.ts'
import { ServerProcess } from './server-process.ts'

/** Several servers on one PostgreSQL database, each in a process of its own, behind a balancer. */
export class Nodes {
  readonly servers: ServerProcess[]
  readonly balancer: Balancer
  readonly #store: string
  readonly #args: readonly string[]

  /** @param bus  by which they tell one another what is new; the database itself, unless it is given */
  static async start(store: string, { bus = undefined as string | undefined, count = 3 } = {}): Promise<Nodes> {
    const args = bus === undefined ? [] : ['--bus', bus]
    const servers = await Promise.all(Array.from({ length: count }, () => ServerProcess.start(store, { args })))
    const balancer = await Balancer.open(servers.map(({ port }) => port))
    return new Nodes(servers, balancer, store, args)
  }

  private constructor(servers: ServerProcess[], balancer: Balancer, store: string, args: readonly string[]) {
    this.servers = servers
    this.balancer = balancer
    this.#store = store
    this.#args = args
  }

  /** Start one that has ended again, on its port. */
  async startAgain(index: number): Promise<void> {
    const { port } = this.servers[index] as ServerProcess
    this.servers[index] = await ServerProcess.start(this.#store, { port, args: [...this.#args] })
  }

  /** At once: nothing that they have acknowledged is theirs alone. */
  async end(): Promise<void> {
    await this.balancer.close()
    await Promise.all(this.servers.map((server) => server.end('SIGKILL')))
  }
}
