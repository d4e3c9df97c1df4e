import { neutralise, neutraliseJson } from '@tertulia/protocol/neutralise'
import { type Logger, pino } from 'pino'
import type { LogLevel } from './flag-values.ts'
import { Outlet } from './outlet.ts'

export type { Logger }

export interface Log {
  log: Logger
  /** Where its lines go. */
  out: Outlet
}

/** A log on standard output: JSON lines for programs; for a person at a terminal the time and what happened. */
export function openLog(level: LogLevel, isTerminal: boolean): Log {
  const shown = isTerminal ? forPeople : forPrograms
  const out = new Outlet(1, (count) => shown(noticeOf(count)))
  return {
    log: pino({ level, base: null, serializers: { err: factsOf } }, { write: (line: string) => out.write(shown(line)) }),
    out
  }
}

/**
 * Of an error what says where it happened. What else hangs on it may be what somebody sent: the bytes of a request that could not be
 * read, the values of a query.
 */
export function factsOf(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) }
  const { name, message, code } = error as NodeJS.ErrnoException
  return { type: name, message, code, stack: stackOf(error) }
}

const stackOf = ({ stack = '', cause }: Error): string =>
  cause instanceof Error ? `${stack}\ncaused by: ${stackOf(cause)}` : stack

/** Made without the logger, whose level may be too high for it. */
const noticeOf = (count: number): string =>
  `{"level":${warn},"time":${Date.now()},"msg":"${count === 1 ? '1 line was' : `${count} lines were`} dropped"}\n`

interface Line {
  level: number
  time: number
  msg?: string
  err?: { stack?: string }
  [fact: string]: unknown
}

const warn = 40
const info = 30

/** The same line: who looks at it on a terminal, with `tail`, is as safe. */
export const forPrograms = (line: string): string => `${neutraliseJson(line.trimEnd())}\n`

/** `09:01:12  ana joined general`; worse news say so, with the facts that are noted beside them. */
export function forPeople(line: string): string {
  const { level, time, msg = '', err, ...facts } = JSON.parse(line) as Line
  const noted = level === info || Object.keys(facts).length === 0 ? '' : ` ${neutraliseJson(JSON.stringify(facts))}`
  const stack = err?.stack === undefined ? '' : `\n${err.stack}`
  const text = neutralise(`${level >= warn ? 'PROBLEM: ' : ''}${msg}${noted}`)
  return `${new Date(time).toTimeString().slice(0, 8)}  ${text}${stack.split('\n').map(neutralise).join('\n')}\n`
}
