import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProxyProcess } from './proxy-process.ts'

const shipped = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../../deploy/${name}`, import.meta.url)), 'utf8')

export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).error === undefined

/**
 * An nginx with the configuration that we ship, in front of a server. Its locations under the path /chat, which are there as a comment,
 * are in force too.
 * @param folder  for its files; whoever made it removes it
 * @param port  of the server
 * @param own  a free one, where it listens
 */
export function startNginx(folder: string, port: number, own: number): Promise<ProxyProcess> {
  const site = shipped('nginx.conf')
    .replaceAll(/#\s+(location (?:= )?\/chat.*)/g, '$1')
    .replace('127.0.0.1:1543', `127.0.0.1:${port}`)
  return startWith(site, folder, own)
}

/**
 * The same with the configuration for several servers.
 * @param ports  of three servers
 */
export function startNginxForSeveral(folder: string, ports: readonly number[], own: number): Promise<ProxyProcess> {
  const site = shipped('nginx-several.conf').replaceAll(
    /server 10\.0\.0\.1(\d):1543/g,
    (_all, n) => `server 127.0.0.1:${ports[n - 1]}`
  )
  return startWith(site, folder, own)
}

function startWith(shippedSite: string, folder: string, own: number): Promise<ProxyProcess> {
  const site = shippedSite.replaceAll('listen 80', `listen 127.0.0.1:${own}`)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`)
  const main = `
    daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log stderr warn;
    events { worker_connections 512; }
    http { access_log off; ${paths.join(' ')} ${site} }`
  const file = join(folder, 'nginx.conf')
  writeFileSync(file, main)
  return ProxyProcess.start('nginx', ['-e', 'stderr', '-p', folder, '-c', file], own)
}
