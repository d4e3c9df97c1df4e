import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What is understood, and not allowed to this caller, in this way or at this time. */
export const refused = {
  unauthorized: {
    happened: 'The request has no token, or one that is not valid, or not any more.',
    why: '401 means “I do not know who you are”; the field `WWW-Authenticate` of the answer says how to tell. Once the server knows who you are and you may not do a thing, it is 403. The name of the status, Unauthorized, is misleading: unauthenticated is meant.',
    remedy:
      'Send `Authorization: Bearer TOKEN`. Whoever has no token takes a name with `POST /v1/users`; `chat join --as NAME` does it and remembers.',
    example: {
      request: ['GET /v1/rooms'],
      answer: [
        'HTTP/1.1 401 Unauthorized',
        'WWW-Authenticate: Bearer realm="Tertulia"',
        '',
        '{"code":"unauthorized","status":401, …}'
      ]
    },
    rfc: { rfc: 6750, section: '3', title: 'The WWW-Authenticate Response Header Field' }
  },
  'origin-refused': {
    happened:
      'A web page of another site tried to write here through your browser. The browser says so in `Origin` or `Sec-Fetch-Site`.',
    why: '403: the request is understood and refused, and a token would not change it, so 401 would be wrong. It is decided before anybody is asked who they are. The neighbour 421 refuses the host that was asked for, this one the page that asks.',
    remedy: 'If the page is yours, start the server with `--origin https://its.example.org`. If it is not, be glad.',
    example: {
      request: [
        'POST /v1/users',
        'Origin: https://elsewhere.example.com',
        'Content-Type: application/json',
        '',
        '{"name":"eva"}'
      ],
      answer: ['HTTP/1.1 403 Forbidden', '', '{"code":"origin-refused","status":403, …}']
    },
    rfc: { rfc: 6454, section: '7', title: 'The HTTP Origin Header Field' }
  },
  banned: {
    happened: 'You were banned from this room. It can still be read if it is public, but not written.',
    why: '403: the server knows who you are (otherwise 401), and says no. A private room would answer 404 instead, as it does to everybody who is not in it, so that outsiders learn nothing, not even that it exists.',
    remedy:
      'To try again changes nothing. A moderator or an owner of the room can lift the ban; `GET /v1/rooms/ROOM/members` lists who they are.'
  },
  'room-archived': {
    happened: 'The room was archived: its history stays, nothing is added to it or changed in it.',
    why: '403: nobody may write there, whoever they are. It is not 410, because the room is still there to be read, and not 405, because that is about what a path can do at all rather than about this room today.',
    remedy: 'Write in another room. An owner of the room can open it again with `PATCH /v1/rooms/ROOM` and `{"archived":false}`.',
    example: {
      request: ['POST /v1/rooms/old/messages', 'Authorization: Bearer TOKEN', 'Content-Type: text/plain', '', 'hi'],
      answer: [
        'HTTP/1.1 403 Forbidden',
        '',
        '{"code":"room-archived","detail":"old is archived: it can be read, not written.", …}'
      ]
    }
  },
  'not-author': {
    happened: 'You tried to change a message that somebody else wrote.',
    why: '403: you are known, and it is not yours. It is not 404, since you may read the message and know that it is there. Who has no token at all gets 401.',
    remedy: 'Only its author edits a message. To delete one, be its author, or a moderator or an owner of the room.',
    example: {
      request: ['DELETE /v1/rooms/general/messages/5', 'Authorization: Bearer TOKEN'],
      answer: [
        'HTTP/1.1 403 Forbidden',
        '',
        '{"code":"not-author","detail":"Message 5 was written by luis; only luis or a moderator may delete it.", …}'
      ]
    }
  },
  'not-allowed': {
    happened: 'What you asked for takes a role in the room that you do not have. The detail names the role that is enough.',
    why: '403 means “I know you, and no”. 401 would ask you to sign in, which you did; 404 would say that the room is not there, which is what outsiders of a private room are told.',
    remedy: 'Ask an owner of the room to do it, or to give you the role. `GET /v1/rooms/ROOM/members` lists the roles.',
    example: {
      request: [
        'PATCH /v1/rooms/ops',
        'Authorization: Bearer TOKEN',
        'Content-Type: application/json',
        '',
        '{"title":"Operations"}'
      ],
      answer: ['HTTP/1.1 403 Forbidden', '', '{"code":"not-allowed","detail":"Only an owner of ops may do that.", …}']
    }
  },
  'method-not-allowed': {
    happened: 'There is something at this path, but it does not know the method of the request.',
    why: '405 is a promise that the path exists, and `Allow` lists what it takes. An unknown path is 404, a method that no path here knows is 501, and a method that you may not use on a message is 403.',
    remedy: 'Use one of the methods in `Allow`; `OPTIONS` on the same path asks for that list without doing anything.',
    example: {
      request: ['DELETE /v1/rooms', 'Authorization: Bearer TOKEN'],
      answer: [
        'HTTP/1.1 405 Method Not Allowed',
        'Allow: GET, HEAD, OPTIONS, POST',
        '',
        '{"code":"method-not-allowed","status":405, …}'
      ]
    }
  },
  'too-many-rooms': {
    happened: 'You own as many rooms as one user may.',
    why: '403: the request is understood, and the answer is no. It is not 429, because waiting changes nothing, and not 409, because the name that you chose is free. Everybody’s list of rooms holds the public ones of all, so no single user may fill it.',
    remedy:
      'Use one of your rooms for another purpose: `PATCH /v1/rooms/ROOM` gives it another title. A script should not make a room for each occasion.'
  },
  'not-acceptable': {
    happened: 'Your `Accept` excludes every form in which this could be sent.',
    why: '406 is about what you want to receive; 415 is about what you send. An answer in a form that you have excluded would be of no use to you, so none is sent.',
    remedy: 'Name one of the types that the detail lists, or leave out `Accept`. Put `*/*` at its end to take what there is.',
    example: {
      request: ['GET /problems/not-acceptable', 'Accept: image/png'],
      answer: ['HTTP/1.1 406 Not Acceptable', '', '{"code":"not-acceptable","status":406, …}']
    }
  },
  misdirected: {
    happened: 'The request names, in `Host`, a host that this server is not known as.',
    why: '421 says that the request came to the wrong server; the path was not even looked at, so 404 would claim too much. The check protects the readers of a server at home: a foreign page could otherwise have its own name point to their machine (DNS rebinding) and talk to it as if it were its own.',
    remedy:
      'Use the address that the server prints when it starts, or start it with `--public-url http://NAME` if it should be known by that name.',
    example: {
      request: ['GET /', 'Host: elsewhere.example.com'],
      answer: ['HTTP/1.1 421 Misdirected Request', '', '{"code":"misdirected","status":421, …}']
    }
  },
  'expectation-failed': {
    happened: 'The request has an `Expect` field with something other than `100-continue`, the one expectation that exists.',
    why: '417 says that a demand about how to treat the request cannot be met; the request itself was not looked at, so neither 400 nor 404 was decided. If you did not write that field, something between us did.',
    remedy: 'Send `Expect: 100-continue`, which asks for permission before a large body, or no `Expect` at all.'
  },
  'request-timeout': {
    happened: 'The request did not arrive completely in time: 15 seconds for its head, 30 for all of it.',
    why: '408: you were too slow. A server that cannot answer now says 503. Without this limit a few clients that send a byte a minute would hold every connection.',
    remedy:
      'Send it again, on a new connection: this one is closed. If the network is slow, the chat still works, since messages are small; a program that opens a connection before it knows what to say should wait with the opening.'
  },
  'rate-limited': {
    happened: 'You, or your address, have made more requests of this kind than the server takes in that time.',
    why: '429 speaks of your share and will pass. 503 would mean that the server as a whole cannot answer, 403 that you may never do this.',
    remedy:
      'Wait for the number of seconds in `Retry-After`, then send again. A script that posts a lot should send fewer and longer messages. `GET /v1/limits` shows the limits in force, which whoever runs the server can change.'
  }
} satisfies Partial<Record<ProblemCode, ProblemLesson>>
