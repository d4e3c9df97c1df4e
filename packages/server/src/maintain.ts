import { realpathSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Told, toldOf } from './maintenance-lines.ts'
import type { MaintenanceOrder } from './maintenance-words.ts'
import { CannotOperate, OrderFailed } from './operate.ts'
import { askServer } from './operator/ask-server.ts'
import { NoWayToSocket } from './operator/socket-place.ts'
import { ProgressLine } from './progress-line.ts'
import { MaintenanceError, type MaintenanceProgress, type MaintenanceReport, type MaintenanceTask } from './stores/maintenance.ts'
import { StoreInUseError, StoreOpenError } from './stores/store.ts'

/** Whoever holds a database without being heard so long is a server all the same: one inside another program. */
const untilHeardMs = 10_000
/** Another command has it for a moment. */
const momentMs = 1_000
const againMs = 100
/** What was begun is heard of meanwhile. */
const untilToldMs = 10

export interface Maintained extends Told {
  /** A check has found nothing wrong. */
  ok: boolean
}

type Begin = (
  task: MaintenanceTask,
  tell: (progress: MaintenanceProgress) => void
) => Promise<{ done: Promise<MaintenanceReport>; abandon(): void }>

const words = { backup: 'Backing up', restore: 'Restoring', check: 'Checking', copy: 'Copying' }

/**
 * Copy a database, put a copy back, look it through or move it elsewhere, and show how far it has come.
 * @param begin  begins it
 * @param line   writes a command line of `chat-server` that means this database
 * @throws CannotOperate, OrderFailed
 */
export async function maintain(order: MaintenanceOrder, begin: Begin, line: (...words: string[]) => string): Promise<Maintained> {
  const progress = new ProgressLine(words[order.do])
  let abandon = () => {}
  const stop = (signal: NodeJS.Signals) =>
    setTimeout(() => {
      abandon()
      progress.end()
      process.removeAllListeners(signal)
      process.kill(process.pid, signal) // it ends by it, which tells a shell to stop too
    }, untilToldMs)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  const carryOut = async (task: MaintenanceTask) => {
    const begun = await begin(task, ({ step, part }) => progress.show(step, part))
    abandon = () => begun.abandon()
    return begun.done
  }
  try {
    const report = await reportOf(order, carryOut, () => progress.show('waiting for the server'))
    progress.end()
    const ok = report.did !== 'check' || report.ok
    return { ok, ...(order.json ? { out: `${JSON.stringify(report)}\n`, talk: '' } : toldOf(report, line)) }
  } catch (error) {
    progress.end()
    throw toFailure(error)
  }
}

/** Where a server has the database, it is known that what lies there belongs together once it is heard. */
async function reportOf(
  order: MaintenanceOrder,
  carryOut: (task: MaintenanceTask) => Promise<MaintenanceReport>,
  tellToWait: () => void
): Promise<MaintenanceReport> {
  const isAlone = order.do === 'restore' || order.do === 'copy' // no server may have it
  const deadline = performance.now() + (isAlone ? momentMs : untilHeardMs)
  for (let isServed = false; ; ) {
    try {
      return await carryOut(taskOf(order, isServed))
    } catch (error) {
      if (!(error instanceof StoreInUseError) || isServed) throw error
      const isLate = performance.now() > deadline
      if (isAlone && isLate) throw order.do === 'copy' ? new CannotOperate(error.message, { cause: error }) : error
      isServed = !isAlone && (isLate || (await isHeard(realpathSync(order.db))))
    }
    if (isServed) continue
    tellToWait()
    await pause(againMs)
  }
}

const isHeard = (db: string): Promise<boolean> =>
  askServer(db, { do: 'list', after: null }).then(
    (answer) => answer !== undefined,
    (error) => !(error instanceof NoWayToSocket)
  )

function taskOf(order: MaintenanceOrder, isServed: boolean): MaintenanceTask {
  switch (order.do) {
    case 'backup':
      return { do: 'backup', db: order.db, to: order.to, isServed }
    case 'restore':
      return { do: 'restore', db: order.db, backup: order.backup, replace: order.replace }
    case 'check':
      return { do: 'check', db: order.db, isServed }
    case 'copy':
      return { do: 'copy', db: order.db, to: order.to, shown: order.shown }
    default:
      return order satisfies never
  }
}

function toFailure(error: unknown): unknown {
  if (error instanceof MaintenanceError || error instanceof StoreInUseError)
    return new OrderFailed(error.message, { cause: error })
  return error instanceof StoreOpenError ? new CannotOperate(error.message, { cause: error }) : error
}
