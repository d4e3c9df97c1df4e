import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type ProblemCode, problems } from '@tertulia/protocol'
import { describe, expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

const codes = Object.keys(problems) as ProblemCode[]
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

describe('the page of a problem', () => {
  test('is found where the body of the problem points, under a prefix too', async () => {
    const { app } = await openApp({}, '/chat')
    const problem = await app.inject('/chat/v1/rooms')
    const page = await app.inject(problem.json().type)
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('/chat/docs/status/401')
  })

  test('has a format for a terminal, one for a browser and one for a program', async () => {
    const { app } = await openApp()
    const ask = (headers: Record<string, string>) => app.inject({ url: '/problems/stale', headers })
    for (const reply of [await ask({}), await ask({ accept: '*/*' })]) {
      expect(reply.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', vary: 'accept' })
      expect(reply.body).toMatch(/^Changed meanwhile\n=+\n/)
    }
    const page = await ask(html)
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/)
    expect(page.body).toContain('<h1>Changed meanwhile</h1>')
    expect(page.body).not.toMatch(/<script|javascript:| on\w+=/)
    expect((await ask({ accept: 'application/json' })).json()).toMatchObject({
      code: 'stale',
      status: 412,
      title: 'Changed meanwhile',
      rfcs: [{ rfc: 9110, section: '15.5.13' }, { section: '13.1.1' }]
    })
    expect((await ask({ accept: 'image/png' })).json()).toMatchObject({ code: 'not-acceptable' })
  })

  test('asks for no token, may be kept for an hour, and is not sent to who has it', async () => {
    const { app } = await openApp()
    const first = await app.inject({ url: '/problems/stale', headers: html })
    expect(first.headers['cache-control']).toBe('public, max-age=3600')
    const { etag } = first.headers
    const again = await app.inject({ url: '/problems/stale', headers: { ...html, 'if-none-match': String(etag) } })
    expect([again.statusCode, again.body, again.headers.etag, again.headers.vary]).toEqual([304, '', etag, 'accept'])
    const other = await app.inject({ url: '/problems/stale', headers: { 'if-none-match': String(etag) } })
    expect(other.statusCode).toBe(200)
  })

  test('is short', async () => {
    const { app } = await openApp()
    for (const code of codes) {
      const { happened, why, remedy } = (
        await app.inject({ url: `/problems/${code}`, headers: { accept: 'application/json' } })
      ).json()
      const words = `${happened} ${why} ${remedy}`.split(/\s+/).length
      expect(words, code).toBeGreaterThan(40)
      expect(words, code).toBeLessThan(130)
    }
  })

  test('of an unknown problem is 404, and of a wrong method 405', async () => {
    const { app } = await openApp()
    for (const url of ['/problems/nothing', '/problems/constructor', '/docs/status/299', '/docs/status/0404']) {
      expect((await app.inject(url)).json(), url).toMatchObject({ code: 'not-found' })
    }
    const posted = await app.inject({ method: 'POST', url: '/problems/stale' })
    expect([posted.statusCode, posted.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS'])
  })

  test('shows what somebody else chose as text', async () => {
    const { app } = await openApp()
    const example = await app.inject({ url: '/problems/unsupported-media-type', headers: html })
    expect(example.body).toContain('&#60;text&#62;hi')
  })
})

test('every link of every page leads to a page of this server or to a standard', async () => {
  const { app } = await openApp({}, '/chat')
  const seen = new Set<string>()
  const open = ['/chat/problems', '/chat/docs/status']
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (seen.has(url)) continue
    seen.add(url)
    const reply = await app.inject({ url, headers: html })
    expect(reply.statusCode, url).toBe(200)
    if (url === '/chat/openapi.json' || url === '/chat/') continue
    expect(reply.body, url).toMatch(/^<!doctype html>\n<html lang="en">[\s\S]+<title>[^<]+<\/title>[\s\S]+<h1>[^<]+<\/h1>/)
    for (const [, href = ''] of reply.body.matchAll(/<a href="([^"]*)"/g)) {
      if (href.startsWith('/')) open.push(href)
      else expect(href, url).toMatch(/^https:\/\/www\.rfc-editor\.org\/rfc\/rfc\d+#section-[\d.]+$/)
    }
  }
  for (const code of codes) expect(seen).toContain(`/chat/problems/${code}`)
  expect(seen).toContain('/chat/docs')
  expect(seen).toContain('/chat/')
})

describe('a document in a browser', () => {
  const documents = ['/docs', '/problems', '/problems/stale', '/docs/status', '/docs/status/412']

  test.each(['', '/chat'])(
    'has a head that leads back to the chat and names its section, with the prefix “%s”',
    async (prefix) => {
      const { app } = await openApp({}, prefix)
      const current: Record<string, string | undefined> = {}
      for (const url of documents) {
        const { body } = await app.inject({ url: prefix + url, headers: html })
        const [head = ''] = /<header[\s\S]+<\/header>/.exec(body) ?? []
        expect(head, url).toContain(`<a href="${prefix}/" class="brand"`)
        current[url] = /aria-current="true">(\w+)</.exec(head)?.[1]
      }
      expect(Object.values(current)).toEqual(['Contract', 'Problems', 'Problems', 'Statuses', 'Statuses'])
    }
  )

  test('has the colours of the chat, and its policy allows this sheet alone, also without a page', async () => {
    const { app } = await openApp({ web: null })
    const look = readFileSync(new URL('../../../web/src/look.css', import.meta.url), 'utf8').trim()
    for (const url of documents) {
      const { body, headers } = await app.inject({ url, headers: html })
      const [, sheet = ''] = /<style>([\s\S]+)<\/style>/.exec(body) ?? []
      expect(sheet.startsWith(look), url).toBe(true)
      const hash = createHash('sha256').update(sheet).digest('base64')
      expect(headers['content-security-policy']).toContain(`default-src 'none'; style-src 'sha256-${hash}';`)
      expect(body.replace(sheet, ''), url).not.toMatch(/style=|<link rel="(?!icon" href="data:)|<img|@import/)
    }
  })

  test('has the icon of the chat in it, which its policy lets a browser show', async () => {
    const { app } = await openApp({ web: null })
    const chat = readFileSync(new URL('../../../web/src/icon.svg', import.meta.url), 'utf8')
    for (const url of documents) {
      const { body, headers } = await app.inject({ url, headers: html })
      const [, icon = ''] = /<link rel="icon" href="data:image\/svg\+xml,([^"]+)">/.exec(body) ?? []
      expect(decodeURIComponent(icon.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))).trim(), url).toBe(
        chat.trim()
      )
      expect(headers['content-security-policy']).toContain('; img-src data:;')
    }
  })
})

