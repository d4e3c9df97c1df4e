import { beforeAll, expect, test } from 'vitest'
import { type Home, startWith } from '../support/chat.ts'

let ana: Home
let luis: Home

beforeAll(async () => {
  const chat = await startWith(['ana', 'luis'])
  ;[ana, luis] = chat.homes
  return chat.end
})

const send = async (text: string) => `${(await ana.client.messages.post('general', { text })).id}`

test('an edit says nothing to a script, and with --json the message as it is now', async () => {
  const id = await send('helo')
  expect(await ana.chat(['edit', id, 'hello'])).toEqual({ code: 0, stdout: '', stderr: '' })
  const { stdout } = await ana.chat(['edit', id, 'hello!', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ id: Number(id), text: 'hello!', editedAt: expect.any(String) })
})

test('an edit to nothing is refused, and it says how to delete', async () => {
  const id = await send('still here')
  for (const text of ['', ' \n']) {
    expect(await ana.chat(['edit', id, text])).toMatchObject({
      code: 2,
      stderr: `chat: The new text is empty. To delete the message: chat delete ${id}\n`
    })
  }
})

test('a text of - is read from standard input', async () => {
  const id = await send('draft')
  const { stdout } = await ana.chat(['edit', id, '-', '--json'], { input: 'line one\nline two\n' })
  expect(JSON.parse(stdout)).toMatchObject({ text: 'line one\nline two' })
  expect(await ana.chat(['edit', id, '-'])).toMatchObject({
    code: 2,
    stderr: 'chat: Standard input was empty; nothing was changed.\n'
  })
  expect(await ana.chat(['edit', id, '-'], { input: 'x'.repeat(4_001) })).toMatchObject({
    code: 2,
    stderr: 'chat: The text has more than 4000 characters, the most that a message can have; nothing was changed.\n'
  })
  expect((await ana.client.messages.get('general', Number(id))).text).toBe('line one\nline two')
})

test('only the author may edit, only once can it be deleted', async () => {
  const id = await send('mine')
  expect(await luis.chat(['edit', id, 'yours'])).toMatchObject({ code: 3, stderr: expect.stringContaining('[403 not-author]') })
  expect(await ana.chat(['delete', id])).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(await ana.chat(['delete', id])).toMatchObject({ code: 4, stderr: expect.stringContaining('[410 message-deleted]') })
  expect(await ana.chat(['edit', id, 'late'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('[410 message-deleted]')
  })
})

test('what is no number of a message is a usage error', async () => {
  for (const id of ['x', '0', '-1', '1.5', '99999999999999999999']) {
    expect(await ana.chat(['delete', '--', id])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`“${id}” is not a message number. `)
    })
  }
  expect(await ana.chat(['delete', '999'])).toMatchObject({ code: 4 })
})
