import { StoreError } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'

const words: Record<StoreError['code'], string> = {
  'storage-full': 'The disk of the server is full: nothing was written.',
  'storage-busy': 'Another program holds the database of the server: nothing was written. Try again in a moment.',
  'storage-failed':
    'The disk of the server fails: whether this was written is unknown, and nothing more is until it is restarted.'
}

/** What a reader is told when the store could not write; undefined: the error is something else. */
export const storageFailure = (error: unknown): ChatError | undefined =>
  error instanceof StoreError ? new ChatError(error.code, words[error.code], { cause: error }) : undefined
