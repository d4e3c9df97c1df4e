import { expect, test } from 'vitest'
import { callFailure } from '../../src/stores/postgres/error-code.ts'

/** An error as PostgreSQL answers with. */
const answered = (code: string) => Object.assign(new Error('so it says'), { code, severity: 'ERROR' })

test.each([
  ['a connection that was lost', new Error('Connection terminated unexpectedly'), 'outcome-unknown'],
  ['PostgreSQL that is stopped', answered('57P01'), 'outcome-unknown'],
  ['PostgreSQL that was lost behind a pooler', answered('08006'), 'outcome-unknown'],
  ['a statement that took too long', answered('57014'), 'storage-busy'],
  ['a lock that was not had in time', answered('55P03'), 'storage-busy'],
  ['a full disk', answered('53100'), 'storage-full']
])('%s: whether something was written is said to be unknown only where it is', (_, error, code) => {
  expect(callFailure(error)?.code).toBe(code)
})
