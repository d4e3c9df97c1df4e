import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askServer } from '../../src/operator/ask-server.ts'
import { OperatorSocket } from '../../src/operator/operator-socket.ts'
import type { Answer, Order } from '../../src/operator/order.ts'

const atOnce = 8
const order: Order = { do: 'list', after: null }
const answer: Answer = { did: 'list', users: [], next: null }

test('who asks while as many orders as may be are under way is told so, and those are answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tertulia-operator-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const db = join(folder, 'chat.db')
  let begun = 0
  let allBegun = () => {}
  let finish = () => {}
  const busy = new Promise<void>((resolve) => {
    allBegun = resolve
  })
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })
  const socket = await OperatorSocket.open(db, async () => {
    if (++begun === atOnce) allBegun()
    await finished
    return answer
  })
  onTestFinished(() => socket.close())
  const others = Array.from({ length: atOnce }, () => askServer(db, order))
  await busy
  expect(await askServer(db, { do: 'disable', name: 'ana', undo: false })).toEqual({
    refused: 'Too many other commands are under way on this server. Nothing is changed; try again in a moment.'
  })
  expect(begun).toBe(atOnce)
  finish()
  expect(await Promise.all(others)).toEqual(others.map(() => answer))
})
