import type { LogEvent, StreamNote } from '@tertulia/protocol'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** What a stream carries: a numbered event of the log with the cursor behind it, or a note about the stream itself. */
export type StreamItem = { event: LogEvent; cursor: string } | { note: StreamNote }

/** Far over the longest event there can be. What is longer comes from no server of ours. */
const eventCharsMax = 1024 * 1024

/**
 * Read the bytes of a `text/event-stream` as they come. Events of types that this version does not know are passed on too,
 * for their cursors count; notes it does not know are dropped.
 */
export async function* readEventStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<StreamItem> {
  const decoder = new TextDecoder()
  let arrived: EventSourceMessage[] = []
  let fault: Error | undefined
  const parser = createParser({
    maxBufferSize: eventCharsMax,
    onEvent: (message) => arrived.push(message),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') fault = error
    }
  })
  for await (const chunk of bytes) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    const messages = arrived
    arrived = []
    for (const message of messages) {
      const item = read(message)
      if (item) yield item
    }
    if (fault) throw fault
  }
}

const notes = new Set(['ready', 'synced', 'goodbye', 'reset'])

function read({ event, id, data }: EventSourceMessage): StreamItem | undefined {
  if (event === undefined && id !== undefined) return { event: JSON.parse(data), cursor: id }
  return event !== undefined && notes.has(event) ? { note: JSON.parse(data) } : undefined
}
