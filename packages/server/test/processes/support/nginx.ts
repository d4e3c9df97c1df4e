import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const shipped = fileURLToPath(new URL('../../../../../deploy/nginx.conf', import.meta.url))

export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).error === undefined

/** An nginx with the configuration that we ship, in front of a server. */
export class Nginx {
  readonly #child: ChildProcess

  /**
   * @param folder  for its files; whoever made it removes it
   * @param port  of the server
   * @param own  a free one, where it listens
   * Its locations under the path /chat, which are there as a comment, are in force too.
   */
  static async start(folder: string, port: number, own: number): Promise<Nginx> {
    const site = readFileSync(shipped, 'utf8')
      .replaceAll(/#\s+(location (?:= )?\/chat.*)/g, '$1')
      .replaceAll('listen 80', `listen 127.0.0.1:${own}`)
      .replace('127.0.0.1:1543', `127.0.0.1:${port}`)
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`)
    const main = `
      daemon off; master_process off; pid ${join(folder, 'nginx.pid')}; error_log stderr warn;
      events { worker_connections 512; }
      http { access_log off; ${paths.join(' ')} ${site} }`
    const file = join(folder, 'nginx.conf')
    writeFileSync(file, main)
    const child = spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (bytes) => {
      said += bytes
    })
    const ended = once(child, 'exit').then(() => {
      throw new Error(`nginx ended: ${said}`)
    })
    await Promise.race([listening(own), ended])
    ended.catch(() => {}) // it ends when the test is over
    return new Nginx(child)
  }

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  async end(): Promise<void> {
    this.#child.kill('SIGTERM')
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
  }
}

async function listening(port: number): Promise<void> {
  for (;;) {
    try {
      return void (await fetch(`http://127.0.0.1:${port}/health/live`))
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
