import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import type { Socket } from 'node:net'

/** Why no network can be made here; undefined where it can. In CI it must be possible. */
export function noLan(): string | undefined {
  if (spawnSync('ip', ['netns', 'list']).status !== 0) return 'the program `ip` (iproute2) is missing'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  return undefined
}

/** Why no firewall can be set up on such a network; undefined where it can. A kernel may be without one. */
export function noFirewall(): string | undefined {
  const { status, error, stderr } = spawnSync('unshare', ['--net', 'nft', 'add table inet t'], { encoding: 'utf8' })
  if (error === undefined && status === 0) return undefined
  if (spawnSync('nft', ['--version']).error) return 'the program `nft` (nftables) is missing'
  return `the kernel lets nobody set one up: ${error?.message ?? stderr.trim()}`
}

/**
 * Hosts with addresses of their own on one switch, made of network namespaces: as near to several machines as one machine gets.
 * Nothing of it outlives the process that made it, whatever ends that.
 */
export class Lan {
  readonly #names: string[] = []
  readonly #addresses = new Map<string, string>()
  /** No other one's, also not of one that is being removed. */
  readonly #prefix = `tt${process.pid}-${++made}`
  readonly #keeper: ChildProcess

  constructor() {
    this.#keeper = keeperOf(`${this.#prefix}-`)
    this.#namespace('switch')
    ip('-n', this.#name('switch'), 'link', 'add', 'br0', 'type', 'bridge')
    ip('-n', this.#name('switch'), 'link', 'set', 'br0', 'up')
  }

  /** Add a host; gives what to put before a command so that it runs there. */
  host(name: string, address: string): string[] {
    const [at, hub] = [this.#name(name), this.#name('switch')]
    this.#namespace(name)
    this.#addresses.set(name, address)
    ip('-n', hub, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', at)
    ip('-n', hub, 'link', 'set', name, 'master', 'br0', 'up')
    ip('-n', at, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
    ip('-n', at, 'link', 'set', 'eth0', 'up')
    ip('-n', at, 'link', 'set', 'lo', 'up')
    return ['ip', 'netns', 'exec', at]
  }

  /** What a host sends, and what is sent to it, is lost without a word: its cable is plugged in somewhere else. */
  cut(name: string): void {
    ip('-n', this.#name('switch'), 'link', 'set', name, 'nomaster')
  }

  mend(name: string): void {
    ip('-n', this.#name('switch'), 'link', 'set', name, 'master', 'br0')
  }

  /** What two hosts send to each other is lost: either takes somebody for the other who is not there. */
  part(one: string, other: string): void {
    for (const [at, to] of [
      [one, other],
      [other, one]
    ] as const) {
      const nobody = ['lladdr', '02:00:00:00:00:01', 'nud', 'permanent']
      ip('-n', this.#name(at), 'neigh', 'replace', this.#address(to), 'dev', 'eth0', ...nobody)
    }
  }

  join(one: string, other: string): void {
    ip('-n', this.#name(one), 'neigh', 'del', this.#address(other), 'dev', 'eth0')
    ip('-n', this.#name(other), 'neigh', 'del', this.#address(one), 'dev', 'eth0')
  }

  remove(): void {
    for (const name of this.#names.reverse()) ip('netns', 'del', name)
    this.#keeper.stdin?.end()
  }

  #name = (name: string) => `${this.#prefix}-${name}`

  #address = (name: string) => this.#addresses.get(name) as string

  #namespace(name: string): void {
    ip('netns', 'add', this.#name(name))
    this.#names.push(this.#name(name))
  }
}

let made = 0

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })

/** Waits for the end of this process, then removes the namespaces that are left, and ends what runs in them. */
function keeperOf(prefix: string): ChildProcess {
  const left = `for name in $(ip netns list | sed -n 's/^\\(${prefix}[^ ]*\\).*/\\1/p')`
  const script = `cat; ${left}; do ip netns pids "$name" | xargs -r kill -9; ip netns del "$name"; done`
  const keeper = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  keeper.unref()
  ;(keeper.stdin as Socket).unref()
  return keeper
}
