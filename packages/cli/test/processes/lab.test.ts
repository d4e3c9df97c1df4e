import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../../../server/test/processes/support/server-process.ts'
import { Home } from '../support/chat.ts'

const missing = spawnSync('python3', ['--version']).status === 0 ? undefined : 'the program `python3` is missing'
if (missing) console.log(`lab: skipped, ${missing}`)
if (missing && process.env.CI) throw new Error(`lab cannot run: ${missing}`)

const program = fileURLToPath(new URL('support/lab-client.py', import.meta.url))

/** A Python program that speaks the lab's wire. */
function labClient({ port }: ServerProcess) {
  const python = spawn('python3', [program, '127.0.0.1', `${port}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void python.kill())
  const lines = createInterface({ input: python.stdout })[Symbol.asyncIterator]()
  const ask = async (path: string, body: string | null, asUtf8 = false): Promise<[status: number, body: string]> => {
    python.stdin.write(`${JSON.stringify([path, body, asUtf8])}\n`)
    return JSON.parse((await lines.next()).value)
  }
  return ask
}

test.skipIf(missing)(
  'Python of the lab and chat talk with each other, accents and a restart included',
  { timeout: 120_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tertulia-lab-'))
    const db = join(folder, 'chat.db')
    let server = await ServerProcess.start(db, { args: ['--lab2'] })
    const { port } = server
    const home = new Home()
    onTestFinished(async () => {
      await server.end()
      home.remove()
      rmSync(folder, { recursive: true, force: true })
    })
    const ask = labClient(server)
    expect((await home.chatAlone(['join', server.url, '--as', 'ana'])).code).toBe(0)
    const watch = home.start(['watch'])
    onTestFinished(async () => void (await watch.end()))

    expect(await ask('/', null)).toEqual([200, expect.stringContaining('curl')])
    expect(await ask('/user', 'Íñigo')).toEqual([201, ''])
    expect((await ask('/user', 'Íñigo'))[0]).toBe(401)
    expect((await ask('/', 'nobody>hi'))[0]).toBe(401)
    expect((await ask('/getMsg', 'ana'))[0]).toBe(401)

    await watch.until('stderr', 'watching general')
    expect(await ask('/', 'Íñigo>mañana')).toEqual([200, ''])
    expect(await ask('/', 'Íñigo>¿y hoy? ✓', true)).toEqual([200, ''])
    await watch.until('stdout', /\tÍñigo\tmessage.created\tmañana\n.*\tÍñigo\tmessage.created\t¿y hoy\? ✓\n/)

    expect((await home.chatAlone(['send', 'hoy, sí'])).code).toBe(0)
    expect(await ask('/getMsg', 'Íñigo')).toEqual([200, '\nana>hoy, sí'])
    expect(await ask('/getMsg', 'Íñigo')).toEqual([200, ''])

    expect((await home.chatAlone(['send', 'hasta luego'])).code).toBe(0)
    await server.end()
    server = await ServerProcess.start(db, { port, args: ['--lab2'] })
    expect(await ask('/getMsg', 'Íñigo')).toEqual([200, '\nana>hasta luego'])
  }
)
