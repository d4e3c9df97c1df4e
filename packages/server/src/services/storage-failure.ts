import { StoreError, StoreReadError } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'

const words: Record<StoreError['code'], string> = {
  'storage-full': 'The disk of the server is full: nothing was written.',
  'storage-busy': 'Another program holds the database of the server: nothing was written. Try again in a moment.',
  'storage-failed':
    'The disk of the server fails: whether this was written is unknown, and nothing more is until it is restarted.'
}

const unreadable = 'The database of the server cannot be read: its disk fails or the file is damaged. Nothing was written.'

/** What a reader is told when the store could not do its work; undefined: the error is something else. */
export function storageFailure(error: unknown): ChatError | undefined {
  if (!(error instanceof StoreError)) return undefined
  return new ChatError(error.code, error instanceof StoreReadError ? unreadable : words[error.code], { cause: error })
}
