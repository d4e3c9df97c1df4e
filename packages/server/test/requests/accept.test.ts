import { expect, test } from 'vitest'
import { preferred } from '../../src/requests/accept.ts'

const json = 'application/json'
const sse = 'text/event-stream'
const ndjson = 'application/x-ndjson'

test.each([
  [undefined, json],
  ['', json],
  ['*/*', json],
  ['text/event-stream', sse],
  ['TEXT/Event-Stream; charset=utf-8', sse],
  ['application/x-ndjson', ndjson],
  ['application/*', json],
  ['application/json;q=0.5, application/x-ndjson', ndjson],
  ['application/json;q=0.5, */*;q=0.4', json],
  ['*/*;q=0.1, text/*;q=0.2', sse],
  ['text/*;q=0, text/event-stream', sse],
  ['text/event-stream;q=0, */*;q=0.1', json],
  ['text/html, application/xhtml+xml', undefined],
  ['application/json;q=0', undefined],
  ['application/json;q=nonsense', undefined],
  ['text/event-stream, */*', sse],
  ['application/x-ndjson, application/json', ndjson],
  ['application/json;charset=iso-8859-1', undefined],
  ['application/json;profile="a, b;q=0", text/event-stream;q=0.1', sse],
  ['nonsense, application/x-ndjson', ndjson]
])('of the three formats, “%s” prefers %s', (accept, expected) => {
  expect(preferred(accept, [json, sse, ndjson])).toBe(expected)
})

test('a field of many thousand types is not weighed', () => {
  expect(preferred('text/event-stream, '.repeat(500), [json, sse, ndjson])).toBe(json)
})
