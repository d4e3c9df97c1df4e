import { carriedNames, type LastNumbers, type Lot, type TableSums } from './carried-tables.ts'
import { type CopyReport, MaintenanceError, type MaintenanceProgress } from './maintenance.ts'

/** A chat that is copied from here. */
export interface CopySource {
  /** Nobody changes it until `close`. @throws StoreInUseError, StoreOpenError */
  open(): Promise<ChatToCopy>
  /** @throws MaintenanceError when something in it is not as it must be */
  check(tell: (progress: MaintenanceProgress) => void): Promise<void>
  /** Rows that were not given yet; undefined: there are no more. */
  next(): Promise<Lot | undefined>
  /** Of everything that was given. */
  end(): Promise<CopiedFrom>
  close(): Promise<void>
}

export interface ChatToCopy {
  /** The real path of the file. */
  from: string
  epoch: string
  /** Readers begin anew: it is a backup, or older than what they have seen. */
  isNewLife: boolean
  /** In all tables. */
  rows: number
}

export interface CopiedFrom {
  numbers: LastNumbers
  sums: TableSums
  /** Texts and names with a character that not every database takes, which was replaced. */
  altered: number
  /** Users of the lab's wire, which only database files know. */
  labUsers: number
}

/** Where a chat is copied to: all of it at once, or nothing. */
export interface CopyTarget {
  /** Where it is; without a password. */
  readonly to: string
  /**
   * Nobody else begins anything there until `close`.
   * @param epoch  of the chat that comes
   * @throws MaintenanceError when there is one already, StoreOpenError for a database that cannot be used as it is
   */
  begin(epoch: string): Promise<void>
  write(lot: Lot): Promise<void>
  /** All rows are there: make what they are found by. */
  index(numbers: LastNumbers, tell: (step: string) => void): Promise<void>
  /** What is there now, as it reads. */
  sums(tell: (rows: number) => void): Promise<TableSums>
  /** From here on it is there for good. */
  commit(): Promise<void>
  /** What was not committed is as if it had never been. */
  close(): Promise<void>
}

/**
 * Copy a chat to an empty place, and compare what is there then.
 * @throws MaintenanceError when it was not copied: nothing is there then
 */
export async function copyChat(
  source: CopySource,
  target: CopyTarget,
  tell: (progress: MaintenanceProgress) => void
): Promise<CopyReport> {
  try {
    const { rows, ...chat } = await source.open()
    tell({ step: 'connecting' })
    await target.begin(chat.epoch)
    await source.check(tell)
    await copyRows(source, target, (done) => tell({ step: 'copying', part: part(done, rows) }))
    const { numbers, sums, ...found } = await source.end()
    await target.index(numbers, (step) => tell({ step }))
    refuseDifferent(sums, await target.sums((read) => tell({ step: 'comparing', part: part(read, rows) })))
    tell({ step: 'finishing' })
    await target.commit()
    return {
      did: 'copy',
      ...chat,
      ...found,
      to: target.to,
      rooms: sums.room.rows,
      users: sums.user.rows,
      messages: sums.message.rows,
      rows
    }
  } finally {
    await Promise.all([source.close(), target.close()])
  }
}

const part = (some: number, all: number): number => Math.min(1, some / Math.max(1, all))

/** The next rows are read while those before them are written. */
async function copyRows(source: CopySource, target: CopyTarget, tell: (rows: number) => void): Promise<void> {
  let done = 0
  let coming = source.next()
  for (let lot = await coming; lot; lot = await coming) {
    coming = source.next()
    coming.catch(() => {}) // is heard of when it is waited for
    await target.write(lot)
    done += lot.rows
    tell(done)
  }
}

function refuseDifferent(read: TableSums, written: TableSums): void {
  const table = carriedNames.find((one) => read[one].rows !== written[one].rows || read[one].digest !== written[one].digest)
  if (table === undefined) return
  const [here, there] = [read[table].rows, written[table].rows]
  const what = here === there ? `has other rows of ${table}` : `has ${there} rows of ${table} instead of ${here}`
  throw new MaintenanceError(
    `What was written ${what} when it is read again. Nothing was copied. Is the disk of PostgreSQL in order?`
  )
}
