import { formatCursor, type LogEvent, type StreamNote } from '@tertulia/protocol'
import type { EventFace } from '../feeds/subscriber.ts'

/** A face that goes on: `sse`: Server-Sent Events; `ndjson`: one JSON object a line. */
export type Face = 'sse' | 'ndjson'

/** Everything a stream can say, as it goes over the wire. */
export interface StreamFace extends EventFace {
  readonly contentType: string
  readonly heartbeat: Buffer
  /** What comes first; `retryMs`: when to come back after the connection was lost. */
  opening(retryMs: number): Buffer | undefined
  note(note: StreamNote): Buffer
}

/** A face as text, without what HTTP puts around it. */
interface TextFace {
  contentType: string
  heartbeat: string
  opening?: (retryMs: number) => string
  event: (seq: number, json: string) => string
  note: (note: StreamNote) => string
}

const sse = (epoch: string): TextFace => ({
  contentType: 'text/event-stream; charset=utf-8',
  heartbeat: ':\n\n',
  opening: (retryMs) => `retry: ${retryMs}\n\n`,
  event: (seq, json) => `id: ${epoch}.${seq}\ndata: ${json}\n\n`,
  // Without an id: the reader keeps the cursor of the last event.
  note: (note) => `event: ${note.type}\ndata: ${JSON.stringify(note)}\n\n`
})

const ndjson = (): TextFace => ({
  contentType: 'application/x-ndjson; charset=utf-8',
  heartbeat: '{"type":"heartbeat"}\n',
  event: (_seq, json) => `${json}\n`,
  note: (note) => `${JSON.stringify(note)}\n`
})

/** One chunk of the chunked transfer coding (RFC 9112, section 7.1). */
const chunk = (text: string) => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`)
/** HTTP/1.0 knows no chunks: its body is what comes until the connection closes. */
const plain = (text: string) => Buffer.from(text)

const streamFace = (face: TextFace, encode: (text: string) => Buffer): StreamFace => ({
  contentType: face.contentType,
  heartbeat: encode(face.heartbeat),
  opening: (retryMs) => face.opening && encode(face.opening(retryMs)),
  note: (note) => encode(face.note(note)),
  frames(events: readonly LogEvent[], json: readonly string[]) {
    let text = ''
    for (const [index, { seq }] of events.entries()) text += face.event(seq, json[index] as string)
    return encode(text)
  }
})

/** The face that answers and ends: one page of the log, as {@link EventPage} describes it. */
export const pageFace = (epoch: string): EventFace => ({
  frames(events, json, more) {
    const cursor = formatCursor(epoch, events.at(-1)?.seq ?? 0)
    return Buffer.from(`{"events":[${json.join(',')}],"cursor":"${cursor}","more":${more}}`)
  }
})

/** The faces of one life of the store; streams of the same kind share one, and with it the bytes of each round. */
export function streamFaces(epoch: string): Record<Face, { chunked: StreamFace; plain: StreamFace }> {
  const both = (face: TextFace) => ({ chunked: streamFace(face, chunk), plain: streamFace(face, plain) })
  return { sse: both(sse(epoch)), ndjson: both(ndjson()) }
}
