import { join } from 'node:path'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import { storeContract } from './store-contract.ts'

storeContract('SQLite', (folder) => openSqliteStore({ file: join(folder, 'chat.db') }))
