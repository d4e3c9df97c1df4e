import { STATUS_CODES } from 'node:http'
import type { Transport, TransportRequest, TransportResponse } from '@tertulia/client'
import { neutralise } from '@tertulia/protocol/neutralise'
import { curlLines } from './curl-lines.ts'
import { answerFields, listTag, methods, requestFields, statusClasses, statuses } from './meanings.ts'
import { fieldName, readableBody } from './readable.ts'
import { streamTold } from './stream-told.ts'

/** Where the notes beside the lines begin, if there is room for them. */
const noteColumn = 43
const columnsMax = 79

/** A transport that tells each exchange as it is on the wire, and what its parts mean; each meaning once. Secrets are hidden. */
export function explaining(transport: Transport, tell: (line: string) => void): Transport {
  const said = new Set<string>()
  const once = (meaning: string | undefined): string | undefined => {
    if (meaning === undefined || said.has(meaning)) return undefined
    said.add(meaning)
    return meaning
  }
  const noted = (line: string, meaning?: string) => {
    for (const each of withNote(neutralise(line), once(meaning))) tell(each)
  }
  const remark = (meaning: string | undefined) => {
    for (const each of remarkLines(once(meaning))) tell(each)
  }

  const tellRequest = ({ method, url, headers, body }: TransportRequest) => {
    const { pathname, search } = new URL(url)
    noted(`> ${method} ${pathname}${search} HTTP/1.1`)
    remark(methods[method])
    for (const [name, value] of Object.entries(headers)) {
      noted(`> ${fieldName(name)}: ${name === 'authorization' ? 'Bearer ****' : value}`, requestFields[name])
    }
    if (body !== undefined) noted(`> ${readableBody(body)}`)
  }

  const tellAnswer = (request: TransportRequest, { status, header }: TransportResponse, ms: number) => {
    noted(`< ${`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd().padEnd(noteColumn - 3)} (${ms} ms)`)
    remark(statusClasses[Math.floor(status / 100)])
    remark(statuses[status])
    for (const [name, meaning] of Object.entries(answerFields)) {
      const value = header(name)
      if (value !== null) noted(`< ${fieldName(name)}: ${value}`, name === 'etag' && isList(request) ? listTag : meaning)
    }
  }

  return async (request) => {
    tellRequest(request)
    const curl = curlLines(request).map(neutralise)
    const beganMs = performance.now()
    const sinceMs = () => Math.round(performance.now() - beganMs)
    try {
      const response = await transport(request)
      tellAnswer(request, response, sinceMs())
      for (const line of curl) tell(line)
      const isStream = response.header('content-type')?.startsWith('text/event-stream') && response.status === 200
      return isStream ? { ...response, body: streamTold(response.body, noted) } : response
    } catch (error) {
      tell(`# No answer after ${sinceMs()} ms.`)
      for (const line of curl) tell(line)
      throw error
    }
  }
}

/** Names of lists and what is in them take turns in an address: `/v1/rooms/general/messages`. */
function isList({ method, url }: TransportRequest): boolean {
  const [, path = ''] = new URL(url).pathname.split('/v1/')
  return method === 'GET' && path.split('/').length % 2 === 1
}

function withNote(line: string, note: string | undefined): string[] {
  if (note === undefined) return [line]
  const beside = `${line.padEnd(noteColumn - 1)} # ${note}`
  return line.length < noteColumn && beside.length <= columnsMax ? [beside] : [line, ...remarkLines(note)]
}

/** In rows of our own words, which break at spaces. */
function remarkLines(meaning: string | undefined): string[] {
  if (meaning === undefined) return []
  const rows: string[] = []
  for (const word of meaning.split(' ')) {
    const last = rows.at(-1)
    if (last === undefined || `${last} ${word}`.length > columnsMax) rows.push(`#   ${word}`)
    else rows[rows.length - 1] = `${last} ${word}`
  }
  return rows
}
