import type { Status, StatusLesson } from './lesson.ts'

/** 5xx: it is the server. */
export const serverErrors = {
  500: {
    name: 'Internal Server Error',
    means: 'The server has a fault. The request may have been perfectly right.',
    here: 'Only for faults of the program that nobody foresaw. The answer names the request, the log of the server says what happened to it.',
    neighbours: { 400: 'is a fault of the request', 503: 'is foreseen, and passes' },
    rfc: { rfc: 9110, section: '15.6.1', title: '500 Internal Server Error' }
  },
  501: {
    name: 'Not Implemented',
    means: 'The server does not know how to do that, for anything: a method or a coding that it lacks.',
    here: 'For unknown methods, for `CONNECT`, and for a `Transfer-Encoding` other than chunked.',
    neighbours: { 405: 'knows the method, at other paths', 505: 'is about the version of the whole language' },
    rfc: { rfc: 9110, section: '15.6.2', title: '501 Not Implemented' }
  },
  503: {
    name: 'Service Unavailable',
    means: 'Not now. It is expected to pass, and `Retry-After` may say when.',
    here: 'While the server stops, while another program holds its database, and after a fault of the disk, until it is started again. `GET /health/ready` answers with it too, for load balancers.',
    neighbours: {
      429: 'is about your share; 503 is about everybody',
      500: 'is a fault that nobody foresaw',
      507: 'does not pass by waiting'
    },
    rfc: { rfc: 9110, section: '15.6.4', title: '503 Service Unavailable' }
  },
  505: {
    name: 'HTTP Version Not Supported',
    means: 'The server does not speak this version of HTTP.',
    here: 'For any version but 1.1 and 1.0. A proxy in front can speak the others.',
    neighbours: { 400: 'is for what is no HTTP at all', 501: 'is about one method or coding' },
    rfc: { rfc: 9110, section: '15.6.6', title: '505 HTTP Version Not Supported' }
  },
  507: {
    name: 'Insufficient Storage',
    means: 'There is no room left to store what the request wants stored.',
    here: 'When the disk is full. Nothing was written, what is there can be read, and writing works again as soon as there is room.',
    neighbours: { 413: 'is about a body that is too large in itself', 503: 'passes by waiting' },
    rfc: { rfc: 4918, section: '11.5', title: '507 Insufficient Storage' }
  }
} satisfies Partial<Record<Status, StatusLesson>>
