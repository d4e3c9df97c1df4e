import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { openAppForAll } from '../support/open-app.ts'

const json = { accept: 'application/json' }

/** Where the chat is seen from outside, where it is inside, and what is between. */
const places: [what: string, publicUrl: string, prefix: string, base: string][] = [
  ['behind a proxy that takes /chat away', 'https://example.org/chat', '', '/chat'],
  ['with a path of two parts, in another script', 'https://example.org/equipo/caf%C3%A9/', '', '/equipo/caf%C3%A9'],
  ['in an application, behind a proxy that takes /team away', 'https://example.org/team/chat', '/chat', '/team/chat'],
  ['in an application that a proxy gives a host of its own', 'https://chat.example.org', '/chat', '']
]

describe.each(places)('%s', (_what, publicUrl, prefix, base) => {
  const opened = openAppForAll({ publicUrl }, prefix)
  /** Ask as if through the proxy. */
  const open = () => {
    const inside = (path: string) => {
      expect(path.startsWith(`${base}/`) || path === base, `${path} is outside`).toBe(true)
      return prefix + path.slice(base.length)
    }
    const get = (path: string, headers: Record<string, string> = {}) => opened().app.inject({ url: inside(path), headers })
    return { ...opened(), inside, get }
  }

  test('every address in an answer is one that its reader can use', async () => {
    const { ana, app, inside } = open()
    const room = `${base}/v1/rooms/general`
    const born = await app.inject({ method: 'POST', url: inside(`${base}/v1/users`), payload: { name: 'marta' } })
    expect(born.headers.location).toBe(`${base}/v1/users/marta`)
    const sent = await ana.post(inside(`${room}/messages`), { text: 'hi' })
    expect(sent.headers.location).toBe(`${room}/messages/${sent.json().id}`)
    expect((await ana.get(inside(sent.headers.location as string))).json().text).toBe('hi')
    await ana.post(inside(`${room}/messages`), { text: 'hi again' })
    const page = await ana.get(inside(`${room}/messages?limit=1`))
    const [, older = ''] = /^<([^>]+)>; rel="prev"$/.exec(page.headers.link as string) ?? []
    expect((await ana.get(inside(older))).json().messages).toMatchObject([{ text: 'hi' }])
    const spelled = await ana.get(inside(`${base}/v1/rooms/General/messages?limit=1`))
    expect([spelled.statusCode, spelled.headers.location]).toEqual([308, `${room}/messages?limit=1`])
    const made = await ana.post(inside(`${base}/v1/rooms`), { name: 'ops' })
    expect(made.headers.location).toBe(`${base}/v1/rooms/ops`)
    const joined = await ana.put(inside(`${base}/v1/rooms/ops/members/luis`), {})
    expect(joined.headers.location).toBe(`${base}/v1/rooms/ops/members/luis`)
  })

  test('every problem leads to its page, whoever found it', async () => {
    const { ana, app, get, inside } = open()
    const nothing = (await get(`${base}/nothing`)).json()
    expect(nothing).toMatchObject({ type: `${base}/problems/not-found`, detail: `There is nothing at ${base}/nothing.` })
    const types = [
      (await ana.get(inside(`${base}/v1/rooms/nowhere`))).json().type,
      (await ana.post(inside(`${base}/v1/rooms/general/messages`), {})).json().type,
      (await get(`${base}/v1/users/%ff`)).json().type
    ]
    await app.listen({ host: '127.0.0.1', port: 0 })
    for (const bytes of [
      'hello\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: localhost\r\nExpect: magic\r\n\r\n',
      `GET ${inside(`${base}/metrics`)}\r\n\r\n`
    ]) {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1', () => void socket.write(bytes))
      let answer = ''
      socket.on('data', (part) => {
        answer += part
      })
      await once(socket, 'close')
      types.push(JSON.parse(answer.split('\r\n\r\n')[1] ?? '').type)
    }
    for (const type of types) expect((await get(type)).statusCode, type).toBe(200)
  })

  test('every link of every page leads to a page of this server', async () => {
    const { get } = open()
    const seen = new Set<string>([`${base}/`, `${base}/problems`])
    for (const path of seen) {
      const page = await get(path, { accept: 'text/html' })
      expect(page.statusCode, path).toBe(200)
      for (const [, href = ''] of page.body.matchAll(/href="([^"]*)"/g)) {
        const plain = href.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
        if (!/^(?:data:|https:\/\/www\.rfc-editor\.org\/)/.test(plain))
          seen.add(new URL(plain, `https://example.org${path}`).pathname)
      }
      const text = await get(path, { accept: 'text/plain' })
      for (const [, href = ''] of text.body.matchAll(/^ {2}(\/\S+)$/gm)) seen.add(href)
    }
    expect(seen).toContain(`${base}/problems/stale`)
    expect(seen).toContain(`${base}/openapi.json`)
    expect(seen.size).toBeGreaterThan(70)
  })

  test('what is to be typed begins with the public address', async () => {
    const { get } = open()
    const url = publicUrl.replace(/\/$/, '')
    expect((await get(`${base}/`)).body).toContain(`  curl ${url}/v1/users `)
    const contract = (await get(`${base}/openapi.json`)).json()
    expect(contract.servers).toEqual([{ url }])
    expect(contract.paths).toHaveProperty(['/v1/rooms'])
    expect(contract.components.examples.stale.value.type).toBe(`${base}/problems/stale`)
    const docs = (await get(`${base}/docs`, json)).json()
    expect(docs).toEqual(contract)
    expect((await get(`${base}/docs`)).body).toContain(`  curl ${url}/v1/rooms -H`)
  })
})
