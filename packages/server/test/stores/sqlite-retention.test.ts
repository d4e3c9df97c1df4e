import { join } from 'node:path'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { retentionContract } from './retention-contract.ts'

retentionContract('SQLite', (folder) => openSqliteStore({ file: join(folder, 'chat.db') }))
