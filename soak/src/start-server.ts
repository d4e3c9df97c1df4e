import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { ServerProcess } from '../../packages/server/test/processes/support/server-process.ts'

/** From `soak/src` as from `soak/dist/soak/src`. */
const top = new URL(import.meta.url.includes('/soak/dist/') ? '../../../../' : '../../', import.meta.url)
const program = fileURLToPath(new URL('packages/server/bin/chat-server.js', top))

/** What a run starts, kills and starts again, always on the same port: the one place that knows which back end it has. */
export const startServer = (db: string, port: number, onLine: (line: string) => void): Promise<ServerProcess> =>
  ServerProcess.start(db, { port, start: [program, 'start'], args: ['--erase-within', '5', '--log-level', 'trace'], onLine })

/** Another command of `chat-server` on the same database, beside the server or without it. */
export const command = (db: string, ...words: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [program, ...words, '--db', db], (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, said: out + err })
    })
  })
