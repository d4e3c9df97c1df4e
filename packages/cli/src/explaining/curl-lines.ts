import type { TransportRequest } from '@tertulia/client'
import { shellWord } from '../printing/shell-word.ts'
import { fieldName, readableBody } from './readable.ts'

/** The same request as a command line of curl, which takes the token from the environment. */
export function curlLines({ method, url, headers, body }: TransportRequest): string[] {
  const implied = body === undefined ? 'GET' : 'POST'
  const text = method === 'POST' ? onlyText(body) : undefined
  const words = [
    ...(headers.accept === 'text/event-stream' ? ['-N'] : []),
    ...(method === implied ? [] : [`-X ${method}`]),
    ...(headers.authorization === undefined ? [] : ['-H "Authorization: Bearer $CHAT_TOKEN"']),
    ...Object.entries(headers)
      .filter(([name, value]) => isNeeded(name, value, text !== undefined))
      .map(([name, value]) => `-H ${shellWord(`${fieldName(name)}: ${value}`)}`),
    ...(body === undefined ? [] : [text === undefined ? `-d ${shellWord(readableBody(body))}` : textWord(text)])
  ]
  const lines = ['# Same with curl: curl -i']
  for (const word of [...words, shellWord(url)]) {
    const last = lines.at(-1) ?? ''
    if (`${last} ${word} \\`.length > 79) lines.splice(-1, 1, `${last} \\`, `#   ${word}`)
    else lines.splice(-1, 1, `${last} ${word}`)
  }
  return lines
}

/** A form is the shorter way to send a text; what it could misread is encoded. */
const textWord = (text: string): string =>
  /^[\w .,:;!?-]*$/.test(text) && !text.includes('+')
    ? `-d ${shellWord(`text=${text}`)}`
    : `--data-urlencode ${shellWord(`text=${text}`)}`

function onlyText(body: string | undefined): string | undefined {
  const value: Record<string, unknown> = body === undefined ? {} : JSON.parse(body)
  return Object.keys(value).join() === 'text' && typeof value.text === 'string' ? value.text : undefined
}

function isNeeded(name: string, value: string, isForm: boolean): boolean {
  if (name === 'authorization' || name === 'idempotency-key') return false
  if (name === 'content-type') return !isForm
  return name !== 'accept' || value !== 'application/json'
}
