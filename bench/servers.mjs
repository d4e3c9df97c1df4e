import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/**
 * The servers that are compared. Each gives the bytes of a request to follow, to send a text and to read the newest page,
 * or leaves out what it cannot do.
 * @typedef {{ port: number, pid: number, follow?: string, send?: (text: string) => string, newest?: string, end: () => Promise<void> }} Running
 */

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

export async function listens(port) {
  for (let tries = 0; tries < 500; tries++) {
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

async function run(command, args, port, folder) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const failed = new Promise((_, reject) => child.once('error', reject))
  await Promise.race([listens(port), failed])
  return {
    port,
    pid: child.pid,
    async end() {
      child.kill('SIGTERM')
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

const post = (path, head, body) =>
  `POST ${path} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** Tertulia as it is started by everybody, rate limits off: every acknowledged message is on disk. */
async function tertulia() {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-bench-'))
  const port = await freePort()
  const program = here('../packages/server/bin/chat-server.js')
  const args = [program, 'start', '--port', `${port}`, '--db', join(folder, 'chat.db'), '--limits', 'off', '--log-level', 'warn']
  const running = await run(process.execPath, args, port, folder)
  const reply = await fetch(`http://127.0.0.1:${port}/v1/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"ana"}'
  })
  const { token } = await reply.json()
  const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`
  const room = '/v1/rooms/general'
  return {
    ...running,
    follow: `GET ${room}/events HTTP/1.1\r\n${head}Accept: text/event-stream\r\n\r\n`,
    send: (text) => post(`${room}/messages`, head, JSON.stringify({ text })),
    newest: `GET ${room}/messages HTTP/1.1\r\n${head}\r\n`
  }
}

/** The same framework and schemas without storage, sign-in or rights; a page that is ready in memory; silent streams. */
async function bare() {
  const port = await freePort()
  const running = await run(process.execPath, [here('bare-routes.mjs'), `${port}`], port, mkdtempSync(join(tmpdir(), 'bare-')))
  const head = 'Host: 127.0.0.1\r\n'
  return {
    ...running,
    follow: `GET /events HTTP/1.1\r\n${head}\r\n`,
    send: (text) => post('/messages', head, JSON.stringify({ text })),
    newest: `GET /messages HTTP/1.1\r\n${head}\r\n`
  }
}

/** nginx with Nchan, one worker, messages in memory only. */
async function nchan() {
  const folder = mkdtempSync(join(tmpdir(), 'nchan-'))
  const port = await freePort()
  const config = `
    load_module modules/ngx_nchan_module.so; daemon off; master_process off; worker_processes 1; pid ${folder}/pid;
    error_log /dev/null; events { worker_connections 20000; }
    http { access_log off; client_body_temp_path ${folder}; keepalive_requests 1000000000;
      server { listen 127.0.0.1:${port} backlog=4096;
        location /pub { nchan_publisher; nchan_channel_id general; nchan_message_buffer_length 100; }
        location /sub { nchan_subscriber eventsource; nchan_channel_id general; nchan_subscriber_first_message newest; } } }`
  writeFileSync(join(folder, 'nginx.conf'), config)
  const args = ['-p', '/usr/share/nginx', '-c', join(folder, 'nginx.conf')]
  const running = await run('nginx', args, port, folder)
  const head = 'Host: 127.0.0.1\r\n'
  return {
    ...running,
    follow: `GET /sub HTTP/1.1\r\n${head}Accept: text/event-stream\r\n\r\n`,
    send: (text) => `POST /pub HTTP/1.1\r\n${head}Content-Length: ${text.length}\r\n\r\n${text}`
  }
}

/** @type {Record<string, () => Promise<Running>>} */
export const servers = { tertulia, bare, nchan }
