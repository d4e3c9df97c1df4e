import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What is understood, and not allowed to this caller, in this way or at this time. */
export const refused = {
  unauthorized: {
    happened: 'The request has no token, or its token is not valid (any more).',
    why: '401 means “I do not know who you are”; `WWW-Authenticate` in the answer says how to tell the server. If it knows you and you may not do this, that is 403. The name of the status, Unauthorized, is misleading: it means unauthenticated.',
    remedy:
      'Send `Authorization: Bearer TOKEN`. If you have no token, register a name with `POST /v1/users` or sign in with `POST /v1/sessions`, or use `chat join --as NAME`, which also remembers it.',
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
  'sign-in-failed': {
    happened: 'You tried to sign in, and the name, the password or the code is wrong.',
    why: '401: the server still does not know who you are. It does not say which of them is wrong, and takes as long for a name that nobody has as for yours: otherwise anybody could find out who has an account here. A code that was right once is 410.',
    remedy:
      'Check the password; upper and lower case matter. If you have none yet, or forgot it, use a device where you are signed in: `PUT /v1/users/me/password` sets one, `POST /v1/links` makes a code for this device.',
    example: {
      request: ['POST /v1/sessions', 'Content-Type: application/json', '', '{"name":"ana","password":"letmein-123"}'],
      answer: [
        'HTTP/1.1 401 Unauthorized',
        'WWW-Authenticate: Bearer realm="Tertulia"',
        '',
        '{"code":"sign-in-failed","detail":"The name or the password is wrong.", …}'
      ]
    }
  },
  'wrong-password': {
    happened: 'You wanted to set a new password, and `current` is missing or is not your current password.',
    why: '403: the server knows you by your token (otherwise 401), but a token alone may not change a password: somebody may have found it on an unlocked screen.',
    remedy:
      'Send your current password as `current`. If you forgot it: where you are signed in you stay so, and `POST /v1/links` signs other devices in.',
    example: {
      request: [
        'PUT /v1/users/me/password',
        'Authorization: Bearer TOKEN',
        'Content-Type: application/json',
        '',
        '{"password":"a much better one","current":"letmein-123"}'
      ],
      answer: ['HTTP/1.1 403 Forbidden', '', '{"code":"wrong-password","detail":"“current” is not your password.", …}']
    }
  },
  'token-scope': {
    happened:
      'The token is good, but it was made for something else: only to read, only for some rooms (then it does not open @me, your own log), or for a program.',
    why: '403: the server knows whom the token speaks for (otherwise 401), and they may do this, but not with this token. A token is bound so that a program that loses it loses little. A room that its user may not see either is 404, as for anybody.',
    remedy:
      'Use another token, or make one that is wider: `POST /v1/tokens`, with the token of a session. `GET /v1/tokens` lists what each may do.',
    rfc: { rfc: 6750, section: '3.1', title: 'Error Codes' }
  },
  'too-many-tokens': {
    happened: 'This user already has as many tokens for programs as one user may.',
    why: '403: the server understood the request, and the answer is no. It is not 429, because waiting changes nothing, and not 409, because the name is free.',
    remedy: 'End those that are not needed any more: `GET /v1/tokens` lists them, `DELETE /v1/tokens/ID` ends one.'
  },
  'too-many-bots': {
    happened: 'You already have as many bots as one user may.',
    why: '403: the server understood the request, and the answer is no. It is not 429, because waiting changes nothing, and not 409, because the name is free.',
    remedy: 'Use one of your bots for this, with a token of its own: `GET /v1/bots` lists them.'
  },
  'too-many-invites': {
    happened: 'There are already as many invites that can still be used as one user may have, or as one room may.',
    why: '403: the server understood the request, and the answer is no. It is not 429, because waiting a moment changes nothing: they end when they are used up, when they expire, or when somebody revokes them.',
    remedy:
      'Revoke those that nobody needs: `GET /v1/invites` lists yours, with `?room=ROOM` those to a room, and `DELETE /v1/invites/ID` revokes one. One invite can let in up to 1,000 people.'
  },
  'invite-required': {
    happened: 'On this server only somebody who was invited can register a name.',
    why: '403: the server understood the request, and says no to everybody who brings no invite. It is not 401, because nobody has to be signed in to register.',
    remedy:
      'Ask somebody who is there for an invite, and send its code: `POST /v1/users` with `{"name":"luis","invite":"CODE"}`, or `chat join LINK`. If you have a name already, sign in instead: `POST /v1/sessions`.',
    example: {
      request: ['POST /v1/users', 'Content-Type: application/json', '', '{"name":"luis"}'],
      answer: ['HTTP/1.1 403 Forbidden', '', '{"code":"invite-required","status":403, …}']
    }
  },
  'registration-closed': {
    happened: 'Nobody can register a name on this server at present, not even with an invite.',
    why: '403: the server understood the request, and its answer to everybody is no. It is not 404, because the path is right, and not 503, because nothing is broken.',
    remedy:
      'If you have a name already, sign in: `POST /v1/sessions`. Else ask whoever runs the server, who can start it with `--registration invite`.',
    example: {
      request: ['POST /v1/users', 'Content-Type: application/json', '', '{"name":"luis"}'],
      answer: ['HTTP/1.1 403 Forbidden', '', '{"code":"registration-closed","status":403, …}']
    }
  },
  'origin-refused': {
    happened: 'A web page of another site tried to write here through your browser, as `Origin` or `Sec-Fetch-Site` shows.',
    why: '403: the server understood the request and refuses it. A token would not change that, so 401 would be wrong. 421 refuses the host that the request was sent to; this refuses the page that sent it.',
    remedy:
      'If the page is yours, start the server with `--origin https://its.example.org`, or with `--cors-origin` if it should also read what is answered. If it is not, the server has just protected you.',
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
    happened: 'You are banned from this room, and can neither read it nor write in it. Or you wanted to add somebody who is.',
    why: '403: the server knows who you are (otherwise 401) and says no. A private room answers 404 instead, as it does to everybody who is not in it, so that outsiders do not even learn that it exists.',
    remedy:
      'Trying again will not help, and neither will leaving and joining. A moderator or an owner of the room can lift the ban: with `DELETE /v1/rooms/ROOM/members/NAME`, or with `PUT` and `{"role":"member"}`, which also lets the user in.',
    example: {
      request: ['GET /v1/rooms/games/messages', 'Authorization: Bearer TOKEN'],
      answer: [
        'HTTP/1.1 403 Forbidden',
        '',
        '{"code":"banned","detail":"You are banned from games. A moderator can lift the ban.", …}'
      ]
    }
  },
  'room-archived': {
    happened: 'The room is archived: its history stays, but nobody can add to it or change it.',
    why: '403: nobody may write there. It is not 410, because the room can still be read, and not 405, which is about what a path can ever do rather than about this room today.',
    remedy: 'Write in another room. An owner can reopen this one with `PATCH /v1/rooms/ROOM` and `{"archived":false}`.',
    example: {
      request: ['POST /v1/rooms/old/messages', 'Authorization: Bearer TOKEN', 'Content-Type: text/plain', '', 'hi'],
      answer: [
        'HTTP/1.1 403 Forbidden',
        '',
        '{"code":"room-archived","detail":"old is archived: you can read it, but not write in it.", …}'
      ]
    }
  },
  'not-author': {
    happened: 'You tried to change a message that somebody else wrote.',
    why: '403: the server knows you, and the message is not yours. It is not 404, because you may read the message and know that it exists. Without a token it would be 401.',
    remedy: 'Only its author can edit a message. Its author, or a moderator or an owner of the room, can delete it.',
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
    happened:
      'This needs a role in the room that you do not have, and the detail names the role that is enough; or nobody may do it, such as ban an admin of the server in a public room, and the detail says so.',
    why: '403 means “I know you, and no”. 401 would ask you to sign in, which you have done. 404 would say that the room does not exist, as outsiders of a private room are told.',
    remedy: 'Ask an owner of the room to do it or to give you the role. `GET /v1/rooms/ROOM/members` lists the roles.',
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
    happened: 'The path exists, but does not support the method of the request.',
    why: '405 confirms that the path exists, and `Allow` lists the methods that it takes. An unknown path is 404, a method that no path here supports is 501, and a change that you are not allowed to make is 403.',
    remedy: 'Use one of the methods in `Allow`. `OPTIONS` on the same path gives you that list and does nothing else.',
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
    happened: 'You, or the user whom you wanted to make an owner, already own as many rooms as one user may.',
    why: '403: the server understood the request, and the answer is no. It is not 429, because waiting changes nothing, and not 409, because the name is free. Public rooms appear in everybody’s list, so no single user may fill it.',
    remedy:
      'Reuse one of your rooms: `PATCH /v1/rooms/ROOM` gives it a new title. A script should not create a room for every occasion.'
  },
  'not-acceptable': {
    happened: 'Your `Accept` excludes every form that the server could send this in.',
    why: '406 is about what you want to receive; 415 is about what you send. An answer in a form that you excluded would be of no use to you, so the server does not send one.',
    remedy: 'Name one of the types that the detail lists, or leave out `Accept`. End it with `*/*` to take whatever there is.',
    example: {
      request: ['GET /problems/not-acceptable', 'Accept: image/png'],
      answer: ['HTTP/1.1 406 Not Acceptable', '', '{"code":"not-acceptable","status":406, …}']
    }
  },
  misdirected: {
    happened: '`Host` names a host that this server does not answer for.',
    why: '421 says that the request came to the wrong server. The server did not look at the path, so 404 would claim too much. The check protects servers on private networks: otherwise a web page could point its own name at such a machine (DNS rebinding) and talk to it.',
    remedy:
      'Use the address that the server prints at its start, or start it with `--public-url http://NAME` to let it answer for that name.',
    example: {
      request: ['GET /', 'Host: elsewhere.example.com'],
      answer: ['HTTP/1.1 421 Misdirected Request', '', '{"code":"misdirected","status":421, …}']
    }
  },
  'expectation-failed': {
    happened: 'The request has an `Expect` field other than `100-continue`, the only expectation that exists.',
    why: '417 says that the server cannot meet a demand about how to treat the request. It did not look at the request itself, so 400 and 404 remain open. If you did not write that field, something between you and the server did.',
    remedy: 'Send `Expect: 100-continue`, which asks for permission before a large body is sent, or no `Expect` at all.'
  },
  'request-timeout': {
    happened: 'The request did not arrive in time: it may take 15 seconds for its head, and 30 in all.',
    why: '408: the request was too slow. A server that cannot answer now says 503. Without this limit, a few clients that send one byte a minute could occupy every connection.',
    remedy:
      'Send it again on a new connection: this one is closed. Messages are small, so even a slow network is fast enough. A program should open a connection only when it has something to send.'
  },
  'rate-limited': {
    happened:
      'You, or others at your address, made more requests of this kind than the server allows in that time, or left too many large answers unread.',
    why: '429 is about your share, and it passes. 503 would mean that the server cannot answer anybody, and 403 that you may never do this.',
    remedy:
      'Wait for the number of seconds in `Retry-After`, then send again. A program should read each answer, or close its connection, before it asks for many more. A script that posts a lot should send fewer, longer messages. `GET /v1/limits` shows the limits in force; whoever runs the server can change them.'
  }
} satisfies Partial<Record<ProblemCode, ProblemLesson>>
