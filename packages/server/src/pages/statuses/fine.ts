import type { Status, StatusLesson } from './lesson.ts'

/** 1xx, 2xx and 3xx: go on, it is done, or look there. */
export const fine = {
  100: {
    name: 'Continue',
    means:
      'Go on: the head of the request is acceptable so far, so send the body. It comes before the real answer, and only to a client that asked with `Expect: 100-continue`.',
    here: 'For every body of allowed size. A body that is announced as too large is refused before it crosses the network. `curl` asks by itself when a body is large.',
    neighbours: {
      200: 'is an answer; 100 only comes before one',
      413: 'is what the sender of a body that is too large gets instead of 100',
      417: 'is the answer to any other expectation'
    },
    rfc: { rfc: 9110, section: '15.2.1', title: '100 Continue' }
  },
  200: {
    name: 'OK',
    means: 'It worked, and the body is the answer: what you read, or the new state of what you changed.',
    here: 'For everything that is read, including the live events, whose answer simply does not end; and for an edited message. An edit that leaves the text as it was is 200 too, and nobody is told.',
    neighbours: {
      201: 'says that something new exists, with an address of its own',
      204: 'says the same without a body',
      304: 'says that you already have this body'
    },
    example: {
      request: ['GET /v1/users/me', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 200 OK', '', '{"name":"ana","kind":"person", …}']
    },
    rfc: { rfc: 9110, section: '15.3.1', title: '200 OK' }
  },
  201: {
    name: 'Created',
    means: 'Something new exists now. `Location` is its address.',
    here: 'For a new user, room, membership or message. When it arrives, the message is on the server’s disk. A send that is repeated with the same `Idempotency-Key` gets 201 again, with `Idempotency-Replayed: true`: it is the same message.',
    neighbours: {
      200: 'reads or changes what was already there; a second PUT that makes you a member is 200',
      204: 'is for what leaves nothing to show'
    },
    example: {
      request: ['POST /v1/rooms/general/messages', 'Authorization: Bearer TOKEN', 'Content-Type: text/plain', '', 'hi'],
      answer: [
        'HTTP/1.1 201 Created',
        'Location: /v1/rooms/general/messages/8',
        'ETag: "abcd1234.8"',
        '',
        '{"id":8,"text":"hi", …}'
      ]
    },
    rfc: { rfc: 9110, section: '15.3.2', title: '201 Created' }
  },
  204: {
    name: 'No Content',
    means: 'It worked, and there is nothing to say about it. No body follows.',
    here: 'For a deleted message, for somebody who left a room, and for `OPTIONS`, whose answer is the `Allow` field.',
    neighbours: {
      200: 'has a body; an empty page of messages is still 200, because an empty list is an answer',
      410: 'is what the second DELETE of the same message gets'
    },
    example: {
      request: ['OPTIONS /v1/rooms/general'],
      answer: ['HTTP/1.1 204 No Content', 'Allow: GET, HEAD, OPTIONS, PATCH']
    },
    rfc: { rfc: 9110, section: '15.3.5', title: '204 No Content' }
  },
  304: {
    name: 'Not Modified',
    means:
      'What you have is still up to date, so it is not sent again. It is the answer to a GET whose `If-None-Match` holds the `ETag` of the last answer.',
    here: 'For rooms, messages, pages of the history, and these pages. It makes it cheap to ask often for what rarely changes.',
    neighbours: {
      200: 'brings the whole body, because it has changed',
      412: 'is its counterpart for changes, where the condition prevents overwriting'
    },
    example: {
      request: ['GET /v1/rooms/general/messages/3', 'Authorization: Bearer TOKEN', 'If-None-Match: "abcd1234.3"'],
      answer: ['HTTP/1.1 304 Not Modified', 'ETag: "abcd1234.3"']
    },
    rfc: { rfc: 9110, section: '15.4.5', title: '304 Not Modified' }
  },
  308: {
    name: 'Permanent Redirect',
    means: 'It has a different address, permanently: repeat the request there, with the same method and body.',
    here: 'When the path spells the name of a room differently from the room itself. Each room has one address, so that caches and logs do not see it under two.',
    neighbours: {
      304: 'is not a redirect, although it begins with a 3',
      404: 'is the answer when no spelling would help'
    },
    example: {
      request: ['GET /v1/rooms/General', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 308 Permanent Redirect', 'Location: /v1/rooms/general']
    },
    rfc: { rfc: 9110, section: '15.4.9', title: '308 Permanent Redirect' }
  }
} satisfies Partial<Record<Status, StatusLesson>>
