import { ChatError } from './chat-error.ts'

/** A member of a body that its schema cannot say all of. */
export const invalidMember = (member: string, detail: string, sentence = `${member} ${detail}.`): ChatError =>
  new ChatError('invalid-body', sentence, { errors: [{ pointer: `#/${member}`, detail }] })
