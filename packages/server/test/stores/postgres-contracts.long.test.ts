import { describe } from 'vitest'
import { noPostgres } from '../support/postgres-engine.ts'
import { length } from '../support/test-length.ts'
import { accountsContract } from './accounts-contract.ts'
import { invitesContract } from './invites-contract.ts'
import { ownLogsContract } from './own-logs-contract.ts'
import { retentionContract } from './retention-contract.ts'
import { rolesContract } from './roles-contract.ts'
import { storeContract } from './store-contract.ts'
import { postgresStores } from './support/postgres-stores.ts'

describe.skipIf(noPostgres)(noPostgres ?? 'on PostgreSQL', () => {
  const open = postgresStores()
  const all = [storeContract, accountsContract, invitesContract, ownLogsContract, rolesContract, retentionContract]
  for (const contract of length({ short: [storeContract], long: all })) contract('PostgreSQL', open)
})
