import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

const folder = mkdtempSync(join(tmpdir(), 'chat-quick-'))
/** What Node has loaded of itself when a command ends. */
const loaded = join(folder, 'loaded')
const note = join(folder, 'note.cjs')
writeFileSync(
  note,
  `process.on('exit', () => require('node:fs').writeFileSync(${JSON.stringify(loaded)}, process.moduleLoadList.join('\\n')))`
)

let server: Awaited<ReturnType<typeof startServer>>
let home: Home

beforeAll(async () => {
  server = await startServer()
  home = new Home({ NODE_OPTIONS: `--require=${note}` })
  await home.join(server.url, 'ana')
})
afterAll(async () => {
  home.remove()
  await server.server.end()
  server.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** Lets everything through to the server, and keeps what is sent there. */
async function listening(): Promise<{ url: string; heard: () => string; end: () => void }> {
  let heard = ''
  const { hostname, port } = new URL(server.url)
  const proxy = createServer((client) => {
    const onward = connect(Number(port), hostname)
    client.on('data', (bytes) => {
      heard += bytes
    })
    client.pipe(onward).pipe(client)
    for (const socket of [client, onward]) socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const { port: own } = proxy.address() as { port: number }
  return { url: `http://127.0.0.1:${own}`, heard: () => heard, end: () => proxy.close() }
}

test('chat send is one request', async () => {
  const { url, heard, end } = await listening()
  const { token } = JSON.parse((await home.chatAlone(['tokens', 'create', '--name', 'quick', '--json'])).stdout)
  expect(await home.chatAlone(['send', 'hi'], { env: { CHAT_SERVER: url, CHAT_TOKEN: token } })).toMatchObject({ code: 0 })
  end()
  expect(heard().match(/^[A-Z]+ \S+ HTTP\/1\.1\r$/gm)).toEqual(['POST /v1/rooms/general/messages HTTP/1.1\r'])
})

test.each([[['send', 'hi']], [['history']], [['whoami']], [['rooms', '--json']]])(
  'chat %j loads nothing that implements fetch, which takes as long as all of the command',
  async (args) => {
    expect(await home.chatAlone(args)).toMatchObject({ code: 0 })
    const modules = readFileSync(loaded, 'utf8').split('\n')
    expect(modules).toContain('NativeModule http')
    expect(modules.filter((module) => /undici/.test(module))).toEqual([])
  }
)

test('what it says of itself needs no network', async () => {
  for (const args of [['--help'], ['--version'], ['send', '--help']]) {
    expect(await home.chatAlone(args)).toMatchObject({ code: 0 })
    const modules = readFileSync(loaded, 'utf8').split('\n')
    // The page of a command is made of its class, which can send.
    if (args.length === 1) expect(modules, args.join()).not.toContain('NativeModule http')
    expect(modules.filter((module) => /undici/.test(module))).toEqual([])
  }
})
