import type { Status, StatusLesson } from './lesson.ts'

/** 5xx: the server is at fault. */
export const serverErrors = {
  500: {
    name: 'Internal Server Error',
    means: 'The server is at fault. The request may have been perfectly fine.',
    here: 'Only for bugs. The answer identifies the request; the server’s log says what happened to it.',
    neighbours: { 400: 'is a fault of the request', 503: 'is foreseen, and passes' },
    rfc: { rfc: 9110, section: '15.6.1', title: '500 Internal Server Error' }
  },
  501: {
    name: 'Not Implemented',
    means: 'The server cannot do that for any path: it does not support the method or the coding.',
    here: 'For unknown methods, for `CONNECT`, and for a `Transfer-Encoding` other than chunked.',
    neighbours: { 405: 'is for a method that other paths support', 505: 'is about the version of the whole protocol' },
    rfc: { rfc: 9110, section: '15.6.2', title: '501 Not Implemented' }
  },
  503: {
    name: 'Service Unavailable',
    means: 'Not now. It should pass, and `Retry-After` may say when.',
    here: 'While the server is stopping, while answers that nobody reads use up its memory for them, while another program holds its database or PostgreSQL cannot be reached, and after a disk error, until the server is restarted. For load balancers, `GET /health/ready` answers with it too.',
    neighbours: {
      429: 'is about your share; 503 is about everybody',
      500: 'is a bug',
      507: 'does not pass by itself'
    },
    rfc: { rfc: 9110, section: '15.6.4', title: '503 Service Unavailable' }
  },
  504: {
    name: 'Gateway Timeout',
    means: 'The server passed the request on to another one, which did not answer in time.',
    here: 'Where the server keeps its messages in PostgreSQL, and that was asked to write and did not answer. It is not known whether it has. The same request again settles it, a message with the same `Idempotency-Key`.',
    neighbours: { 500: 'is a bug', 503: 'means that nothing was done' },
    rfc: { rfc: 9110, section: '15.6.5', title: '504 Gateway Timeout' }
  },
  505: {
    name: 'HTTP Version Not Supported',
    means: 'The server does not speak this version of HTTP.',
    here: 'For any version other than 1.1 and 1.0. A proxy in front can speak the others.',
    neighbours: { 400: 'is for what is not HTTP at all', 501: 'is about one method or coding' },
    rfc: { rfc: 9110, section: '15.6.6', title: '505 HTTP Version Not Supported' }
  },
  507: {
    name: 'Insufficient Storage',
    means: 'There is no space left to store what the request contains.',
    here: 'When the disk is full. Nothing was written. Reading still works, and writing works again as soon as there is space.',
    neighbours: { 413: 'is about a body that is too large in itself', 503: 'passes by itself' },
    rfc: { rfc: 4918, section: '11.5', title: '507 Insufficient Storage' }
  }
} satisfies Partial<Record<Status, StatusLesson>>
