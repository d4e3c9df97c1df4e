import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What is no fault of the one who asks. */
export const failed = {
  internal: {
    happened: 'The server has run into a fault of its own, one that nobody foresaw.',
    why: '500 is the admission that the program is wrong, not your request; then it would be a 4xx. What exactly went wrong is in the log of the server and not in the answer, since it may tell more about the inside than strangers should know.',
    remedy:
      'Give whoever runs the server the `instance` of the answer: it finds the request in the log. Whether something was written is unknown; a send with an `Idempotency-Key` can be repeated safely.'
  },
  'not-implemented': {
    happened:
      'The request uses something of HTTP that this server does not have: an unknown method, `CONNECT` (it is no proxy), or a transfer coding other than chunked.',
    why: '501 says that no path here knows it. A method that is known, but not at this path, is 405 with the list of those that are. To ignore a transfer coding would mean to misread where the body ends, so the connection is closed.',
    remedy: 'Use the methods that `OPTIONS *` lists, and send bodies with `Content-Length` or chunked.',
    rfc: { rfc: 9112, section: '6.1', title: 'Transfer-Encoding' }
  },
  draining: {
    happened:
      'The server is about to stop, for an update perhaps. What it had accepted it finishes; new requests it does not begin.',
    why: '503: not now, and it is not your fault. 500 would mean that it is broken. `Retry-After` says when to come back. `GET /health/ready` answers 503 at the same time, so that a load balancer looks elsewhere.',
    remedy: 'Send the request again after the seconds in `Retry-After`. Nothing of it was done. `chat` does so by itself.'
  },
  'storage-busy': {
    happened: 'Another program holds the database file, a backup tool for example, and did not let go within some seconds.',
    why: '503 with `Retry-After`: it will pass. Nothing was written, so to send it again is safe. A full disk is 507, because waiting does not help there.',
    remedy:
      'Try again in a moment. If it persists, find out which program has the file open; copy the database with a tool that knows SQLite, not while holding it.'
  },
  'storage-failed': {
    happened:
      'The disk of the server reported an error, or the database is damaged. Since then nothing is written, until the server is started again; what can be read still is. The detail says whether it happened while writing or while reading.',
    why: '503: the service is not available, for everybody. If it happened while writing, it is unknown whether your request was written, unlike with 507 and `storage-busy`: the disk did not say. To go on writing over an uncertain log could damage it.',
    remedy:
      'Tell whoever runs the server: the disk needs attention before the restart. Afterwards repeat the send with the same `Idempotency-Key`; it has one effect, whatever happened.'
  },
  'storage-full': {
    happened: 'The disk of the server is full. Nothing was written; reading still works.',
    why: '507 names the reason, which whoever runs the server can remove. 503 would suggest that waiting helps, 413 that your message was too large: the smallest one would not fit either.',
    remedy: 'Tell whoever runs the server to make room. Writing works again at once when there is some; no restart is needed.'
  },
  'version-not-supported': {
    happened: 'The request line names a version of HTTP other than 1.1 or 1.0.',
    why: '505 is about the version of the language, before anything that is said in it. A line that is not HTTP at all is 400. For HTTP/2 or 3, put a proxy in front, which speaks them with browsers and 1.1 with this server.',
    remedy: 'Speak HTTP/1.1. With `curl` that is `--http1.1`; do not use `--http2-prior-knowledge`.'
  }
} satisfies Partial<Record<ProblemCode, ProblemLesson>>
