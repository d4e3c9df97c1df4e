/** So many events are enough to see what a stream looks like. */
const framesMax = 3
const lineCharsMax = 200

/** Pass a stream of events on, and tell its first frames. */
export async function* streamTold(
  bytes: AsyncIterable<Uint8Array>,
  noted: (line: string, meaning?: string) => void
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder()
  let rest = ''
  let frames = 0
  for await (const chunk of bytes) {
    if (frames < framesMax) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (frames === framesMax) break
        if (line !== '') noted(`< ${line.length > lineCharsMax ? `${line.slice(0, lineCharsMax)}…` : line}`, meaningOf(line))
        else if (++frames === framesMax) noted('#   … and so on, for as long as somebody reads.')
      }
    }
    yield chunk
  }
}

function meaningOf(line: string): string | undefined {
  if (line.startsWith(':')) return 'a comment, to show that the stream is alive'
  if (line.startsWith('retry:')) return 'if it is cut, come back after this many ms'
  if (line.startsWith('event:')) return 'a note about the stream itself'
  if (line.startsWith('id:')) return 'a cursor: come back with it to miss nothing'
  return undefined
}
