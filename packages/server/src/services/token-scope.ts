import type { TokenRoom } from '../stores/records.ts'
import { ChatError } from './chat-error.ts'
import type { Credentials } from './users.ts'

const shownMax = 3

/** Something else than the rooms that a token is bound to. @param what  as in “not for …” */
export function outsideToken(rooms: readonly TokenRoom[], what: string): ChatError {
  const names = rooms.slice(0, shownMax).map(({ name }) => name)
  const more = rooms.length > shownMax ? ` and ${rooms.length - shownMax} more` : ''
  return new ChatError('token-scope', `This token is for ${names.join(', ')}${more} alone, not for ${what}.`)
}

export const onlyReads = (): ChatError => new ChatError('token-scope', 'This token may read, not write. Use another one.')

/** They ask with a token that was made for a program. */
export const isOfProgram = ({ token }: Credentials): boolean => token !== null && token.kind !== 'session'

export const needsSession = (): ChatError =>
  new ChatError('token-scope', 'A token that was made for a program may not do that. Sign in, and use the token of that session.')
