import { nameKey } from '@tertulia/protocol/name-key'
import type { Database } from '../driver.ts'

/**
 * Names were told apart by their lower case; now what is one in upper case is one too (`straße`, `STRASSE`). Each gets its new
 * key. Where that belongs to another already, a name keeps its old key, which is the new one of no name: both stay there, each
 * found in the spelling that it was found in, and nobody else can take a name like theirs. Of two the one whose key is unchanged
 * has it, else the older one.
 */
export function joinCases(db: Database): void {
  for (const table of ['user', 'room']) {
    const id = table === 'user' ? 'id' : 'log'
    const rows = db.prepare(`SELECT ${id} AS id, name, nameKey FROM ${table} ORDER BY ${id}`).all() as unknown as Named[]
    const find = db.prepare(`SELECT 1 FROM ${table} WHERE nameKey = ?`)
    const change = db.prepare(`UPDATE ${table} SET nameKey = ? WHERE ${id} = ?`)
    for (const row of rows) {
      const key = nameKey(row.name)
      if (key !== row.nameKey && find.get(key) === undefined) change.run(key, row.id)
    }
  }
  db.exec(memberKeys)
}

interface Named {
  id: number
  name: string
  nameKey: string
}

const memberKeys = `
UPDATE member SET userKey = (SELECT nameKey FROM user WHERE id = member.user)
  WHERE userKey <> (SELECT nameKey FROM user WHERE id = member.user);
UPDATE member SET roomKey = (SELECT nameKey FROM room WHERE log = member.log)
  WHERE roomKey <> (SELECT nameKey FROM room WHERE log = member.log);
`
