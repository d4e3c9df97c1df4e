import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * A server that is measured. It gives the bytes of a request to follow, to send a text and to read the newest page, or leaves out what
 * it cannot do; `answer` tells where an answer ends, if that is not as in HTTP.
 * @typedef {{ port: number, pid: number, follow?: string, send?: (text: string) => string, newest?: string,
 *   answer?: import('../load/ask.mjs').Reader, end: () => Promise<void> }} Running
 */

/** A file beside that of this module. */
export const here = (path) => fileURLToPath(new URL(path, import.meta.url))

export const newFolder = (name) => mkdtempSync(join(tmpdir(), `bench-${name}-`))

export const post = (path, head, body) =>
  `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Resolves when something listens there. */
async function listens(port) {
  for (let tries = 0; tries < 1_500; tries++) {
    const open = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (open) return
    await pause(20)
  }
  throw new Error(`nothing listens on ${port}`)
}

/** Start a program, and wait until it is ready. Its folder goes with it. */
export async function run(command, args, { port, folder, stdio = ['ignore', 'ignore', 'inherit'], ready = listens }) {
  const child = spawn(command, args, { stdio })
  const ended = once(child, 'exit').catch(() => {}) // it could not be started, which the next line throws
  const failed = once(child, 'error').then(([error]) => Promise.reject(error))
  failed.catch(() => {})
  const end = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.race([ready(port), failed])
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return { port, pid: child.pid, child, end }
}
