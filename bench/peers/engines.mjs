import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, newFolder, run } from './running.mjs'

/** Debian keeps the programs of each version in a folder of its own, outside of the path. */
const debian = '/usr/lib/postgresql'
const bin = (existsSync(debian) ? readdirSync(debian) : [])
  .sort((a, b) => Number(b) - Number(a))
  .map((version) => join(debian, version, 'bin'))
  .find((folder) => existsSync(join(folder, 'initdb')))

const idOf = (which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))

/** PostgreSQL as it comes, with a database that is empty, in a folder that goes with it. */
export async function postgres() {
  if (!bin) throw new Error('PostgreSQL is missing (Debian: apt-get install postgresql)')
  const owner = process.getuid() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : {} // it does not run as root
  const folder = newFolder('postgres')
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const [data, port] = [join(folder, 'data'), await freePort()]
  const options = { ...owner, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] }
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'chat', '-E', 'UTF8', '--locale', 'C.UTF-8'], options)
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`]
  const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', `${port}`, ...settings], options)
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let said = ''
  await new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`PostgreSQL ended: ${said}`)))
    child.stderr.on('data', (bytes) => {
      said = `${said}${bytes}`.slice(-10_000)
      if (said.includes('ready to accept connections')) resolve()
    })
  })
  return {
    url: `postgres://chat@127.0.0.1:${port}/postgres`,
    async end() {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** NATS, which keeps nothing. @returns undefined where it is not installed */
export async function nats() {
  if (spawnSync('nats-server', ['--version']).error) return undefined
  const port = await freePort()
  const running = await run('nats-server', ['-a', '127.0.0.1', '-p', `${port}`], {
    port,
    folder: newFolder('nats'),
    stdio: ['ignore', 'ignore', 'ignore']
  })
  return { url: `nats://127.0.0.1:${port}`, pid: running.pid, end: running.end }
}

/** CPU time of all processes of a PostgreSQL, by their number, in µs; none where it runs on another machine. @param pid  of one of them */
export function cpuOfPostgres(pid) {
  const used = new Map()
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    if (!stat.includes('(postgres)')) return used
    const postmaster = stat.split(') ')[1].split(' ')[1]
    const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'latin1').split(' ').filter(Boolean)
    for (const child of children) used.set(child, Number(readFileSync(`/proc/${child}/schedstat`, 'latin1').split(' ')[0]) / 1000)
  } catch {}
  return used
}
