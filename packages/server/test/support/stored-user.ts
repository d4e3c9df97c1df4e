import { nameKey } from '@tertulia/protocol'
import type { StoredUser } from '../../src/stores/records.ts'

/** A person as a store gives one. */
export const storedUser = (id: number, name: string): StoredUser => ({
  id,
  name,
  key: nameKey(name),
  kind: 'person',
  createdAt: '',
  admin: false,
  disabled: false
})
