import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const example = fileURLToPath(new URL('../../../../examples/embedded/server.js', import.meta.url))

test('the example: its visitors talk without registering, follow along, and are told when it stops', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-embedded-'))
  const child = spawn(process.execPath, [example, '0', join(folder, 'chat.db')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const url = new URL(line.replace('[::1]', 'localhost')).origin
  const ask = (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: 'manual', ...init })

  expect(await (await ask('/')).text()).toBe('Hello stranger\n')
  expect((await ask('/chat/v1/rooms')).status).toBe(401)
  const signIn = await ask('/sign-in/ana', { method: 'POST' })
  const cookie = signIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const forged = { cookie: cookie.replace('ana', 'luis') }
  expect((await ask('/chat/v1/rooms', { headers: forged })).status).toBe(401)

  const headers = { cookie }
  const room = '/chat/v1/rooms/general'
  const stream = await ask(`${room}/events?after=0`, { headers: { ...headers, accept: 'text/event-stream' } })
  const followed = stream.text()
  const send = (text: string) => ask(`${room}/messages`, { method: 'POST', headers, body: new URLSearchParams({ text }) })
  const sent = await send('hola')
  expect(sent.status).toBe(201)
  const location = sent.headers.get('location') ?? ''
  expect(location).toBe(`${room}/messages/3`)
  expect(await (await ask(location, { headers })).json()).toMatchObject({ text: 'hola', author: { name: 'ana' } })
  await send('¿me leen?')
  const page = await ask(`${room}/messages?limit=1`, { headers })
  const [, older = ''] = /<([^>]+)>; rel="prev"/.exec(page.headers.get('link') ?? '') ?? []
  expect(await (await ask(older, { headers })).json()).toMatchObject({ messages: [{ text: 'hola' }] })
  expect((await ask('/chat/v1/rooms/GENERAL', { headers })).headers.get('location')).toBe(room)
  expect((await ask('/chat/nothing')).headers.get('content-type')).toMatch(/^application\/problem\+json/)
  expect((await ask('/nothing')).headers.get('content-type')).toMatch(/^application\/json/)

  child.kill('SIGTERM')
  const text = await followed
  expect(text).toContain('"text":"hola"')
  expect(text).toContain('"text":"¿me leen?"')
  expect(text).toContain('event: goodbye')
  expect(await exit).toEqual([0, null])
})

test('the example, started as its text says, leaves no file where it is started nor beside itself', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-embedded-'))
  const [here, temporary] = [join(folder, 'here'), join(folder, 'temporary')]
  for (const each of [here, temporary]) mkdirSync(each)
  const untracked = () =>
    execFileSync('git', ['status', '--porcelain', '--ignored', '.'], { cwd: dirname(example), encoding: 'utf8' })
  const before = untracked()
  const child = spawn(process.execPath, [example, '0'], {
    cwd: here,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporary }
  })
  const exit = once(child, 'exit')
  onTestFinished(() => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const url = new URL(line.replace('[::1]', 'localhost')).origin
  expect((await fetch(`${url}/sign-in/ana`, { method: 'POST' })).status).toBe(200)
  child.kill('SIGTERM')
  expect(await exit).toEqual([0, null])
  expect(readdirSync(temporary)).toHaveLength(1)
  expect(readdirSync(here)).toEqual([])
  expect(untracked()).toBe(before)
})
