import type { Outgoing } from './messages.ts'

/** Where texts wait that have not been confirmed, so that they survive the tab and the browser. */
export interface OutboxStore {
  all(): Promise<Outgoing[]>
  put(outgoing: Outgoing): Promise<void>
  delete(key: string): Promise<void>
  clear(): Promise<void>
}

const box = 'outgoing'

/**
 * In IndexedDB: what was put there is kept even if the browser is killed at once. What it does not take (there is none in some private
 * windows, the disk is full, the browser took it away) is kept in memory.
 * @param name  of the database: one for each user of each server
 */
export function openOutboxStore(name: string): OutboxStore {
  const opened = open(name).catch(() => undefined)
  const memory = new Map<string, Outgoing>()
  /** @returns undefined: it could not be done */
  const ask = async <T>(mode: IDBTransactionMode, request: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | undefined> => {
    try {
      const database = await opened
      return database && (await answer(request(database.transaction(box, mode).objectStore(box))))
    } catch {
      return undefined
    }
  }
  return {
    all: async () => {
      const found: Outgoing[] = (await ask('readonly', (store) => store.getAll())) ?? []
      return [...found, ...memory.values()].sort((a, b) => a.atMs - b.atMs)
    },
    put: async (outgoing) => {
      const key = await ask('readwrite', (store) => store.put(outgoing))
      if (key === undefined) memory.set(outgoing.key, outgoing)
    },
    delete: async (key) => {
      memory.delete(key)
      await ask('readwrite', (store) => store.delete(key))
    },
    clear: async () => {
      memory.clear()
      await ask('readwrite', (store) => store.clear())
    }
  }
}

async function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => request.result.createObjectStore(box, { keyPath: 'key' })
  return answer(request)
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
