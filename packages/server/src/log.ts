import { type Logger, pino } from 'pino'
import type { LogLevel } from './config.ts'

export type { Logger }

/** JSON lines for programs; for a person at a terminal the time and what happened. */
export function openLog(level: LogLevel, isTerminal: boolean): Logger {
  const options = { level, base: null }
  return isTerminal ? pino(options, { write: (line) => process.stdout.write(forPeople(line)) }) : pino(options)
}

interface Line {
  level: number
  time: number
  msg?: string
  err?: { stack?: string }
  [fact: string]: unknown
}

const warn = 40
const info = 30

/** `09:01:12  ana joined general`; worse news say so, with the facts that are noted beside them. */
export function forPeople(line: string): string {
  const { level, time, msg = '', err, ...facts } = JSON.parse(line) as Line
  const noted = level === info || Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`
  const stack = err?.stack === undefined ? '' : `\n${err.stack}`
  return `${new Date(time).toTimeString().slice(0, 8)}  ${level >= warn ? 'PROBLEM: ' : ''}${msg}${noted}${stack}\n`
}
