import type { Status, StatusLesson } from './lesson.ts'

/** 4xx: the request is at fault. */
export const clientErrors = {
  400: {
    name: 'Bad Request',
    means: 'The request cannot be read: its syntax is broken. The server looked up nothing and decided nothing.',
    here: 'For JSON that cannot be parsed, bytes that are not UTF-8, an invalid query parameter, a malformed cursor, or malformed HTTP.',
    neighbours: {
      404: 'could read the address, but found nothing there',
      415: 'does not read that type of body at all',
      422: 'could read the body, but cannot do what it says'
    },
    rfc: { rfc: 9110, section: '15.5.1', title: '400 Bad Request' }
  },
  401: {
    name: 'Unauthorized',
    means: 'Who are you? Despite its name, it is about authentication. `WWW-Authenticate` says how to authenticate.',
    here: 'For everything under `/v1` except registration, when the token is missing or not valid.',
    neighbours: {
      403: 'knows who you are, and says no; a new token would not help',
      404: 'comes first: anybody may learn that a path does not exist'
    },
    rfc: { rfc: 9110, section: '15.5.2', title: '401 Unauthorized' }
  },
  403: {
    name: 'Forbidden',
    means: 'The server understood the request, knows who sent it, and says no. Repeating it changes nothing.',
    here: 'When you are not the author of a message, lack the role in the room, or are banned from it; when the room is archived; and when a foreign web page tries to write.',
    neighbours: {
      401: 'asks who you are; 403 knows',
      404: 'is sent instead when outsiders must not even learn that something exists, such as a private room',
      405: 'is about what a path can do for anybody'
    },
    rfc: { rfc: 9110, section: '15.5.4', title: '403 Forbidden' }
  },
  404: {
    name: 'Not Found',
    means: 'There is nothing at this address, or nothing that you may know of. It does not say whether that will change.',
    here: 'For unknown paths, users, rooms, members and messages. A private room answers every outsider with it, in exactly the words used for a room that does not exist.',
    neighbours: {
      403: 'admits that it exists',
      405: 'admits that the path exists, for other methods',
      410: 'says that it existed and will not come back'
    },
    rfc: { rfc: 9110, section: '15.5.5', title: '404 Not Found' }
  },
  405: {
    name: 'Method Not Allowed',
    means:
      'The path exists, but does not support this method. `Allow` lists the methods that it supports; the standard requires that field.',
    here: 'On every known path, for every method that it does not support.',
    neighbours: {
      403: 'is about you; 405 is about the path, whoever asks',
      404: 'is for a path that supports no method at all',
      501: 'is for a method that no path of the server supports'
    },
    rfc: { rfc: 9110, section: '15.5.6', title: '405 Method Not Allowed' }
  },
  406: {
    name: 'Not Acceptable',
    means: 'It exists, but in no form that your `Accept` allows.',
    here: 'Where there is a choice of forms: the live events, and pages such as this one, which comes as HTML, plain text and JSON.',
    neighbours: {
      400: 'is for a request that cannot be read; this one can be',
      415: 'is the same in the other direction: about the type that you send'
    },
    rfc: { rfc: 9110, section: '15.5.7', title: '406 Not Acceptable' }
  },
  408: {
    name: 'Request Timeout',
    means: 'The request did not arrive in time. The server stops waiting and closes the connection.',
    here: 'After 15 seconds without a complete head, or 30 seconds without the whole request.',
    neighbours: {
      429: 'is for too many requests, not for a slow one',
      503: 'means that the server cannot answer now'
    },
    rfc: { rfc: 9110, section: '15.5.9', title: '408 Request Timeout' }
  },
  409: {
    name: 'Conflict',
    means: 'The request is fine in itself, but conflicts with what is already there.',
    here: 'For the name of a user or a room that is taken, and for the last owner of a room, who cannot leave it.',
    neighbours: {
      412: 'is a conflict that you asked to be warned about, with `If-Match`',
      422: 'could not be carried out whatever is there'
    },
    rfc: { rfc: 9110, section: '15.5.10', title: '409 Conflict' }
  },
  410: {
    name: 'Gone',
    means: 'It was here, and it is gone for good. You can forget the address.',
    here: 'For a deleted message, and for a cursor whose events are gone.',
    neighbours: {
      204: 'is the answer to the DELETE itself; everybody afterwards gets 410',
      404: 'makes no claim about the past'
    },
    rfc: { rfc: 9110, section: '15.5.11', title: '410 Gone' }
  },
  412: {
    name: 'Precondition Failed',
    means: 'You said “only if it is still like this”, and it is not. Nothing was changed.',
    here: 'For a change with an `If-Match` that names an old version of a message or a room. The answer carries the present one as `current`.',
    neighbours: {
      304: 'is its counterpart for reading, where an unmet condition is good news',
      409: 'is a conflict without a condition'
    },
    rfc: { rfc: 9110, section: '15.5.13', title: '412 Precondition Failed' }
  },
  413: {
    name: 'Content Too Large',
    means: 'The body is larger than the server will read. Older programs write “Payload Too Large”.',
    here: 'For bodies over 64 KiB; the connection is then closed. A client that announces the length with `Expect: 100-continue` is told before it sends the body.',
    neighbours: {
      414: 'is about the URL',
      422: 'is about the length of a text in a body of allowed size',
      431: 'is about the header fields'
    },
    rfc: { rfc: 9110, section: '15.5.14', title: '413 Content Too Large' }
  },
  414: {
    name: 'URI Too Long',
    means: 'The address is longer than the server will read.',
    here: 'For URLs over 8 KiB.',
    neighbours: {
      404: 'is for an address, of any length, that leads nowhere',
      413: 'is about the body',
      431: 'is about the header fields'
    },
    rfc: { rfc: 9110, section: '15.5.15', title: '414 URI Too Long' }
  },
  415: {
    name: 'Unsupported Media Type',
    means: 'The server does not read bodies of this type, compression or charset.',
    here: 'For everything but JSON in UTF-8; messages may also be plain text or a form. The `Accept` field of the answer lists what the server reads.',
    neighbours: {
      400: 'means that the type is fine but this body is broken',
      406: 'is about the type that you want to receive',
      422: 'means that the body could be read'
    },
    rfc: { rfc: 9110, section: '15.5.16', title: '415 Unsupported Media Type' }
  },
  417: {
    name: 'Expectation Failed',
    means: 'The `Expect` field asks for something that the server cannot promise.',
    here: 'For any expectation other than `100-continue`.',
    neighbours: { 100: 'is the answer to the one expectation that exists', 400: 'is for fields that cannot be read' },
    rfc: { rfc: 9110, section: '15.5.18', title: '417 Expectation Failed' }
  },
  421: {
    name: 'Misdirected Request',
    means: 'The request came to the wrong server: it is meant for a host that this server does not answer for.',
    here: 'When `Host` is neither an IP address, nor a name of this machine, nor a host given by `--public-url` or `--origin`. It keeps a stranger’s web page from reaching a server on a private network under a name of its own.',
    neighbours: { 403: 'refuses the sender; 421 refuses the address', 404: 'is for the right host and the wrong path' },
    rfc: { rfc: 9110, section: '15.5.20', title: '421 Misdirected Request' }
  },
  422: {
    name: 'Unprocessable Content',
    means: 'The server read and understood the body, but cannot do what it says. Older programs write “Unprocessable Entity”.',
    here: 'For a member that is missing, unknown, or breaks a rule for names and texts; `errors` points to it. Also for an `Idempotency-Key` that comes back with a different text.',
    neighbours: {
      400: 'could not even be read',
      409: 'could be carried out if something else were not in the way',
      413: 'was too large to be read'
    },
    rfc: { rfc: 9110, section: '15.5.21', title: '422 Unprocessable Content' }
  },
  429: {
    name: 'Too Many Requests',
    means: 'You have used your share for now. `Retry-After` says when to continue.',
    here: 'When one user or one address makes more requests than the limits allow, or leaves too many large answers unread.',
    neighbours: {
      403: 'will not change by waiting',
      503: 'means that the server cannot answer anybody'
    },
    rfc: { rfc: 6585, section: '4', title: '429 Too Many Requests' }
  },
  431: {
    name: 'Request Header Fields Too Large',
    means: 'The header fields are larger than the server will read, one of them or all together.',
    here: 'For a header section over 16 KiB. The usual cause is cookies, which this server does not use.',
    neighbours: { 413: 'is about the body', 414: 'is about the URL' },
    rfc: { rfc: 6585, section: '5', title: '431 Request Header Fields Too Large' }
  }
} satisfies Partial<Record<Status, StatusLesson>>
