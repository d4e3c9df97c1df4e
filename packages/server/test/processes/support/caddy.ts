import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProxyProcess } from './proxy-process.ts'

const shipped = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../../deploy/${name}`, import.meta.url)), 'utf8')

export const hasCaddy = (): boolean => spawnSync('caddy', ['version']).error === undefined

/**
 * A Caddy with the configuration that we ship, in front of a server. What it has for the path /chat, as a comment, is in force too.
 * @param folder  for its files; whoever made it removes it
 * @param port  of the server
 * @param own  a free one, where it listens
 */
export function startCaddy(folder: string, port: number, own: number): Promise<ProxyProcess> {
  const site = shipped('Caddyfile')
    .replaceAll(/^\t#\t(.*)$/gm, '\t$1')
    .replace('127.0.0.1:1543', `127.0.0.1:${port}`)
  return startWith(site, folder, own)
}

/**
 * The same with the configuration for several servers.
 * @param ports  of three servers
 */
export function startCaddyForSeveral(folder: string, ports: readonly number[], own: number): Promise<ProxyProcess> {
  const site = shipped('Caddyfile-several').replaceAll(/10\.0\.0\.1(\d):1543/g, (_all, n) => `127.0.0.1:${ports[n - 1]}`)
  return startWith(site, folder, own)
}

function startWith(shippedSite: string, folder: string, own: number): Promise<ProxyProcess> {
  const site = shippedSite
    .replace('{\n', '{\n\tadmin off\n')
    .replace(/^\S*chat\.example\.org\S* \{$/m, `http://127.0.0.1:${own} {`)
  const file = join(folder, 'Caddyfile')
  writeFileSync(file, site)
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  return ProxyProcess.start('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], own, env)
}
