import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { openApp, openAppForAll } from '../support/open-app.ts'

const html = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
const opened = openAppForAll()
const built = fileURLToPath(new URL('../../program/web/', import.meta.url))
const scripts = readdirSync(join(built, 'assets')).filter((name) => name.endsWith('.js'))
const script = `/assets/${scripts[0]}`

test('a browser gets the page, which may run nothing but the scripts beside it', async () => {
  const { headers, body } = await opened().app.inject({ url: '/', headers: html })
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' })
  expect(headers.vary).toBe('accept, accept-encoding')
  expect(headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; " +
      "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types tertulia"
  )
  expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
  expect(body).toMatch(/<script type="module" [^>]*src="\.\/assets\/[^"]+\.js"><\/script>/)
  // Nothing that the policy would stop, and nothing that is elsewhere.
  expect(body).not.toMatch(/<style|<script(?! type="module"[^>]* src=)|\son\w+=|style=|(?:src|href)="(?!\.\/assets\/)/)
})

test('everything that the page names is there, and can be kept for ever', async () => {
  const { app } = opened()
  const { body } = await app.inject({ url: '/', headers: html })
  const named = [...body.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThanOrEqual(4)
  for (const url of named) {
    const reply = await app.inject({ url })
    expect(reply.statusCode, url).toBe(200)
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(reply.headers['content-type']).toMatch(
      /^(text\/(javascript|css); charset=utf-8|image\/svg\+xml|application\/manifest\+json)$/
    )
  }
})

test('a worker may do what the page may: it obeys what its script comes with', async () => {
  const { app } = opened()
  const { headers } = await app.inject({ url: '/', headers: html })
  expect((await app.inject({ url: script })).headers['content-security-policy']).toBe(headers['content-security-policy'])
})

test('it comes as the browser takes it: brotli, gzip or as it is', async () => {
  const { app } = opened()
  const ask = (encoding?: string) => app.inject({ url: script, headers: encoding ? { 'accept-encoding': encoding } : {} })
  const plain = await ask()
  expect(plain.headers).not.toHaveProperty('content-encoding')
  const [gzip, brotli] = [await ask('gzip, deflate'), await ask('gzip, deflate, br, zstd')]
  expect([gzip.headers['content-encoding'], brotli.headers['content-encoding']]).toEqual(['gzip', 'br'])
  expect(gunzipSync(gzip.rawPayload)).toEqual(plain.rawPayload)
  expect(brotliDecompressSync(brotli.rawPayload)).toEqual(plain.rawPayload)
  for (const encoding of ['identity', 'br;q=0, gzip;q=0', 'zstd']) {
    expect((await ask(encoding)).headers, encoding).not.toHaveProperty('content-encoding')
  }
  const all = [plain, gzip, brotli]
  expect(new Set(all.map(({ headers }) => headers.etag)).size).toBe(3)
  for (const { headers } of all) expect(headers.vary).toBe('accept-encoding')
})

test.each(['/', script])('%s that a browser has is not sent again, and what it keeps may do what it could', async (url) => {
  const { app } = opened()
  const first = await app.inject({ url, headers: { ...html, 'accept-encoding': 'gzip' } })
  const tag = String(first.headers.etag)
  const again = await app.inject({ url, headers: { ...html, 'accept-encoding': 'gzip', 'if-none-match': tag } })
  expect([again.statusCode, again.body, again.headers.etag]).toEqual([304, '', tag])
  for (const field of ['content-security-policy', 'cache-control', 'vary'])
    expect(again.headers[field]).toBe(first.headers[field])
  const other = await app.inject({ url, headers: { ...html, 'if-none-match': tag } })
  expect(other.statusCode).toBe(200)
})

test.each(['/', script])('HEAD of %s says how long it is, and sends nothing', async (url) => {
  const { app } = opened()
  const whole = await app.inject({ url, headers: html })
  const head = await app.inject({ method: 'HEAD', url, headers: html })
  expect([head.statusCode, head.body]).toEqual([200, ''])
  expect(head.headers['content-length']).toBe(String(whole.rawPayload.length))
})

test.each([
  '/assets/gone.js',
  '/assets/..%2findex.html',
  '/assets/%2e%2e%2f%2e%2e%2flaunch.js',
  '/assets/index.html',
  `${script}.gz`,
  '/assets/',
  '/index.html'
])('%s is not there, in our own words', async (url) => {
  const reply = await opened().app.inject({ url })
  expect(reply.statusCode).toBe(404)
  expect(reply.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(reply.json()).toMatchObject({ code: 'not-found' })
})

test('nothing can be written there', async () => {
  const reply = await opened().app.inject({ method: 'POST', url: script })
  expect([reply.statusCode, reply.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
})

test('under a path, a browser is sent to the address that ends in a slash, with its query', async () => {
  const { app } = await openApp({}, '/chat')
  const ask = (url: string, headers: Record<string, string> = html) => app.inject({ url, headers })
  expect(await ask('/chat').then(({ statusCode, headers }) => [statusCode, headers.location])).toEqual([308, '/chat/'])
  expect((await ask('/chat?a=1&b=%2F')).headers.location).toBe('/chat/?a=1&b=%2F')
  expect((await ask('/chat/?a=1')).body).toContain('src="./assets/')
  expect((await ask(`/chat${script}`)).statusCode).toBe(200)
  expect((await ask('/chat/assets/gone.js')).json().detail).toContain('/chat/assets/gone.js')
  // A terminal is answered at either.
  expect((await ask('/chat', { accept: '*/*' })).body).toContain('curl http://localhost:80/chat/v1/users')
})

test('behind a proxy that has the path, it is sent to the path of the proxy', async () => {
  const { app } = await openApp({ publicUrl: 'https://example.org/talk' }, '/chat')
  expect((await app.inject({ url: '/chat?a', headers: html })).headers.location).toBe('/talk/?a')
})

test('another page can be put in its place', async () => {
  const web = mkdtempSync(join(tmpdir(), 'tertulia-web-'))
  onTestFinished(() => rmSync(web, { recursive: true, force: true }))
  await expect(openApp({ web })).rejects.toThrow(/There is no index\.html in/)
  mkdirSync(join(web, 'assets'))
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Ours</title>')
  writeFileSync(join(web, 'assets', 'notes.exe'), 'not of a page')
  const { app } = await openApp({ web })
  expect((await app.inject({ url: '/', headers: { ...html, 'accept-encoding': 'gzip' } })).body).toContain('<title>Ours')
  expect((await app.inject('/assets/notes.exe')).statusCode).toBe(404)
})
