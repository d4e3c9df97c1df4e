import { readdirSync, readFileSync } from 'node:fs'
import { problems } from '@tertulia/protocol'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { chatServer } from '../../src/app.ts'
import { LocalBus } from '../../src/buses/local.ts'
import { statuses } from '../../src/pages/statuses/catalogue.ts'
import { chatServerOptions } from '../../src/root-options.ts'
import { openApp } from '../support/open-app.ts'

/** Sent by Node, where a client asks before it sends its body. */
const byNode = 100

test('every status that the server sends has a page, and no other one has', async () => {
  const sent = new Set<number>([byNode, ...Object.values(problems).map(({ status }) => status)])
  for (const status of await statusesOfRoutes()) sent.add(status)
  for (const status of statusesInSources()) sent.add(status)
  expect([...statuses].sort()).toEqual([...sent].sort())
})

async function statusesOfRoutes(): Promise<number[]> {
  const { store } = await openApp()
  const app = Fastify(chatServerOptions)
  onTestFinished(() => app.close())
  const found: number[] = []
  app.addHook('onRoute', ({ schema }) => {
    found.push(
      ...Object.keys((schema?.response ?? {}) as object).flatMap((status) => (/^\d+$/.test(status) ? [Number(status)] : []))
    )
  })
  await app.register(chatServer, { store, bus: new LocalBus() })
  expect(found).toContain(201)
  return found
}

/** Where a status is written out beside the schemas. */
function statusesInSources(): number[] {
  const found = ['routes', 'plugins', 'streams'].flatMap((folder) => {
    const src = new URL(`../../src/${folder}/`, import.meta.url)
    const texts = readdirSync(src).map((file) => readFileSync(new URL(file, src), 'utf8'))
    return texts.flatMap((text) => [...text.matchAll(/(?:\bcode|writeHead)\((\d{3})\b/g)].map(([, status]) => Number(status)))
  })
  expect(found).toContain(308)
  return found
}
