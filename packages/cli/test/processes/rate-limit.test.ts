import { expect, onTestFinished, test } from 'vitest'
import { Home, startServer } from '../support/chat.ts'

test('who sends faster than the server allows waits, and each text is said once, in order', async () => {
  const { url, server, remove } = await startServer('--limits', 'send=2+2/s')
  const ana = new Home({ CHAT_SERVER: url })
  onTestFinished(async () => {
    ana.remove()
    await server.end()
    remove()
  })
  await ana.join(url, 'ana')
  const texts = Array.from({ length: 6 }, (_, at) => `${at} ${'x'.repeat(3_990)}`)
  const { stdout, stderr, code } = await ana.chatAlone(['send', '--split'], { input: texts.join('\n') })
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  const { messages } = JSON.parse((await ana.chatAlone(['history', '--json'])).stdout)
  expect(messages.map(({ text }: { text: string }) => text)).toEqual(texts)
  expect(messages.map(({ id }: { id: number }) => id)).toEqual(stdout.trim().split('\n').map(Number))

  const { stderr: refused, code: tooFast } = await ana.chatAlone(['send', '--split', '--no-retry'], { input: texts.join('\n') })
  expect({ refused, tooFast }).toEqual({ refused: expect.stringMatching(/^chat: .*\[429 rate-limited\]\n$/), tooFast: 6 })
})
