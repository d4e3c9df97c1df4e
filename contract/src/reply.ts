/** An answer as it came over the wire. */
export interface Reply {
  version: string
  status: number
  /** By lower-case name; what came twice is joined by commas. */
  headers: ReadonlyMap<string, string>
  body: Buffer
  /** All of it is there. */
  whole: boolean
  /** Where in the bytes the next one begins. */
  end: number
}

/**
 * Read the answer that begins at `start` (RFC 9112, 6.3); undefined while its head is not there.
 * @param isHead   it answers HEAD, so it has no body
 * @param isClosed  no more bytes come
 * @throws Error when it is not HTTP
 */
export function readReply(bytes: Buffer, start: number, isHead: boolean, isClosed: boolean): Reply | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n', start)
  if (headEnd < 0) return undefined
  const [statusLine = '', ...lines] = bytes.subarray(start, headEnd).toString('latin1').split('\r\n')
  const [, version = '', code = ''] = /^HTTP\/(\d\.\d) (\d{3}) [\x20-\x7e]*$/.exec(statusLine) ?? []
  if (code === '') throw new Error(`no status line: ${JSON.stringify(statusLine.slice(0, 80))}`)
  const headers = new Map<string, string>()
  for (const line of lines) {
    const [, name = '', value = ''] = /^([\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === '') throw new Error(`no header field: ${JSON.stringify(line)}`)
    const before = headers.get(name.toLowerCase())
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`)
  }
  const status = Number(code)
  const head = { version, status, headers }
  const from = headEnd + 4
  if (isHead || status < 200 || status === 204 || status === 304)
    return { ...head, body: Buffer.alloc(0), whole: true, end: from }
  if (headers.get('transfer-encoding') === 'chunked') return { ...head, ...dechunked(bytes, from) }
  const length = headers.get('content-length')
  if (length === undefined) return { ...head, body: bytes.subarray(from), whole: isClosed, end: bytes.length }
  const end = from + Number(length)
  return { ...head, body: bytes.subarray(from, end), whole: bytes.length >= end, end: Math.min(end, bytes.length) }
}

function dechunked(bytes: Buffer, from: number): Pick<Reply, 'body' | 'whole' | 'end'> {
  const chunks: Buffer[] = []
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    const line = lineEnd < 0 ? '' : bytes.subarray(at, lineEnd).toString('latin1')
    if (lineEnd >= 0 && !/^[0-9a-f]+$/i.test(line)) throw new Error(`no chunk size: ${JSON.stringify(line.slice(0, 80))}`)
    const size = Number.parseInt(line, 16)
    const end = lineEnd + 2 + size + 2
    if (lineEnd < 0 || bytes.length < end) return { body: Buffer.concat(chunks), whole: false, end: bytes.length }
    chunks.push(bytes.subarray(lineEnd + 2, end - 2))
    if (size === 0) return { body: Buffer.concat(chunks), whole: true, end }
    at = end
  }
}
