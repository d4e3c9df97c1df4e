import type { Status, StatusLesson } from './lesson.ts'

/** 1xx, 2xx and 3xx: go on, it is done, or look there. */
export const fine = {
  100: {
    name: 'Continue',
    means:
      'Go on: the head of the request is accepted so far, send the body. It comes before the real answer, and only to a client that has sent `Expect: 100-continue` to ask.',
    here: 'It is sent for every body of a lawful size. A body that is announced as too large is refused at once, before it has crossed the network. `curl` asks by itself when a body is large.',
    neighbours: {
      200: 'is an answer; 100 is only a sign on the way to one',
      413: 'is the refusal that 100 spares the sender of a large body',
      417: 'is the answer to any other expectation'
    },
    rfc: { rfc: 9110, section: '15.2.1', title: '100 Continue' }
  },
  200: {
    name: 'OK',
    means: 'It worked, and the body is the answer: what was read, or what was changed in its new state.',
    here: 'For everything that is read, the live events included, whose answer just does not end; and for an edited message. An edit to the text that was there already is 200 too, and tells nobody.',
    neighbours: {
      201: 'says that something new has come into being, with its own address',
      204: 'says the same without a body',
      304: 'says that you have this body already'
    },
    example: {
      request: ['GET /v1/users/me', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 200 OK', '', '{"name":"ana","kind":"person", …}']
    },
    rfc: { rfc: 9110, section: '15.3.1', title: '200 OK' }
  },
  201: {
    name: 'Created',
    means: 'Something new is there now. `Location` is its address.',
    here: 'For a new name, room, membership or message. When it arrives, the message is on the disk of the server. A send that is repeated with its `Idempotency-Key` gets 201 again, with `Idempotency-Replayed: true`: it is the same message.',
    neighbours: {
      200: 'changes or reads what was there before; a PUT that makes you a member a second time is 200',
      204: 'is for what leaves nothing to look at'
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
    here: 'For a message that was deleted, for somebody who left a room, and for `OPTIONS`, whose answer is the field `Allow`.',
    neighbours: {
      200: 'has a body; a page of messages with none in it is still 200, because an empty list is an answer',
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
      'What you have is still right, so it is not sent again. It is the answer to a GET with `If-None-Match`, the `ETag` of the last time.',
    here: 'For rooms, messages, pages of the history and these pages. Asking often for what rarely changes costs almost nothing in this way.',
    neighbours: {
      200: 'brings the whole body, because it has changed',
      412: 'is its counterpart for changes: there the condition protects from overwriting'
    },
    example: {
      request: ['GET /v1/rooms/general/messages/3', 'Authorization: Bearer TOKEN', 'If-None-Match: "abcd1234.3"'],
      answer: ['HTTP/1.1 304 Not Modified', 'ETag: "abcd1234.3"']
    },
    rfc: { rfc: 9110, section: '15.4.5', title: '304 Not Modified' }
  },
  308: {
    name: 'Permanent Redirect',
    means: 'It has another address, for ever: repeat the request there, with the same method and body.',
    here: 'When a room is addressed in another spelling than its own. Each room has one address, so that caches and logs do not know it under two.',
    neighbours: {
      304: 'is no redirect, although it has a 3',
      404: 'is the answer where no spelling would help'
    },
    example: {
      request: ['GET /v1/rooms/General', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 308 Permanent Redirect', 'Location: /v1/rooms/general']
    },
    rfc: { rfc: 9110, section: '15.4.9', title: '308 Permanent Redirect' }
  }
} satisfies Partial<Record<Status, StatusLesson>>
