import { expect, test } from 'vitest'
import { ChunkedBody } from '../../src/connections/chunked-body.ts'

test.each([
  ['empty', '0\r\n\r\n'],
  ['of one chunk', '5\r\nhello\r\n0\r\n\r\n'],
  ['whose data look like its end', '7\r\n0\r\n\r\n0\r\r\n0\r\n\r\n'],
  ['with extensions that look like sizes', 'A;x=ff;y="10"\r\n0123456789\r\n00;z\r\n\r\n'],
  ['with trailers', '1\r\nx\r\n0\r\nX-Sum: 1\r\nX-End: 0\r\n\r\n']
])('a body %s is found to its end, wherever it is cut', (_what, body) => {
  const behind = 'GET / HTTP/1.1\r\n'
  const bytes = Buffer.from(body + behind)
  for (let cut = 0; cut <= body.length; cut++) {
    const chunked = new ChunkedBody()
    const first = chunked.rest(bytes.subarray(0, cut))
    const rest = first === undefined ? chunked.rest(bytes.subarray(cut)) : Buffer.concat([first, bytes.subarray(cut)])
    expect([cut, rest?.toString()]).toEqual([cut, behind])
  }
})
