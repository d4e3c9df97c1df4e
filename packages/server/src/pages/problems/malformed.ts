import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What cannot be read as what it should be. */
export const malformed = {
  'bad-request': {
    happened:
      'What arrived is not a well-formed HTTP/1.1 request: for example, the request line is broken, `Host` is missing or given twice, or two lengths contradict each other.',
    why: '400 is for a request that cannot be read at all. The server does not guess: when a proxy and a server read the same bytes differently, an attacker can exploit it. It closes the connection, because it cannot tell where the next request begins.',
    remedy:
      'HTTP libraries get this right. If you write requests by hand, end each line with CR LF, send exactly one `Host`, and send either `Content-Length` or `Transfer-Encoding: chunked`.',
    rfc: { rfc: 9112, section: '3.2', title: 'Request Target' }
  },
  'https-only': {
    happened: 'You spoke plain HTTP to a port on which the server speaks HTTPS.',
    why: '400, because plain text is not the beginning of a TLS connection. The server does not redirect: a token that was sent in the clear would go unnoticed. Take a token that you sent like this for known to others on the way, and make a new one.',
    remedy: 'Begin the address with `https://`.',
    rfc: { rfc: 9110, section: '4.2.2', title: 'https URI Scheme' }
  },
  'invalid-json': {
    happened: 'The body is labelled as JSON but cannot be parsed. The detail says where the parser stopped.',
    why: '400 means that the syntax is broken, so there is nothing to check yet. Valid JSON with a wrong member in it is 422, and a body of a type that this server does not read is 415.',
    remedy:
      'Let a library write the JSON instead of joining strings. In a shell, put the body in single quotes so that its double quotes survive.',
    example: {
      request: ['POST /v1/rooms', 'Authorization: Bearer TOKEN', 'Content-Type: application/json', '', "{'name': 'ops'}"],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"invalid-json","status":400, …}']
    },
    rfc: { rfc: 8259, section: '2', title: 'JSON Grammar' }
  },
  'invalid-encoding': {
    happened: 'The body contains bytes that are not valid UTF-8.',
    why: '400, because the syntax is broken: these bytes are not characters. Replacing them with “�” would store something that nobody wrote. A body whose `Content-Type` names another charset gets 415 instead.',
    remedy:
      'Encode the text as UTF-8. In Python that is `text.encode()`; without it, `http.client` sends a string as ISO-8859-1. In a form, write `%` as `%25`.',
    example: {
      request: [
        'POST /v1/rooms/general/messages',
        'Authorization: Bearer TOKEN',
        'Content-Type: application/x-www-form-urlencoded',
        '',
        'text=ma%F1ana'
      ],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"invalid-encoding","status":400, …}']
    },
    rfc: { rfc: 3629, section: '3', title: 'UTF-8 definition' }
  },
  'invalid-path': {
    happened:
      'The path of the URL cannot be decoded: a `%` is not followed by two hexadecimal digits, or the decoded bytes are not UTF-8.',
    why: '400 rather than 404: the server could not read the path, so it looked for nothing. A readable path that leads nowhere is 404.',
    remedy:
      'Encode each part of a path, for example with `encodeURIComponent(name)` in JavaScript or `urllib.parse.quote(name, safe="")` in Python. A percent sign itself is `%25`.',
    example: {
      request: ['GET /v1/rooms/100%', 'Authorization: Bearer TOKEN'],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"invalid-path","status":400, …}']
    },
    rfc: { rfc: 3986, section: '2.1', title: 'Percent-Encoding' }
  },
  'invalid-query': {
    happened:
      'The part of the URL after `?` is not valid for this path: a parameter is unknown, given twice, or out of range. `errors` lists each fault.',
    why: '400: the query is part of the address, so the request itself is malformed. The same fault in a body is 422. Unknown parameters are refused rather than ignored, so that you notice a typing error.',
    remedy: 'Correct the parameters that `errors` points to.',
    example: {
      request: ['GET /v1/rooms/general/messages?limit=many', 'Authorization: Bearer TOKEN'],
      answer: [
        'HTTP/1.1 400 Bad Request',
        '',
        '{"code":"invalid-query","errors":[{"pointer":"#/limit","detail":"must be a whole number from 1 to 200"}], …}'
      ]
    },
    rfc: { rfc: 3986, section: '3.4', title: 'Query' }
  },
  'invalid-header': {
    happened:
      'A header field has a value that its definition does not allow, such as an `If-Match` without quotes or an `Idempotency-Key` with a space.',
    why: '400, as for anything that cannot be parsed. Ignoring the field would be worse: a change that you meant to be conditional would always be made.',
    remedy:
      'Send an entity tag back exactly as it came in `ETag`, quotes included. A key is 1 to 255 visible ASCII characters; a UUID works well.',
    example: {
      request: ['DELETE /v1/rooms/general/messages/3', 'Authorization: Bearer TOKEN', 'If-Match: abcd1234.3'],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"invalid-header","status":400, …}']
    },
    rfc: { rfc: 9110, section: '5.5', title: 'Field Values' }
  },
  'cursor-invalid': {
    happened: 'The value of `after` or `Last-Event-ID` is not a cursor.',
    why: '400: it cannot be read. A readable cursor whose events are gone is 410 `cursor-expired`. Programs should tell the two apart: the first is a bug in the program, the second can happen to anybody.',
    remedy: 'Use `0` for the beginning, `now` for whatever comes next, or a cursor that this server gave you, unchanged.',
    example: {
      request: ['GET /v1/rooms/general/events?after=yesterday', 'Authorization: Bearer TOKEN', 'Accept: text/event-stream'],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"cursor-invalid","status":400, …}']
    }
  },
  'content-too-large': {
    happened: 'The body is larger than 64 KiB, which no message of this chat needs.',
    why: '413 is about size alone, whatever the body says. A text with too many characters in a body of allowed size is 422, with a pointer to it. A long URL is 414, a long header section 431. The connection is closed so that nobody has to read the rest.',
    remedy:
      'A text may have up to 4,000 characters. Send a longer one in parts: `chat send --split` does, `--tail` keeps the end of a log.'
  },
  'uri-too-long': {
    happened: 'The URL has more than 8 KiB, or one part of its path is too long for any name.',
    why: '414 is about the address; a large body is 413, and large header fields are 431. The usual cause is a query that holds what belongs in a body.',
    remedy: 'Send data in the body of a POST. If a redirect makes the URL grow at every step, look for a loop.'
  },
  'headers-too-large': {
    happened: 'The header section of the request has more than 16 KiB.',
    why: '431 is about all header fields together; a long URL is 414, and a large body 413. The usual cause is a browser that sends the cookies of other programs on the same host, because cookies ignore port numbers.',
    remedy: 'Send fewer or shorter fields. In a browser, delete the cookies for this host: this server uses none.'
  },
  'unsupported-media-type': {
    happened: 'The server does not read bodies of this type, compressed bodies, or charsets other than UTF-8.',
    why: '415 is decided by the header fields that describe the body, before the body is read. JSON that cannot be parsed is 400, and JSON that breaks a rule is 422. Its mirror image is 406, which is about what you want to receive.',
    remedy:
      'Send `Content-Type: application/json`; messages may also be `text/plain` or a form. The `Accept` field of the answer lists what the server reads.',
    example: {
      request: [
        'POST /v1/rooms/general/messages',
        'Authorization: Bearer TOKEN',
        'Content-Type: application/xml',
        '',
        '<text>hi</text>'
      ],
      answer: [
        'HTTP/1.1 415 Unsupported Media Type',
        'Accept: application/json, text/plain, application/x-www-form-urlencoded',
        '',
        '{"code":"unsupported-media-type","status":415, …}'
      ]
    }
  },
  'invalid-body': {
    happened:
      'The server could read the body but cannot accept what it says: a member is missing, unknown, or breaks a rule for names or texts. `errors` points to each fault.',
    why: '422 means that the type is fine (otherwise 415) and the syntax too (otherwise 400), but the request cannot be carried out. Unknown members are refused so that a misspelled one is not silently lost.',
    remedy: 'Correct what `errors` points to. Each `pointer` is a JSON Pointer into your body.',
    example: {
      request: [
        'POST /v1/rooms/general/messages',
        'Authorization: Bearer TOKEN',
        'Content-Type: application/json',
        '',
        '{"text":""}'
      ],
      answer: [
        'HTTP/1.1 422 Unprocessable Content',
        '',
        '{"code":"invalid-body","errors":[{"pointer":"#/text","detail":"must not be empty"}], …}'
      ]
    }
  }
} satisfies Partial<Record<ProblemCode, ProblemLesson>>
