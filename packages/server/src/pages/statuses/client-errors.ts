import type { Status, StatusLesson } from './lesson.ts'

/** 4xx: it is the request. */
export const clientErrors = {
  400: {
    name: 'Bad Request',
    means: 'The request cannot be read: its syntax is broken. Nothing was looked up and nothing decided.',
    here: 'For JSON that cannot be parsed, bytes that are no UTF-8, a query parameter that makes no sense, a cursor without the form of one, or HTTP itself gone wrong.',
    neighbours: {
      404: 'could read the address, and found nothing there',
      415: 'does not read that type of body at all',
      422: 'could read the body, and cannot do what it says'
    },
    rfc: { rfc: 9110, section: '15.5.1', title: '400 Bad Request' }
  },
  401: {
    name: 'Unauthorized',
    means: 'Who are you? Despite its name it speaks of authentication. `WWW-Authenticate` says how to prove it.',
    here: 'For everything under `/v1` but the registration, when the token is missing or not valid.',
    neighbours: {
      403: 'knows who you are, and says no; a new token would not help',
      404: 'comes first: an unknown path is told to everybody'
    },
    rfc: { rfc: 9110, section: '15.5.2', title: '401 Unauthorized' }
  },
  403: {
    name: 'Forbidden',
    means: 'The request is understood, the caller is known, and the answer is no. Repeating it changes nothing.',
    here: 'When you are not the author of a message, have no such role in the room, are banned from it, or it is archived; and for writes that a foreign web page attempts.',
    neighbours: {
      401: 'asks who you are; 403 knows',
      404: 'is said instead where even the existence is nobody’s business: a private room, seen from outside',
      405: 'is about what a path can do for anybody'
    },
    rfc: { rfc: 9110, section: '15.5.4', title: '403 Forbidden' }
  },
  404: {
    name: 'Not Found',
    means: 'There is nothing at this address, or nothing that you are to know of. It does not say for how long.',
    here: 'For unknown paths, users, rooms, members and messages. A private room answers every outsider with it, word for word as a room that does not exist.',
    neighbours: {
      403: 'admits that the thing is there',
      405: 'admits that the path is there, for other methods',
      410: 'knows that it was there and will not come back'
    },
    rfc: { rfc: 9110, section: '15.5.5', title: '404 Not Found' }
  },
  405: {
    name: 'Method Not Allowed',
    means: 'The path exists, but not with this method. `Allow` lists those that it has; the standard demands that field.',
    here: 'On every path that is known, for every method that it lacks.',
    neighbours: {
      403: 'is about you; 405 is about the path, whoever asks',
      404: 'is for a path that is not there with any method',
      501: 'is for a method that the server knows nowhere'
    },
    rfc: { rfc: 9110, section: '15.5.6', title: '405 Method Not Allowed' }
  },
  406: {
    name: 'Not Acceptable',
    means: 'It is there, but in no form that your `Accept` allows.',
    here: 'Where there is a choice: the live events, and pages such as this one, which exists as HTML, as plain text and as JSON.',
    neighbours: {
      400: 'is for a request that cannot be read; this one can',
      415: 'is the same for the other direction: the type that you send'
    },
    rfc: { rfc: 9110, section: '15.5.7', title: '406 Not Acceptable' }
  },
  408: {
    name: 'Request Timeout',
    means: 'The request was not complete in time. The server gives up waiting and closes the connection.',
    here: 'After 15 seconds without a complete head, or 30 without the whole request.',
    neighbours: {
      429: 'is for too many requests, not for a slow one',
      503: 'is when the server cannot answer in time'
    },
    rfc: { rfc: 9110, section: '15.5.9', title: '408 Request Timeout' }
  },
  409: {
    name: 'Conflict',
    means: 'The request would be right, but what is there already stands against it.',
    here: 'For a name that somebody has: of a user or of a room.',
    neighbours: {
      412: 'is a conflict that you asked to be warned of, with `If-Match`',
      422: 'could not be done whatever is there'
    },
    rfc: { rfc: 9110, section: '15.5.10', title: '409 Conflict' }
  },
  410: {
    name: 'Gone',
    means: 'It was here, and it is gone for good. Whoever keeps the address may forget it.',
    here: 'For a deleted message, and for a cursor whose events are not here any more.',
    neighbours: {
      204: 'is what the one who deletes gets; everybody later gets 410',
      404: 'makes no claim about the past'
    },
    rfc: { rfc: 9110, section: '15.5.11', title: '410 Gone' }
  },
  412: {
    name: 'Precondition Failed',
    means: 'You said “only if it is still like this”, and it is not. Nothing was changed.',
    here: 'For a change with an `If-Match` that names an old version of a message or a room. The answer carries the present one as `current`.',
    neighbours: {
      304: 'is its counterpart for reading: there an unmet condition is good news',
      409: 'is a conflict without a condition'
    },
    rfc: { rfc: 9110, section: '15.5.13', title: '412 Precondition Failed' }
  },
  413: {
    name: 'Content Too Large',
    means: 'The body is larger than the server will read. Older programs write “Payload Too Large”.',
    here: 'For bodies over 64 KiB, and then the connection is closed. Who announces the length with `Expect: 100-continue` is told before sending it.',
    neighbours: {
      414: 'is about the URL',
      422: 'is about the length of a text in a body that may be read',
      431: 'is about the header fields'
    },
    rfc: { rfc: 9110, section: '15.5.14', title: '413 Content Too Large' }
  },
  414: {
    name: 'URI Too Long',
    means: 'The address is longer than the server will read.',
    here: 'For URLs over 8 KiB.',
    neighbours: {
      404: 'is for an address of any length that leads nowhere',
      413: 'is about the body',
      431: 'is about the header fields'
    },
    rfc: { rfc: 9110, section: '15.5.15', title: '414 URI Too Long' }
  },
  415: {
    name: 'Unsupported Media Type',
    means: 'The server does not read bodies of this type, compression or charset.',
    here: 'For everything but JSON in UTF-8; messages may be plain text or a form as well. The field `Accept` of the answer lists what is read.',
    neighbours: {
      400: 'reads that type, but this body is broken',
      406: 'is about the type that you want to receive',
      422: 'could read the body'
    },
    rfc: { rfc: 9110, section: '15.5.16', title: '415 Unsupported Media Type' }
  },
  417: {
    name: 'Expectation Failed',
    means: 'The field `Expect` demands what the server cannot promise.',
    here: 'For any expectation but `100-continue`.',
    neighbours: { 100: 'is the answer to the one expectation that exists', 400: 'is for fields that cannot be read' },
    rfc: { rfc: 9110, section: '15.5.18', title: '417 Expectation Failed' }
  },
  421: {
    name: 'Misdirected Request',
    means: 'The request has come to the wrong server: it is for a host that this one is not.',
    here: 'When `Host` names neither an IP address, nor this machine, nor what `--public-url` and `--origin` add. It keeps pages of strangers from reaching a server at home under a name of their own.',
    neighbours: { 403: 'refuses who asks; 421 refuses what was addressed', 404: 'is for the right host and a wrong path' },
    rfc: { rfc: 9110, section: '15.5.20', title: '421 Misdirected Request' }
  },
  422: {
    name: 'Unprocessable Content',
    means: 'The body was read and understood, and what it says cannot be done. Older programs write “Unprocessable Entity”.',
    here: 'For a member that is missing, unknown or against the rules for names and texts; `errors` points to it. Also for an `Idempotency-Key` that returns with another text.',
    neighbours: {
      400: 'could not even be read',
      409: 'would be possible if something else were not there',
      413: 'was too large to be read'
    },
    rfc: { rfc: 9110, section: '15.5.21', title: '422 Unprocessable Content' }
  },
  429: {
    name: 'Too Many Requests',
    means: 'You have had your share for now. `Retry-After` says when there is more.',
    here: 'When one user or one address asks for more than the limits in force.',
    neighbours: {
      403: 'will not change by waiting',
      503: 'is when the server cannot answer anybody'
    },
    rfc: { rfc: 6585, section: '4', title: '429 Too Many Requests' }
  },
  431: {
    name: 'Request Header Fields Too Large',
    means: 'The header fields are larger than the server will read, one of them or all together.',
    here: 'For a header section over 16 KiB. Mostly it is made of cookies, which this server does not use.',
    neighbours: { 413: 'is about the body', 414: 'is about the URL' },
    rfc: { rfc: 6585, section: '5', title: '431 Request Header Fields Too Large' }
  }
} satisfies Partial<Record<Status, StatusLesson>>