describe('the page of the contract', () => {
  test('shows every operation with a line that can be typed, without a script', async () => {
    const { app } = await openApp()
    const contract = (await app.inject('/openapi.json')).json()
    const page = await app.inject({ url: '/docs', headers: html })
    expect(page.body).not.toMatch(/<script|javascript:| on\w+=/)
    const plain = await app.inject({ url: '/docs', headers: { host: 'localhost:8080' } })
    let shown = 0
    for (const [path, methods] of Object.entries<object>(contract.paths)) {
      for (const method of Object.keys(methods)) {
        expect(page.body.split(`<h3>${method.toUpperCase()} ${path}</h3>`)).toHaveLength(2)
        expect(plain.body).toContain(`\n${method.toUpperCase()} ${path}\n...`)
        shown++
      }
    }
    expect(shown).toBeGreaterThan(25)
    expect(plain.body.match(/^ {2}curl .*http:\/\/localhost:8080\/.*/gm)).toHaveLength(shown)
    expect(plain.body).toContain(
      `curl -X PUT http://localhost:8080/v1/rooms/general/messages/57 -H "Authorization: Bearer $CHAT_TOKEN" --json '{"text":"hi"}'`
    )
  })

  test('is the contract itself for a program', async () => {
    const { app } = await openApp()
    const facts = await app.inject({ url: '/docs', headers: { accept: 'application/json' } })
    expect(facts.json()).toEqual((await app.inject('/openapi.json')).json())
  })
})
