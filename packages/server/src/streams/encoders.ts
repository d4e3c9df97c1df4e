import { formatCursor, type LogEvent, type StreamNote } from '@tertulia/protocol'
import type { EventEncoder } from '../feeds/subscriber.ts'

/** How a stream sends events: `sse`: Server-Sent Events; `ndjson`: one JSON object a line. */
export type StreamFormat = 'sse' | 'ndjson'

/** Everything a stream can say, as it goes over the wire. */
export interface StreamEncoder extends EventEncoder {
  readonly contentType: string
  readonly heartbeat: Buffer
  /** What comes first; `retryMs`: when to come back after the connection was lost. */
  opening(retryMs: number): Buffer | undefined
  note(note: StreamNote): Buffer
}

/** A format as text, without the transfer coding. */
interface TextFormat {
  contentType: string
  heartbeat: string
  opening?: (retryMs: number) => string
  event: (seq: number, json: string) => string
  note: (note: StreamNote) => string
}

const sse = (epoch: string): TextFormat => ({
  contentType: 'text/event-stream; charset=utf-8',
  heartbeat: ':\n\n',
  opening: (retryMs) => `retry: ${retryMs}\n\n`,
  event: (seq, json) => `id: ${epoch}.${seq}\ndata: ${json}\n\n`,
  // Without an id: the reader keeps the cursor of the last event.
  note: (note) => `event: ${note.type}\ndata: ${JSON.stringify(note)}\n\n`
})

const ndjson = (): TextFormat => ({
  contentType: 'application/x-ndjson; charset=utf-8',
  heartbeat: '{"type":"heartbeat"}\n',
  event: (_seq, json) => `${json}\n`,
  note: (note) => `${JSON.stringify(note)}\n`
})

/** One chunk of the chunked transfer coding (RFC 9112, section 7.1). */
const chunk = (text: string) => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
/** HTTP/1.0 knows no chunks: the body ends where the connection closes (RFC 9112, section 6.3). */
const closeDelimited = (text: string) => Buffer.from(text)

function streamEncoder(format: TextFormat, encode: (text: string) => Buffer): StreamEncoder {
  /** The note that was encoded last: of some, every user is told the same. */
  let last: { note: StreamNote; bytes: Buffer } | undefined
  return {
    contentType: format.contentType,
    heartbeat: encode(format.heartbeat),
    opening: (retryMs) => format.opening && encode(format.opening(retryMs)),
    note(note) {
      if (last?.note !== note) last = { note, bytes: encode(format.note(note)) }
      return last.bytes
    },
    frames(events: readonly LogEvent[], json: readonly string[]) {
      let text = ''
      for (const [index, { seq }] of events.entries()) text += format.event(seq, json[index] as string)
      return encode(text)
    }
  }
}

/** For an answer that ends: one page of the log, as {@link EventPage} describes it. */
export const pageEncoder = (epoch: string): EventEncoder => ({
  frames(events, json, more) {
    const cursor = formatCursor(epoch, events.at(-1)?.seq ?? 0)
    return Buffer.from(`{"events":[${json.join(',')}],"cursor":"${cursor}","more":${more}}`)
  }
})

/** One format, for connections that know chunks and for those that do not. */
export interface StreamEncoders {
  chunked: StreamEncoder
  closeDelimited: StreamEncoder
}

/** The encoders of one life of the store: streams of the same kind share one, and with it the bytes of each round. */
export function streamEncoders(epoch: string): Record<StreamFormat, StreamEncoders> {
  const both = (format: TextFormat) => ({
    chunked: streamEncoder(format, chunk),
    closeDelimited: streamEncoder(format, closeDelimited)
  })
  return { sse: both(sse(epoch)), ndjson: both(ndjson()) }
}
