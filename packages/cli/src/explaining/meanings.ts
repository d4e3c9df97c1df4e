/** What the parts of an exchange mean, each in a sentence. Names of fields are in lower case. */
export const methods: Readonly<Record<string, string>> = {
  GET: 'GET asks for what is at this address, and changes nothing.',
  POST: 'POST asks the server to add something new under this address.',
  PUT: 'PUT asks the server to keep what is sent under this address; repeating it changes nothing more.',
  PATCH: 'PATCH asks the server to change the parts that are sent, and to leave the others.',
  DELETE: 'DELETE asks the server to remove what is under this address.'
}

export const requestFields: Readonly<Record<string, string>> = {
  accept: 'the form of answer I want',
  authorization: 'who I am (hidden here)',
  'content-type': 'the form of what I send',
  'idempotency-key': 'repeating this makes no second message',
  'if-match': 'only if it still has this version'
}

/** By the first digit. */
export const statusClasses: Readonly<Record<number, string>> = {
  2: '2xx means it worked. (1xx wait, 3xx look elsewhere, 4xx your request is at fault, 5xx the server is.)',
  3: '3xx means: look elsewhere.',
  4: '4xx means that the request is at fault. (1xx wait, 2xx it worked, 3xx look elsewhere, 5xx the server is at fault.)',
  5: '5xx means that the server is at fault, not the request.'
}

export const statuses: Readonly<Record<number, string>> = {
  200: '200: here is what you asked for.',
  201: '201: something new exists.',
  204: '204: done, and there is nothing to say about it.',
  400: '400: the request is not well formed.',
  401: '401: the server does not know who is asking.',
  403: '403: the server knows who is asking, and they are not allowed to.',
  404: '404: nothing is at this address, or nothing that you may see.',
  409: '409: it conflicts with what is there already.',
  410: '410: something was here, and is gone for good.',
  412: '412: it is no longer the version that If-Match names; somebody was faster.',
  422: '422: well formed, but against the rules; the answer says which part.',
  429: '429: too many requests; Retry-After says when to try again.',
  503: '503: not now; the same request may work a little later.'
}

/** That of a list, which nobody can edit. */
export const listTag = 'its version, for If-None-Match'

export const answerFields: Readonly<Record<string, string>> = {
  'content-type': 'the form of the answer',
  location: 'its address: GET, PUT or DELETE it',
  etag: 'its version, for If-Match',
  link: 'the neighbouring pages',
  'idempotency-replayed': 'this was sent before; nothing new was made',
  'retry-after': 'how many seconds to wait',
  'www-authenticate': 'how to say who you are',
  allow: 'the methods that work here'
}
