import { join } from 'node:path'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { rolesContract } from './roles-contract.ts'

rolesContract('SQLite', (folder) => openSqliteStore({ file: join(folder, 'chat.db') }))
