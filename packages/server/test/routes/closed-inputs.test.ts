import { expect, test } from 'vitest'
import { openApp } from '../support/open-app.ts'

interface Schema {
  $ref?: string
  type?: string
  additionalProperties?: boolean
  anyOf?: Schema[]
  allOf?: Schema[]
}

test('no body takes a member that it does not know, whatever the route', async () => {
  const { app } = await openApp()
  const { paths, components } = (await app.inject('/openapi.json')).json()
  const bodies = Object.entries<Record<string, { requestBody?: { content: Record<string, { schema: Schema }> } }>>(paths).flatMap(
    ([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) => {
        const schema = requestBody?.content['application/json']?.schema
        return schema ? [[`${method} ${path}`, schema] as const] : []
      })
  )
  const isClosed = (schema: Schema): boolean => {
    if (schema.$ref) return isClosed(components.schemas[schema.$ref.split('/').at(-1) as string])
    if (schema.anyOf) return schema.anyOf.every(isClosed)
    return schema.type === 'null' || schema.additionalProperties === false
  }
  expect(bodies.length).toBeGreaterThan(8)
  expect(bodies.filter(([, schema]) => !isClosed(schema)).map(([route]) => route)).toEqual([])
})

test.each([
  { author: 'luis' },
  { id: 1 },
  { rev: 99 },
  { createdAt: '2020-01-01T00:00:00.000Z' },
  { kind: 'bot' },
  { room: 'ops' },
  { editedAt: null }
])('whoever sends a message does not say %j of it', async (more) => {
  const { ana } = await openApp()
  const refused = await ana.post('/v1/rooms/general/messages', { text: 'hi', ...more })
  expect(refused.statusCode).toBe(422)
  expect(refused.json().errors).toEqual([expect.objectContaining({ pointer: `#/${Object.keys(more)[0]}` })])
  expect((await ana.get('/v1/rooms/general/messages')).json().messages).toEqual([])
})

test.each([{ isAdmin: true }, { role: 'admin' }, { scope: 'write' }, { kind: 'bot' }])(
  'whoever registers does not say %j of themselves',
  async (more) => {
    const { app } = await openApp()
    const refused = await app.inject({ method: 'POST', url: '/v1/users', payload: { name: 'marta', ...more } })
    expect(refused.statusCode).toBe(422)
    expect((await app.inject({ url: '/v1/users/marta' })).statusCode).not.toBe(200)
  }
)
