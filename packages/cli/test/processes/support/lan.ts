import { execFileSync, spawnSync } from 'node:child_process'

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

/** Hosts with addresses of their own on one switch, made of network namespaces: as near to several machines as one machine gets. */
export class Lan {
  readonly #names: string[] = []
  readonly #prefix = `tt${process.pid}`

  constructor() {
    this.#namespace('switch')
    ip('-n', this.#name('switch'), 'link', 'add', 'br0', 'type', 'bridge')
    ip('-n', this.#name('switch'), 'link', 'set', 'br0', 'up')
  }

  /** Add a host; gives what to put before a command so that it runs there. */
  host(name: string, address: string): string[] {
    const [at, hub] = [this.#name(name), this.#name('switch')]
    this.#namespace(name)
    ip('-n', hub, 'link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', at)
    ip('-n', hub, 'link', 'set', name, 'master', 'br0', 'up')
    ip('-n', at, 'addr', 'add', `${address}/24`, 'dev', 'eth0')
    ip('-n', at, 'link', 'set', 'eth0', 'up')
    ip('-n', at, 'link', 'set', 'lo', 'up')
    return ['ip', 'netns', 'exec', at]
  }

  remove(): void {
    for (const name of this.#names.reverse()) ip('netns', 'del', name)
  }

  #name = (name: string) => `${this.#prefix}-${name}`

  #namespace(name: string): void {
    ip('netns', 'add', this.#name(name))
    this.#names.push(this.#name(name))
  }
}

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })
