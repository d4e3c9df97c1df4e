import { onTestFinished } from 'vitest'

/** What a stream has sent, and a wait for what it will send; let go with the test. */
export function lines(reply: Response) {
  const reader = (reply.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  onTestFinished(() => void reader.cancel().catch(() => {}))
  const seen = {
    text: '',
    until: async (wanted: string | RegExp) => {
      while (!(typeof wanted === 'string' ? seen.text.includes(wanted) : wanted.test(seen.text))) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`The stream ended before “${wanted}”: ${seen.text}`)
        seen.text += decoder.decode(value, { stream: true })
      }
    }
  }
  return seen
}
