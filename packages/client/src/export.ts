import type { ExportLine } from '@tertulia/protocol'
import { exportLine } from './answer-shapes.ts'
import { ConnectionError } from './connection-error.ts'
import { parsedJson } from './parsed-json.ts'
import { UnexpectedAnswer } from './problem-error.ts'
import { QuietAlarm } from './quiet-alarm.ts'
import { refusal } from './refusal.ts'
import { authorization, type Link, wholeText } from './request.ts'
import { roomPath } from './rooms.ts'

export interface ExportOptions {
  signal?: AbortSignal
  /** How long the server may send nothing before it is given up, in ms. */
  quietMs?: number
}

const quietMsDefault = 40_000
/** Far over the longest line there can be. What is longer comes from no server of ours. */
const lineCharsMax = 1024 * 1024

/**
 * The lines of an export as they come, the end last; what is not asked for waits in the server.
 * @throws ConnectionError `reset` when it was cut: what came until then is not the whole room
 * @throws ProblemError when the server refuses
 */
export async function* exportRoom(link: Link, room: string, options: ExportOptions = {}): AsyncGenerator<ExportLine> {
  const { signal, quietMs = quietMsDefault } = options
  const path = `${roomPath(room)}/export`
  const quiet = new QuietAlarm(quietMs, link.server)
  try {
    const response = await link.transport({
      method: 'GET',
      url: link.server + path,
      headers: { accept: 'application/x-ndjson', ...authorization(link) },
      signal: signal ? AbortSignal.any([signal, quiet.signal]) : quiet.signal
    })
    if (response.status !== 200) throw refusal(response, await wholeText(response), link.server, path)
    if (!response.header('content-type')?.startsWith('application/x-ndjson')) throw notOurs(link.server)
    for await (const text of linesOf(quiet.watch(response.body), link.server)) {
      const line = lineOf(text, link.server)
      yield line
      if (line.type === 'end') return
    }
    throw new ConnectionError('reset', new URL(link.server).origin)
  } finally {
    quiet.stop()
  }
}

/** A last one that is not finished was cut and is none. */
async function* linesOf(bytes: AsyncIterable<Uint8Array>, server: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of bytes) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = parts.pop() ?? ''
    if (rest.length > lineCharsMax) throw notOurs(server)
    yield* parts
  }
}

function lineOf(text: string, server: string): ExportLine {
  const line = parsedJson(text)
  if (exportLine(line)) return line
  throw notOurs(server)
}

const notOurs = (server: string) => UnexpectedAnswer.at(server, 'with an export')
