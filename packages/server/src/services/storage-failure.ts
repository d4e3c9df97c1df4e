import { StoreError, StoreReadError } from '../stores/store.ts'
import { ChatError } from './chat-error.ts'

const words: Record<StoreError['code'], string> = {
  'storage-full': 'The server’s disk is full. Nothing was written.',
  'storage-busy': 'The server’s database is busy, or cannot be reached. Nothing was written. Try again in a moment.',
  'outcome-unknown':
    'The server’s database did not answer in time. It is not known whether this was written. Send it again with the same Idempotency-Key: it takes effect once.',
  'storage-failed':
    'The server’s disk failed. It is not known whether this was written. The server writes nothing more until it is restarted.'
}

const unreadable = 'The server cannot read its database: the disk failed or the file is damaged. Nothing was written.'

/** What a reader is told when the store could not do its work; undefined: the error is something else. */
export function storageFailure(error: unknown): ChatError | undefined {
  if (!(error instanceof StoreError)) return undefined
  return new ChatError(error.code, error instanceof StoreReadError ? unreadable : words[error.code], { cause: error })
}
