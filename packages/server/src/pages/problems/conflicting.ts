import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What does not fit what is stored: it is not there, not any more, or in another state. */
export const conflicting = {
  'not-found': {
    happened: 'There is nothing at this path.',
    why: '404 speaks of the address alone. If the path were known and only the method wrong, it would be 405; if the host were wrong, 421; if the thing had been there and was removed for good, 410.',
    remedy:
      'Compare the path with the list that `GET /` prints, slash by slash: upper and lower case count, and a slash at the end makes another path.',
    example: {
      request: ['GET /v1/room/general'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"not-found","detail":"There is nothing at /v1/room/general.", …}']
    }
  },
  'user-not-found': {
    happened: 'Nobody has registered this name.',
    why: '404: the address is well-formed and names nobody. A name that could never exist gets the same answer, because the question was only whether somebody is there.',
    remedy: 'Check the spelling. Upper and lower case do not matter, accents do.',
    example: {
      request: ['GET /v1/users/nobody', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"user-not-found","detail":"There is no user “nobody”.", …}']
    }
  },
  'room-not-found': {
    happened: 'There is no room of this name that you may see.',
    why: '404, and on purpose the same for a room that does not exist and for a private one that you are not in. 403 would be the honest answer to a member, but to an outsider it would give away that the room exists. Another spelling of a room that you may see is answered with 308.',
    remedy: '`GET /v1/rooms` lists the rooms that you may see. To enter a private one, have an owner add you.',
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
    happened: 'The room is there, but the one who is to leave it does not belong to it.',
    why: '404: the path `/v1/rooms/ROOM/members/NAME` names a membership, and there is none. The room and the user may well exist. To remove it a second time is no success either, so that a program notices that somebody else did it.',
    remedy: 'If you wanted them out, nothing is left to do. `GET /v1/rooms/ROOM/members` lists who is in.',
    example: {
      request: ['DELETE /v1/rooms/ops/members/me', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"member-not-found","detail":"You are not a member of ops.", …}']
    }
  },
  'message-not-found': {
    happened: 'This room has no message with this number.',
    why: '404: there never was one. A message that was deleted is 410, because the room remembers it. Numbers count all events of a room, so the number of somebody’s joining is no message either.',
    remedy: '`GET /v1/rooms/ROOM/messages` shows the newest messages with their numbers (`id`).',
    example: {
      request: ['GET /v1/rooms/general/messages/4000', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 404 Not Found', '', '{"code":"message-not-found","detail":"There is no message 4000 in general.", …}']
    }
  },
  'message-deleted': {
    happened: 'The message was there, and its text was erased. What stays is that there was one, by whom and when.',
    why: '410 is stronger than 404: it was here, and it will not come back, so nobody need ask again. A reader can remove it from what it shows. To delete it a second time is 410 too: the wish is fulfilled, but not by you.',
    remedy: 'Nothing: an erased text cannot be restored. To say it again, send a new message.',
    example: {
      request: ['GET /v1/rooms/general/messages/6', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"message-deleted","status":410, …}']
    }
  },
  'cursor-expired': {
    happened:
      'What follows your cursor cannot be given without a gap: it comes from another life of the database (a restored backup, for example), is older than what is kept, or is ahead of the newest event.',
    why: '410: that place in the log was there and is no more. It is not 400, because the cursor is well-formed. To continue somewhere else silently would hide that you have missed something.',
    remedy: 'Read the history again with `GET /v1/rooms/ROOM/messages`, then follow from the `cursor` that the answer carries.',
    example: {
      request: ['GET /v1/rooms/general/events?after=abcd1234.5700', 'Authorization: Bearer TOKEN', 'Accept: text/event-stream'],
      answer: ['HTTP/1.1 410 Gone', '', '{"code":"cursor-expired","status":410, …}']
    }
  },
  'name-taken': {
    happened:
      'A user or a room already has this name, or one that differs only in upper and lower case or in the way its characters are encoded.',
    why: '409 means: the request is right in itself, but conflicts with what is already there. 422 would mean that the name could never be used. 403 would mean that you may not choose names.',
    remedy:
      'Choose another name. If it is yours, and you only lost the token, ask who runs the server: a name is never given to somebody else.',
    example: {
      request: ['POST /v1/users', 'Content-Type: application/json', '', '{"name":"Luis"}'],
      answer: ['HTTP/1.1 409 Conflict', '', '{"code":"name-taken","detail":"The name “Luis” is taken. Choose another.", …}']
    }
  },
  'last-owner': {
    happened: 'You wanted to leave a room that nobody else owns.',
    why: '409: you may leave rooms, but not this one as it is now. A room without an owner could never be changed, archived or opened to others again. 403 would mean that leaving is not yours to decide.',
    remedy:
      'If the room is not needed any more, archive it: `PATCH /v1/rooms/ROOM` with `{"archived":true}`. It can still be read, and you can take that back. Else stay its owner.',
    example: {
      request: ['DELETE /v1/rooms/reading/members/me', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 409 Conflict', '', '{"code":"last-owner","status":409, …}']
    }
  },
  stale: {
    happened: 'You wanted to change something only if it is still as you know it (`If-Match`), and somebody was faster.',
    why: '412: the condition that you set is not met, and nothing was changed. Without the condition the later change would silently overwrite the earlier one, the “lost update”. 409 is for conflicts without such a condition.',
    remedy:
      'Look at `current` in the answer, decide whether your change still makes sense, and send it again with the new `ETag`.',
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
    happened: 'You have used this `Idempotency-Key` in this room within the last day, for another text.',
    why: 'A key promises: this is the same request as before, do it once. With another content the promise is broken. That is 422, because the request contradicts itself; the same content would have been answered with the first message and 201.',
    remedy: 'Make a new key for each new message, and keep it only to repeat that very message after a lost connection.',
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
