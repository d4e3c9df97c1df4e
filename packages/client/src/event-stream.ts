import type { LogEvent, StreamNote } from '@tertulia/protocol'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { logEvent, streamNote } from './answer-shapes.ts'
import { parsedJson } from './parsed-json.ts'
import { UnexpectedAnswer } from './problem-error.ts'

/** What a stream carries: a numbered event of the log with the cursor behind it, or a note about the stream itself. */
export type StreamItem = { event: LogEvent; cursor: string } | { note: StreamNote }

/** Far over the longest event there can be. What is longer comes from no server of ours. */
const eventCharsMax = 1024 * 1024

/**
 * Read the bytes of a `text/event-stream` as they come. Events of types that this version does not know are passed on too,
 * for their cursors count; notes it does not know are dropped.
 * @throws UnexpectedAnswer when they are no events of ours
 */
export async function* readEventStream(bytes: AsyncIterable<Uint8Array>, server: string): AsyncGenerator<StreamItem> {
  const decoder = new TextDecoder()
  let arrived: EventSourceMessage[] = []
  let isTooLong = false
  const parser = createParser({
    maxBufferSize: eventCharsMax,
    onEvent: (message) => arrived.push(message),
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') isTooLong = true
    }
  })
  for await (const chunk of bytes) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    const messages = arrived
    arrived = []
    for (const message of messages) {
      const item = read(message, server)
      if (item) yield item
    }
    if (isTooLong) throw notOurs(server)
  }
}

const notes = new Set(['ready', 'synced', 'goodbye', 'reset', 'presence', 'rooms'])

function read({ event, id, data }: EventSourceMessage, server: string): StreamItem | undefined {
  const isLogged = event === undefined && id !== undefined
  if (!isLogged && !notes.has(event ?? '')) return undefined
  const said = parsedJson(data)
  if (isLogged && logEvent(said)) return { event: said, cursor: id }
  if (!isLogged && streamNote(said)) return { note: said }
  throw notOurs(server)
}

const notOurs = (server: string) => UnexpectedAnswer.at(server, 'with events')
