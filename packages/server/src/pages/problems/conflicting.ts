import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What does not fit what is stored: it is not there, not any more, or in another state. */
export const conflicting = {
  'not-found': {
    happened: 'There is nothing at this path.',
    why: '404 is about the address alone. A known path with the wrong method is 405, a wrong host is 421, and something that was here and was removed for good is 410.',
    remedy: 'Check the path against `GET /docs`. Upper and lower case matter, and a trailing slash makes it another path.',
    example: {
      request: ['GET /v1/room/general'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"not-found","detail":"There is nothing at /v1/room/general.", …}']
    }
  },
  'user-not-found': {
    happened: 'Nobody has this name, or whoever had it has left for ever.',
    why: '404: the address is well formed, but names nobody. A name that could never be registered gets the same answer: the question was only whether somebody has it.',
    remedy: 'Check the spelling. Upper and lower case do not matter; accents do.',
    example: {
      request: ['GET /v1/users/nobody', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"user-not-found","detail":"There is no user “nobody”.", …}']
    }
  },
  'token-not-found': {
    happened: 'You have no token with this number, and no bot of yours has.',
    why: '404: the number names nothing of yours. Tokens of others, and sessions, get the same answer, so that nobody learns which numbers are in use. Ending the same token twice gets 404 too.',
    remedy: '`GET /v1/tokens` lists your tokens with their numbers, `GET /v1/tokens?bot=NAME` those of a bot.',
    example: {
      request: ['DELETE /v1/tokens/4000', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"token-not-found","detail":"You have no token 4000.", …}']
    }
  },
  'invite-not-found': {
    happened: 'There is no invite with this code or number that counts: there never was one, or it was revoked.',
    why: '404: it names nothing. An invite whose maker has lost the right to make it counts as little as one that was revoked, and a guessed code gets the same answer, so that nobody learns which codes there are. One that was used up or is too old is 410.',
    remedy:
      'Check that you have the whole code: 26 letters and digits. Upper and lower case do not matter. If it is whole, ask for another invite.',
    example: {
      request: ['POST /v1/invites/lookup', 'Content-Type: application/json', '', '{"code":"K7QF29XMHB4T0RZC8W6VDN3GYE"}'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"invite-not-found","status":404, …}']
    }
  },
  'room-not-found': {
    happened: 'There is no room of this name that you may see.',
    why: '404, deliberately the same for a room that does not exist and for a private room that you are not in. 403 would tell an outsider that the room exists. A different spelling of a room that you may see gets 308 instead.',
    remedy: '`GET /v1/rooms` lists the rooms that you may see. To get into a private room, ask one of its owners to add you.',
    example: {
      request: ['GET /v1/rooms/nowhere', 'Authorization: Bearer TOKEN'],
      answer: [
        'HTTP/1.1 404 Not Found',
        '',
        '{"code":"room-not-found","detail":"There is no room “nowhere” that you may see.", …}'
      ]
    }
  },
  'member-not-found': {
    happened: 'The room exists, but the person to remove is not a member of it.',
    why: '404: the path `/v1/rooms/ROOM/members/NAME` names a membership, and there is none. The room and the user may both exist. Removing the same member twice also gets 404, so a program can tell that somebody else was first.',
    remedy: 'If you wanted them out, there is nothing left to do. `GET /v1/rooms/ROOM/members` lists the members.',
    example: {
      request: ['DELETE /v1/rooms/ops/members/me', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"member-not-found","detail":"You are not a member of ops.", …}']
    }
  },
  'message-not-found': {
    happened: 'This room has no message with this number.',
    why: '404: there never was one. A deleted message is 410, because the room remembers that it existed. Every event of a room takes a number, so the number of somebody joining, for example, is not a message.',
    remedy: '`GET /v1/rooms/ROOM/messages` shows the newest messages with their numbers (`id`).',
    example: {
      request: ['GET /v1/rooms/general/messages/4000', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"message-not-found","detail":"There is no message 4000 in general.", …}']
    }
  },
  'message-deleted': {
    happened: 'The message existed, and its text has been erased. All that remains is who wrote it, and when.',
    why: '410 says more than 404: the message was here and will not come back, so there is no point in asking again, and a client can drop it from its screen. Deleting it again is 410 too: it is already gone, but not because of this request.',
    remedy: 'Nothing: erased text cannot be restored. To say it again, send a new message.',
    example: {
      request: ['GET /v1/rooms/general/messages/6', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"message-deleted","status":410, …}']
    }
  },
  'message-expired': {
    happened:
      'What had this number in the room is no longer kept. The owners of the room decided for how many days it keeps messages.',
    why: '410: numbers are given in order, so something had this number, and it is gone for good. The room does not remember whether that was a message or, for example, somebody joining. It is not 404, which would say that there never was anything.',
    remedy:
      '`GET /v1/rooms/ROOM` shows `retainDays`; the history has what is still kept. What has to stay longer belongs in an export.',
    example: {
      request: ['GET /v1/rooms/standup/messages/3', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"message-expired","status":410, …}']
    }
  },
  'cursor-expired': {
    happened:
      'The server cannot continue from your cursor without a gap: the cursor belongs to another life of the database (before a backup was restored, for example), is older than the oldest event kept, or is ahead of the newest event.',
    why: '410: that place in the log existed and is gone. It is not 400, because the cursor is well formed. Continuing silently from somewhere else would hide that you missed something.',
    remedy: 'Read the history again with `GET /v1/rooms/ROOM/messages`, then follow from the `cursor` in that answer.',
    example: {
      request: ['GET /v1/rooms/general/events?after=abcd1234.5700', 'Authorization: Bearer TOKEN', 'Accept: text/event-stream'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"cursor-expired","status":410, …}']
    }
  },
  'invite-spent': {
    happened: 'This invite was good, and it has let in as many people as it was made for.',
    why: '410 Gone: it was there, and never will be again. A code that never existed, or was revoked, is 404.',
    remedy:
      'Ask for another invite. If you were let in with it yourself, you need none: sign in with `POST /v1/sessions`, or open the room.',
    example: {
      request: ['POST /v1/users', 'Content-Type: application/json', '', '{"name":"luis","invite":"B4T0RZC8W6VDN3GYEK7QF29XMH"}'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"invite-spent","status":410, …}']
    }
  },
  'invite-expired': {
    happened: 'This invite was good, and its time is over.',
    why: '410 Gone: it was there, and never will be again. A code that never existed, or was revoked, is 404.',
    remedy: 'Ask for another invite. Whoever makes it can say how long it counts: 7 days by default, a year at most.',
    example: {
      request: ['POST /v1/invites/lookup', 'Content-Type: application/json', '', '{"code":"W6VDN3GYEK7QF29XMHB4T0RZC8"}'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"invite-expired","status":410, …}']
    }
  },
  'link-spent': {
    happened: 'The code was right, and has been used: each signs in one device.',
    why: '410: the code was good once and will not be again. A code that never existed is 401, like a wrong password. If two use a code at the same moment, one gets 201 and the other this.',
    remedy:
      'If it was you, you are signed in on the other device. If it was not, set a new password, which ends every other session. `POST /v1/links` makes a new code.'
  },
  'link-expired': {
    happened: 'The code was right, but it is more than ten minutes old.',
    why: '410: the code was good and will not be again. A code that never existed is 401, like a wrong password.',
    remedy: 'Make a new one with `POST /v1/links`, on a device where you are signed in, and use it within ten minutes.'
  },
  'name-taken': {
    happened:
      'Another user or room already has this name, or one that differs only in case or in how its characters are encoded.',
    why: '409 means that the request is fine in itself but conflicts with what is already there. 422 would mean that nobody could use this name, and 403 that you may not choose names.',
    remedy:
      'Choose another name. If the name is yours and you lost its token, ask whoever runs the server: a name is never given to somebody else.',
    example: {
      request: ['POST /v1/users', 'Content-Type: application/json', '', '{"name":"Luis"}'],
      answer: ['HTTP/1.1 409 Conflict', '', '{"code":"name-taken","detail":"The name “Luis” is taken. Choose another.", …}']
    }
  },
  'last-owner': {
    happened: 'You tried to leave a room that nobody else owns, or to give up its ownership.',
    why: '409: you may leave rooms, but not this one as things stand. Without an owner, nobody could ever change or archive the room again. 403 would mean that you may not leave rooms at all.',
    remedy:
      'Make somebody else an owner first: `PUT /v1/rooms/ROOM/members/NAME` with `{"role":"owner"}`. If nobody needs the room any more, archive it instead: `PATCH /v1/rooms/ROOM` with `{"archived":true}`. It can still be read, and you can undo it.',
    example: {
      request: ['DELETE /v1/rooms/reading/members/me', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 409 Conflict', '', '{"code":"last-owner","status":409, …}']
    }
  },
  stale: {
    happened: 'You asked for a change only if nothing had changed since you looked (`If-Match`), and somebody was faster.',
    why: '412: your condition was not met, and nothing was changed. Without the condition, your change would silently overwrite theirs, the “lost update”. 409 is for conflicts without such a condition.',
    remedy: 'Look at `current` in the answer. If your change still makes sense, send it again with the new `ETag` as `If-Match`.',
    example: {
      request: [
        'PUT /v1/rooms/general/messages/3',
        'Authorization: Bearer TOKEN',
        'If-Match: "abcd1234.1"',
        'Content-Type: application/json',
        '',
        '{"text":"hello"}'
      ],
      answer: ['HTTP/1.1 412 Precondition Failed', 'ETag: "abcd1234.3"', '', '{"code":"stale","current":{"id":3,"text":"hi"}, …}']
    },
    rfc: { rfc: 9110, section: '13.1.1', title: 'If-Match' }
  },
  'key-reused': {
    happened: 'You used this `Idempotency-Key` in this room within the last 24 hours, with a different text.',
    why: 'A key promises that this is the same request as before, to be carried out once. A different text breaks that promise, so the request contradicts itself: 422. The same text would have got 201 and the first message again.',
    remedy: 'Make a new key for each message. Reuse a key only to repeat that same message, for example after a lost connection.',
    example: {
      request: [
        'POST /v1/rooms/general/messages',
        'Authorization: Bearer TOKEN',
        'Idempotency-Key: build-118',
        'Content-Type: text/plain',
        '',
        'build 118 failed'
      ],
      answer: ['HTTP/1.1 422 Unprocessable Content', '', '{"code":"key-reused","status":422, …}']
    }
  }
} satisfies Partial<Record<ProblemCode, ProblemLesson>>
