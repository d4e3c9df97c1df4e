import type { ProblemCode } from '@tertulia/protocol'
import type { ProblemLesson } from './lesson.ts'

/** What cannot be read as what it should be. */
export const malformed = {
  'bad-request': {
    happened:
      'What arrived is not a well-formed HTTP/1.1 request: a broken request line, a `Host` that is missing or there twice, or two lengths that contradict each other.',
    why: '400 is for a request that cannot be read at all. Nothing is guessed, because two programs that read the same bytes differently (a proxy and this server) can be played off against each other. The connection is closed: where the next request begins is not known.',
    remedy:
      'Programs for HTTP do not send such a thing. If you write requests by hand, end each line with CR LF, send exactly one `Host`, and either `Content-Length` or `Transfer-Encoding: chunked`.',
    rfc: { rfc: 9112, section: '3.2', title: 'Request Target' }
  },
  'invalid-json': {
    happened: 'The body says that it is JSON, but it cannot be parsed. The detail tells where the parser stopped.',
    why: '400 means that the syntax is broken: there is no value to look at yet. Had the body been JSON with a wrong member in it, the answer would be 422; had it been of a type that is not read here, 415.',
    remedy:
      'Have a library write the JSON instead of gluing strings together. In a shell, put single quotes around the body, so that the double quotes arrive.',
    example: {
      request: ['POST /v1/rooms', 'Authorization: Bearer TOKEN', 'Content-Type: application/json', '', "{'name': 'ops'}"],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"invalid-json","status":400, …}']
    },
    rfc: { rfc: 8259, section: '2', title: 'JSON Grammar' }
  },
  'invalid-encoding': {
    happened: 'The body, or a form in it, holds bytes that are no UTF-8.',
    why: '400, because it is a fault of syntax: the bytes stand for no characters. To replace them silently by “�” would store something that nobody wrote. A body that names another charset in its `Content-Type` is refused with 415 instead.',
    remedy:
      'Encode the text as UTF-8. In Python that is `text.encode()`; note that `http.client` encodes a string body as ISO-8859-1 unless you do. In a form, write `%` as `%25`.',
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
      'The path of the URL cannot be decoded: a `%` is not followed by two hexadecimal digits, or the bytes that it stands for are no UTF-8.',
    why: '400 and not 404: nothing was looked for, because it is not known what. A path that can be read and leads nowhere is 404.',
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
      'What follows the `?` of the URL is not what this path understands: an unknown parameter, one that is there twice, or a number out of its range. `errors` lists each.',
    why: '400: the query belongs to the address, so the request itself is malformed. The same fault in a member of the body is 422. An unknown parameter is refused instead of ignored, so that a typing error does not look like an answer.',
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
      'A header field of the request has a value that its definition does not allow, such as an `If-Match` without quotes or an `Idempotency-Key` with a space.',
    why: '400, as for anything that cannot be parsed. To ignore the field would be worse: a change that was meant to be conditional would be made unconditionally, and 412 could never come.',
    remedy:
      'An entity tag goes back exactly as it came in `ETag`, quotes included. A key is 1 to 255 visible ASCII characters; a UUID is fine.',
    example: {
      request: ['DELETE /v1/rooms/general/messages/3', 'Authorization: Bearer TOKEN', 'If-Match: abcd1234.3'],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"invalid-header","status":400, …}']
    },
    rfc: { rfc: 9110, section: '5.5', title: 'Field Values' }
  },
  'cursor-invalid': {
    happened: 'The place from which to read on, in `after` or `Last-Event-ID`, does not have the form of a cursor.',
    why: '400: it cannot be read. A cursor that can be read, but whose events are not here any more, is 410 `cursor-expired`. The difference matters to programs: the first is a bug in them, the second happens.',
    remedy: 'Write `0` for the beginning, `now` for what comes from now on, or a cursor that this server gave, unchanged.',
    example: {
      request: ['GET /v1/rooms/general/events?after=yesterday', 'Authorization: Bearer TOKEN', 'Accept: text/event-stream'],
      answer: ['HTTP/1.1 400 Bad Request', '', '{"code":"cursor-invalid","status":400, …}']
    }
  },
  'content-too-large': {
    happened: 'The body is larger than 64 KiB, which no message of this chat needs.',
    why: '413 speaks of the size alone, whatever is in the body. A text that is too long in characters, in a body of a lawful size, is 422 with a pointer to it. A long URL is 414, a long header section 431. The connection is closed, so that the rest need not be read.',
    remedy:
      'A text has at most 4,000 characters. Send a longer one in parts; `chat send --split` does, `--tail` keeps the end of a log.'
  },
  'uri-too-long': {
    happened: 'The URL has more than 8 KiB, or one part of its path is too long for any name.',
    why: '414 is about the address; a large body is 413 and large header fields are 431. Usually something that belongs in a body was put into the query.',
    remedy: 'Send data in the body of a POST. If a redirect made the URL grow with each step, look for the loop.'
  },
  'headers-too-large': {
    happened: 'The header section of the request has more than 16 KiB.',
    why: '431 is about all header fields together; the URL alone would be 414 and the body 413. The usual reason is a browser that sends many cookies of other programs on the same host, since cookies do not distinguish ports.',
    remedy: 'Send fewer or shorter fields. In a browser, delete the cookies of this host: this server uses none.'
  },
  'unsupported-media-type': {
    happened: 'The body is of a type that is not read here, is compressed, or has a charset other than UTF-8.',
    why: '415 looks at what the header says of the body, before the body itself. JSON that cannot be parsed is 400, JSON that says something wrong is 422. It is the mirror image of 406, which is about what you want to receive.',
    remedy:
      'Send `Content-Type: application/json`; messages may also be `text/plain` or a form. The field `Accept` of the answer lists what is read.',
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
      'The body could be read, but what it says is not possible here: a member is missing, unknown, or has a value that the rules of a name or a text do not allow. `errors` points to each.',
    why: '422 means: I understand the type (or it would be 415) and the syntax (or it would be 400), but cannot do what it asks. Unknown members are refused, so that a misspelled one is not silently lost.',
    remedy: 'Correct what `errors` points to; the pointers are JSON Pointers into your body.',
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
