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
 * In IndexedDB: what was put there is kept even if the browser is killed at once. Where there is none (some private windows), in memory.
 * @param name  of the database: one for each user of each server
 */
export function openOutbox(name: string): OutboxStore {
  const opened = open(name).catch(() => undefined)
  const memory = new Map<string, Outgoing>()
  const change = async (request: (store: IDBObjectStore) => IDBRequest, spare: () => void): Promise<void> => {
    const database = await opened
    if (database) await answer(request(database.transaction(box, 'readwrite').objectStore(box)))
    else spare()
  }
  return {
    all: async () => {
      const database = await opened
      const found: Outgoing[] = database
        ? await answer(database.transaction(box).objectStore(box).getAll())
        : [...memory.values()]
      return found.sort((a, b) => a.atMs - b.atMs)
    },
    put: (outgoing) =>
      change(
        (store) => store.put(outgoing),
        () => memory.set(outgoing.key, outgoing)
      ),
    delete: (key) =>
      change(
        (store) => store.delete(key),
        () => memory.delete(key)
      ),
    clear: () =>
      change(
        (store) => store.clear(),
        () => memory.clear()
      )
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
