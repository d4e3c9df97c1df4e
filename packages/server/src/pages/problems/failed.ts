import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** Problems that are not the client's fault. */
export const failed = {
  internal: {
    happened: 'The server ran into a bug.',
    why: '500 admits that the server is at fault. If the request were at fault, the status would be 4xx. The details are in the server’s log rather than in the answer, because they may reveal more about the inside than strangers should know.',
    remedy:
      'Give `instance` from the answer to whoever runs the server; it identifies the request in the log. Something may or may not have been written: a send with an `Idempotency-Key` can safely be repeated.'
  },
  'not-implemented': {
    happened:
      'The request uses a part of HTTP that this server does not have: an unknown method, `CONNECT` (this is not a proxy), or a transfer coding other than chunked.',
    why: '501 means that no path here supports it. A method that other paths support is 405, with a list of those that this one takes. A server that ignored a transfer coding would misread where the body ends, so the connection is closed.',
    remedy: 'Use the methods that `OPTIONS *` lists. Send bodies with `Content-Length` or chunked.',
    rfc: { rfc: 9112, section: '6.1', title: 'Transfer-Encoding' }
  },
  busy: {
    happened:
      'So many passwords are being checked right now, most of them perhaps for your address, that yours would have to wait too long.',
    why: '503: the server is busy; 429 would mean that you asked too often. Checking a password takes a lot of work on purpose, and the server does little of it at a time, so that messages do not have to wait for it. Addresses take turns; when too many wait, the newest of the address with the most is refused.',
    remedy: 'Try again after the number of seconds in `Retry-After`. Nothing has been changed.'
  },
  overloaded: {
    happened:
      'Everybody together has left so many large answers unread that the memory the server has for them is used up. Your request needed more of it.',
    why: '503 with `Retry-After`: it is not your share that is used up, which would be 429, and it will pass, because a connection on which nothing is read is cut after a minute.',
    remedy:
      'Send the request again after the number of seconds in `Retry-After`. A small answer does not need that memory: ask for a shorter page, such as `limit=10`. Sending messages still works.'
  },
  draining: {
    happened:
      'The server is stopping, perhaps for an update. It finishes the requests that it has accepted and takes no new ones.',
    why: '503: not now, and it is not your fault. 500 would mean that something is broken. `Retry-After` says when to come back. `GET /health/ready` answers 503 too, so that a load balancer sends requests elsewhere.',
    remedy: 'Send the request again after the number of seconds in `Retry-After`. Nothing was done yet. `chat` retries by itself.'
  },
  'outcome-unknown': {
    happened:
      'The server keeps its messages in PostgreSQL, asked it to write, and got no answer in time. The write may have been made, and it may still be.',
    why: '504: the server waited for another one, which did not answer. 503 would say that nothing was written, and 500 that the server has a fault.',
    remedy:
      'Send the same request again after the number of seconds in `Retry-After`, a message with the same `Idempotency-Key`: it takes effect once, whatever happened before. `chat` does that by itself.'
  },
  'storage-busy': {
    happened:
      'Another program, such as a backup tool, held the database file for several seconds; or PostgreSQL, where the server uses it, cannot be reached or does not keep up.',
    why: '503 with `Retry-After`: it will pass. Nothing was written, so the request can safely be repeated. A full disk is 507, because waiting would not help.',
    remedy:
      'Try again in a moment. If it keeps happening, whoever runs the server finds out which program has the file open, and backs it up with a tool that does not lock it; or looks whether PostgreSQL runs, and what it is busy with.'
  },
  'storage-failed': {
    happened:
      'The server’s disk reported an error, or the database is damaged. The server writes nothing more until it is restarted; reading goes on where it can. The detail says whether the error came while writing or while reading.',
    why: '503: the service is unavailable, to everybody. After an error while writing, nobody knows whether your request was written, unlike with 507 and `storage-busy`. Writing on after that could damage the log.',
    remedy:
      'Tell whoever runs the server: the disk needs attention before the restart. Then repeat the send with the same `Idempotency-Key`: it takes effect once, whatever happened before.'
  },
  'storage-full': {
    happened: 'The server’s disk is full. Nothing was written; reading still works.',
    why: '507 names a reason that whoever runs the server can remove. 503 would suggest that waiting helps, and 413 that your message was too large, but even the smallest one would not fit.',
    remedy: 'Ask whoever runs the server to free some space. Writing then works again at once, without a restart.'
  },
  'version-not-supported': {
    happened: 'The request line names a version of HTTP other than 1.1 or 1.0.',
    why: '505 is about the version of the protocol, whatever the request asks for. A line that is not HTTP at all is 400. For HTTP/2 or 3, put a proxy in front that speaks them to browsers and 1.1 to this server.',
    remedy: 'Use HTTP/1.1. With `curl` that is `--http1.1`; do not use `--http2-prior-knowledge`.'
  }
} satisfies Partial<Record<ProblemCode, ProblemLesson>>
